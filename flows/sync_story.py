"""What one sync did, as a page in Prefect: the counts, who got what, what was set aside and why."""

from collections.abc import Iterator, Sequence

from flows.ledger import COLUMNS, balance_line, count_in, ignored_lines, review_line, writes_line
from flows.messages import crm_link
from flows.page_pieces import bullets, in_cell, table
from flows.plurals import count_of
from flows.still_due import LOOKED_AT, claimed_lines, due_lines, unclaimed
from flows.tick import Tick
from flows.wiring import Wiring
from leads.keys import RunId
from store.rows import DeliveryState
from store.running_rows import Flawed, RunDelivery, SetAside, SourceLedger

_MOST = 100
_MOST_GROUPS = 20
_ELSEWISE = (DeliveryState.CONFLICT, DeliveryState.REFUSED, DeliveryState.GONE)
_WORDS = {
    DeliveryState.CONFLICT: "another owner stands",
    DeliveryState.REFUSED: "refused",
    DeliveryState.GONE: "the record is gone",
}


def sync_story(
    wiring: Wiring, run: RunId, ticks: Sequence[Tick], problems: Sequence[object]
) -> str:
    """
    Return a sync's page in Markdown; its title is the artifact's description, above it.

    It names leads by their ids, and links to their records: what is in them stays in the CRM.
    """
    found = wiring.store.ledger(run)
    ledger = {tick.source: found.get(tick.source, SourceLedger()) for tick in ticks}
    parts = [
        _health(ticks, problems),
        _counts(ledger),
        "\n".join(filter(None, [balance_line(ledger), writes_line(ledger), review_line(ledger)])),
        bullets(ignored_lines(ledger)),
        bullets(tick.handed_back for tick in ticks if tick.handed_back),
        bullets(_still_due(wiring, run, ticks, problems)),
        *_owners(wiring, run),
        *_otherwise(wiring, run),
        *_set_aside(wiring.store.set_aside_in_run(run, limit=_MOST_GROUPS)),
        *_flawed(wiring.store.flawed_in_run(run)),
        *_slowed(ticks),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _still_due(
    wiring: Wiring, run: RunId, ticks: Sequence[Tick], problems: Sequence[object]
) -> list[str]:
    due = wiring.store.due_in_run(run, limit=LOOKED_AT + 1)
    told = set(map(str, problems))
    claimed = wiring.store.claimed(wiring.now())
    lines = due_lines(due, wiring.configuration.policy, wiring.now(), told)
    return [*lines, *claimed_lines(claimed, unclaimed(wiring, ticks))]


def _health(ticks: Sequence[Tick], problems: Sequence[object]) -> str:
    """Answer "is it healthy?" before anything else."""
    told = [
        *(f"{tick.source}: skipped, {tick.skipped}" for tick in ticks if tick.skipped),
        *(each for tick in ticks for each in tick.amiss),
        *(
            f"{tick.source}: not asked as it keeps failing; see `firsttouch doctor`"
            for tick in ticks
            if tick.left_alone
        ),
        *map(str, problems),
    ]
    if not told:
        return "**Healthy**: every source answered, and nothing went wrong."
    return f"**Look at this** ({count_of(len(told), 'problem')}):\n\n{bullets(told)}"


def _counts(ledger: dict[str, SourceLedger]) -> str:
    rows = [
        (source, *(f"{count_in(entry, name):,}" for name in COLUMNS))
        for source, entry in sorted(ledger.items())
    ]
    return table(("source", *COLUMNS), rows)


def _owners(wiring: Wiring, run: RunId) -> Iterator[str]:
    written = wiring.store.deliveries_of_run(run, DeliveryState.WRITTEN, limit=_MOST + 1)
    if not written:
        return
    yield "## Who got what"
    rows = [(_record(wiring, each), _owner(wiring, each), each.why) for each in written[:_MOST]]
    yield table(("lead", "owner", "why"), rows)
    if len(written) > _MOST:
        yield f"The first {_MOST}. `firsttouch explain` answers for every lead."


def _otherwise(wiring: Wiring, run: RunId) -> Iterator[str]:
    rows = [
        (_record(wiring, each), _owner(wiring, each), _WORDS[state], each.came_to)
        for state in _ELSEWISE
        for each in wiring.store.deliveries_of_run(run, state, limit=_MOST)
    ]
    if rows:
        yield "## Owners that were not written"
        yield table(("lead", "was to be", "came to", "because"), rows)


def _set_aside(groups: Sequence[SetAside]) -> Iterator[str]:
    if not groups:
        return
    yield "## Set aside, with the data steward"
    rows = [
        (each.example.source, each.field, each.reason, f"{each.records:,}", str(each.example))
        for each in groups
    ]
    yield table(("source", "field", "reason", "records", "for example"), rows)
    yield "`firsttouch rejects` lists them; `firsttouch rejects replay` tries them again."


def _flawed(found: Sequence[Flawed]) -> Iterator[str]:
    """Tell of leads that are owned, with a field less."""
    if not found:
        return
    yield "## Values that could not be read, and count as blank"
    rows = [
        (each.source, each.field, f"{each.leads:,}", str(each.example))
        for each in found[:_MOST_GROUPS]
    ]
    yield table(("source", "field", "leads", "for example"), rows)
    yield "`firsttouch explain` shows the form of one; `firsttouch audit` has all of a source."


def _slowed(ticks: Sequence[Tick]) -> Iterator[str]:
    lines = [f"{tick.source}: {each}" for tick in ticks for each in tick.slowed]
    if lines:
        yield "## Limits"
        yield bullets(lines)


def _record(wiring: Wiring, told: RunDelivery) -> str:
    configuration = wiring.configuration
    link = crm_link(told.crm, told.record_id, configuration) if told.record_id else ""
    return in_cell(str(told.lead), link)


def _owner(wiring: Wiring, told: RunDelivery) -> str:
    return wiring.configuration.policy.name_of(told.owner)
