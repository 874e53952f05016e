"""`firsttouch store prune`: forgetting what is older than the configuration says."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from config.load import load
from flows.sizes import in_bytes
from flows.which_store import open_existing_store
from flows.wiring import config_folder, utc_now
from store.forgetting import AT_MOST, Forgettable
from store.pruning import Pruned
from store.space import Space

_NAMES = {
    Forgettable.RUNS: "runs",
    Forgettable.REJECTS: "records set aside once",
    Forgettable.WEBHOOKS: "what webhooks brought",
    Forgettable.BACKFILLS: "backfills",
    Forgettable.SHADOWS: "shadow policies",
    Forgettable.TOUCHES: "touches",
    Forgettable.OUTCOMES: "outcomes",
    Forgettable.DECISIONS: "decided leads",
    Forgettable.IGNORED: "records outside the intake",
}
KEPT = (
    "Kept whatever their age: leads that wait or are held, records set aside and not mended, what "
    "is still to be written, every version of the configuration, and what is known of the erased."
)


def run(config: Path | None, store: str | None, *, is_rehearsal: bool, as_json: bool) -> None:
    """Print what went, or would go, kind by kind, and the room that was given back."""
    retention = load(config_folder(config)).retention
    found: list[Pruned] = []
    with open_existing_store(store) as opened:
        for each in opened.prune(retention, utc_now(), is_rehearsal=is_rehearsal):
            found.append(each)
            if not as_json:
                print(line(each, is_rehearsal=is_rehearsal))
                sys.stdout.flush()  # kind by kind, for whoever waits
        space = None if is_rehearsal else opened.give_back_space(may_rewrite=True)
    if as_json:
        print(json.dumps(_json(found, space)))
        return
    print(KEPT)
    if space:
        print(room(space))


def line(each: Pruned, *, is_rehearsal: bool = False) -> str:
    """Return one line on one kind."""
    name = _NAMES[each.kind]
    if each.before is None:
        return f"{name}: kept until they are erased (retention.{each.kind} is not stated)"
    went = each.found - each.kept
    told = "would be forgotten" if is_rehearsal else "forgotten"
    return f"{name} before {each.before:%Y-%m-%d}: {went:,} {told}{''.join(_more(each))}"


def _more(each: Pruned) -> Iterator[str]:
    rows = ", ".join(f"{table} {count:,}" for table, count in each.rows.items() if count)
    if rows:
        yield f" (rows: {rows})"
    if each.kept:
        yield f"; {each.kept:,} kept, of which something is newer or on its way"
    if each.is_more:
        yield f"; {AT_MOST:,} at a time: the next run goes on"


def room(space: Space) -> str:
    """Return a line on what the store takes now."""
    if space.free and not space.can_shrink:
        once = (
            "`firsttouch store prune` rewrites the file once, and from then on it shrinks by itself"
        )
        return f"The store takes {in_bytes(space.size)}, {in_bytes(space.free)} of it free: {once}."
    return f"The store takes {in_bytes(space.size)} now."


def _json(found: list[Pruned], space: Space | None) -> dict[str, object]:
    kinds = {
        each.kind.value: {
            "before": each.before.isoformat() if each.before else None,
            "forgotten": each.found - each.kept,
            "kept": each.kept,
            "rows": dict(each.rows),
            "more": each.is_more,
        }
        for each in found
    }
    return {"dry_run": space is None, "kinds": kinds, "bytes": space.size if space else None}
