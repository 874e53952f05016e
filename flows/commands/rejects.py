"""`firsttouch rejects`: what was set aside, and reading it once more after a fix."""

import json
from datetime import timedelta
from pathlib import Path

from rich.table import Table

from config.load import load
from flows.exits import DONE_WITH_FAILURES
from flows.flaw_words import flawed_lines
from flows.set_aside import read_again
from flows.unused import told
from flows.which_store import open_existing_store, read_store
from flows.wide_console import wide_console
from flows.wiring import config_folder, open_wiring, utc_now
from leads.errors import ConfigError
from leads.sighting import Verdict
from store.rows import RejectRow, StoredDelivery
from store.running_rows import UnusedRow

_A_WEEK = timedelta(days=7)


def list_rejects(
    config: Path | None, store: str | None, *, source: str | None, as_json: bool
) -> None:
    """Print what is set aside: which record, which field, why, since when. No contact data."""
    policy = load(config_folder(config)).policy
    steward = policy.owners[policy.steward or policy.fallback].name
    with read_store(store) as opened:
        rows = opened.rejects(source=source)
        flawed = opened.flawed_since(utc_now() - _A_WEEK, source=source)
        stuck = [each for each in opened.stuck_deliveries() if _is_of(each, source)]
        unused = [each for each in opened.unused_requests() if source in (None, each.source)]
    if as_json:
        every = [*map(_json, rows), *map(_stuck_json, stuck), *map(_unused_json, unused)]
        print(json.dumps(every))
        return
    _print_stuck(stuck)
    for each in unused:
        print(told(each))
    _print_rows(rows, steward)
    if flawed:
        print("\nNot set aside, but with a value that counts as blank, in the last 7 days:")
    for line in flawed_lines(flawed):
        print(f"  {line}")


def _print_rows(rows: list[RejectRow], steward: str) -> None:
    if not rows:
        print("Nothing is set aside.")
        return
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("record", no_wrap=True)
    for name in ("field", "reason", "since (UTC)"):
        table.add_column(name)
    for row in rows:
        table.add_row(str(row.key), row.field, row.reason, f"{row.seen_at:%m-%d %H:%M}")
    wide_console(markup=False).print(table)
    print(f"{len(rows)} set aside, for {steward}. After a fix: firsttouch rejects replay")


def _is_of(stuck: StoredDelivery, source: str | None) -> bool:
    return source in (None, stuck.delivery.lead.source)


def _print_stuck(stuck: list[StoredDelivery]) -> None:
    """Print which decided leads a CRM has not taken the owner of; a reason of several once."""
    alike: dict[tuple[str, str], list[StoredDelivery]] = {}
    for each in stuck:
        alike.setdefault((each.delivery.crm, each.reason), []).append(each)
    for (crm, reason), leads in alike.items():
        due = f"{min(each.due_at for each in leads):%m-%d %H:%M} UTC"
        first = leads[0].delivery
        if len(leads) == 1:
            print(f"{first.lead}: {crm} has not taken {first.owner}, next try {due}:")
        else:
            print(f"{crm} has not taken the owners of {len(leads):,} leads, next try {due}:")
        print(f"    {reason}")
        if len(leads) > 1:
            print(f"    {', '.join(f'{e.delivery.lead} ({e.delivery.owner})' for e in leads)}")


def _stuck_json(stuck: StoredDelivery) -> dict[str, object]:
    return {
        "record": str(stuck.delivery.lead),
        "field": "owner",
        "reason": stuck.reason,
        "since": stuck.created_at.isoformat(),
        "next_try": stuck.due_at.isoformat(),
    }


def _unused_json(unused: UnusedRow) -> dict[str, object]:
    """`request` is its number for `rejects done`."""
    return {
        "request": unused.id,
        "record": f"{unused.source}:{','.join(unused.names)}",
        "field": "erasure" if unused.is_owed else "webhook",
        "reason": unused.reason,
        "since": unused.received_at.isoformat(),
    }


def done(store: str | None, *, request: int) -> None:
    """Take note that a person has seen to what a webhook brought in vain."""
    with open_existing_store(store) as opened:
        if not opened.mark_seen_to(request, utc_now()):
            listed = "firsttouch rejects --json lists them, each with its `request`"
            raise ConfigError([f"there is no request {request} that waits for a person: {listed}"])
    print(f"Request {request} is seen to.")


def _json(row: RejectRow) -> dict[str, object]:
    return {
        "id": row.id,
        "record": str(row.key),
        "field": row.field,
        "reason": row.reason,
        "since": row.seen_at.isoformat(),
    }


def replay_rejects(config: Path | None, store: str | None, *, source: str | None) -> None:
    """
    Read every record set aside once more: as it is at the source now, by the configuration of now.

    Those that can be read are decided and delivered by the next sync. Exit 1 when some cannot.
    """
    with open_wiring(config, store, may_make=False) as wiring:
        again = list(read_again(wiring, source))
    left = sum(each.verdict is Verdict.REJECTED for _, each in again)
    readable = f"{len(again) - left} of {len(again)} can be read now"
    print(f"{readable}; the next sync gives them their owners.")
    if left:
        print(f"{left} still cannot: firsttouch rejects lists them.")
        raise SystemExit(DONE_WITH_FAILURES)
