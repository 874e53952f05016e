"""What `firsttouch doctor` tells beside its findings: choices and states, which are no mistakes."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final

from connectors.findings import Finding
from flows.calls import call_lines
from flows.checkup import source_of
from flows.doors import doors
from flows.pace import slowed
from flows.plurals import count_of
from flows.shortfalls import weekly_lines
from flows.turned_away import TAKEN
from flows.untold import told_lines
from flows.unused import told
from flows.watching.health import SEEN_ANYWAY
from flows.watching.watch import line
from flows.wiring import Wiring

_A_WEEK: Final = timedelta(days=7)
_KINDS: Final = 10


def notes(
    wiring: Wiring,
    environ: Mapping[str, str],
    *,
    only: str | None = None,
    examined: Mapping[str, Sequence[Finding]] | None = None,
) -> dict[str, list[str]]:
    """
    Return lines by part: `failing` and `slowed` sources, `webhooks` and so on.

    `only` one source's, and then nothing that is no source's but who could be told. What
    `examined` sources' findings say already is not said again: whether their doors are open; why
    they fail is pointed at.
    """
    found = examined or {}
    of_sources = {
        "webhooks": [
            *_doors(wiring, environ, only, found.keys()),
            *_inbox(wiring, only),
            *_turned_away(wiring, only),
        ],
        "failing": list(_breakers(wiring, only, found)),
        "slowed": [
            f"{source}: {line}" for source, lines in slowed(wiring, only).items() for line in lines
        ],
        "left_out": list(weekly_lines(wiring, only)),
        "calls": list(call_lines(wiring.store, wiring.now(), only)),
    }
    if only:
        # Its leads' owners are told as all others are.
        is_told = wiring.configuration.notify is not None
        return {**of_sources, **({"notifications": list(told_lines(wiring))} if is_told else {})}
    return {
        **of_sources,
        "notifications": list(told_lines(wiring)),
        "alerts": list(_alerts(wiring, found)),
        "reviews": list(_reviews(wiring)),
    }


def _doors(
    wiring: Wiring, environ: Mapping[str, str], only: str | None, examined: AbstractSet[str]
) -> Iterator[str]:
    for door in doors(wiring, environ).values():
        source = source_of(door.name)
        if source in examined or only not in (None, source):
            continue
        yield f"/webhooks/{door.name} {door.told()}"


def _inbox(wiring: Wiring, only: str | None) -> Iterator[str]:
    for source, count in sorted(wiring.store.inbox_counts().items()):
        if only not in (None, source):
            continue
        if count.waiting:
            since = f", the oldest since {count.oldest:%Y-%m-%d %H:%M} UTC" if count.oldest else ""
            what = count_of(count.waiting, "request received waits", "requests received wait")
            why = f": {count.reason}" if count.reason else ""
            yield f"{source}: {what} to be routed{since}{why}"
    rows = [each for each in wiring.store.unused_requests() if only in (None, each.source)]
    yield from (told(each) for each in rows[:_KINDS])
    if len(rows) > _KINDS:
        yield f"and {len(rows) - _KINDS} more, in `firsttouch rejects`"


def _turned_away(wiring: Wiring, only: str | None) -> Iterator[str]:
    """Say which requests were refused in the last week, and why: a sender may not say it."""
    rows = wiring.store.turned_away(wiring.now() - _A_WEEK)
    shown = [row for row in rows if only in (None, source_of(row.door))]
    for row in shown[:_KINDS]:
        times = f"{count_of(row.count, 'request')} refused with {row.status}"
        if row.status == TAKEN:
            times = f"{count_of(row.count, 'event')} not readable"
        last = f"the last {row.last_at:%Y-%m-%d %H:%M} UTC"
        yield f"/webhooks/{row.door}: {times}, {last}: {row.reason}"


def _breakers(
    wiring: Wiring, only: str | None, found: Mapping[str, Sequence[Finding]]
) -> Iterator[str]:
    """Name the sources whose last syncs failed, and until when each is left alone."""
    for source, row in sorted(wiring.store.breakers().items()):
        if not row.failures or only not in (None, source):
            continue
        since = f"since {row.changed_at:%Y-%m-%d %H:%M} UTC"
        alone = f", left alone until {row.until:%H:%M:%S}" if row.until else ""
        why = _found_above(found.get(source, ()), row.reason) or row.reason
        yield f"{source}: {count_of(row.failures, 'failure')} in a row{alone} ({since}): {why}"


def _alerts(wiring: Wiring, found: Mapping[str, Sequence[Finding]]) -> Iterator[str]:
    for each in wiring.store.alerts():
        cause = each.cause
        findings = found.get(cause.source, ()) if cause.kind in SEEN_ANYWAY else ()
        above = _found_above(findings, cause.text)
        yield f"{cause.kind}: {cause.source}: {above}" if above else line(each)


def _found_above(findings: Sequence[Finding], text: str) -> str:
    """Name the finding that says it already; a login that is refused is behind all the rest."""
    same = (each for each in findings if each.ends_it or each.text == text)
    finding = next(same, None)
    return f"its {finding.about}, as found above" if finding else ""


def _reviews(wiring: Wiring) -> Iterator[str]:
    """Say what waits for a person, and how much of this policy still will."""
    first = wiring.configuration.review.first
    waiting = wiring.store.proposals(wiring.now())
    if waiting:
        until = f"{waiting[0].review.deadline:%Y-%m-%d %H:%M} UTC"
        what = count_of(len(waiting), "assignment waits", "assignments wait")
        yield f"{what} for `firsttouch review`, the first until {until}"
    if first:
        what = count_of(first, "assignment")
        yield f"the first {what} of a changed policy may be looked at before they are written"
