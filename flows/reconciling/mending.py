"""Repairing what differs: only what writes over nobody, and each repair told."""

from collections.abc import Sequence
from dataclasses import replace

from flows.nobodys import begun_meanwhile
from flows.reconciling.findings import Comparison, Difference, Kind, Repair
from flows.wiring import Wiring
from leads.delivery import Delivery
from leads.keys import LeadKey, RunId
from leads.lead import Lead
from leads.ownership import WriteOutcome, WriteStatus
from leads.record import Cursor, WorkItem

MOST_A_DAY = 3
"""Times that one lead is decided within 24 hours before a person must look: no ping-pong."""

_NOT_AGAIN = f"left: it was decided {MOST_A_DAY} times within 24 hours, a person should look"

_BEGUN = "left: it is being written, or undone, at this moment"


def mend(wiring: Wiring, found: Comparison, run: RunId) -> None:
    """
    Repair what can be; what waits to be decided again gets its owner from the next sync.

    Safe to repeat, and beside a running sync: each repair asks first whether it is still called
    for.
    """
    found.differences = [
        *(each for each in found.differences if each.repair is None),
        *_take_in(wiring, found.source, _of(found, Repair.TAKE_IN), run),
        *_decide_again(wiring, _of(found, Repair.DECIDE_AGAIN)),
        *(_concede(wiring, each) for each in _of(found, Repair.CONCEDE)),
        *_release(wiring, _of(found, Repair.RELEASE)),
        *_close(wiring, _of(found, Repair.CLOSE)),
    ]


def _of(found: Comparison, repair: Repair) -> list[Difference]:
    return [each for each in found.differences if each.repair is repair]


def _mended(each: Difference) -> Difference:
    assert each.repair is not None
    return replace(each, is_mended=True, mended=each.repair.value)


def _take_in(
    wiring: Wiring, source: str, differences: Sequence[Difference], run: RunId
) -> list[Difference]:
    """The cursor stays where it is."""
    shown = [each.sighting for each in differences if each.sighting is not None]
    if shown:
        wiring.store.save_page(
            source,
            shown,
            Cursor(""),
            run=run,
            now=wiring.now(),
            pulled=len(shown),
            move_cursor=False,
        )
    return [_mended(each) for each in differences]


def _decide_again(wiring: Wiring, differences: Sequence[Difference]) -> list[Difference]:
    fresh: dict[LeadKey, Lead | None] = {each.lead: _as_it_is(each) for each in differences}
    opened = wiring.store.reopen(
        fresh,
        reason="decided again by reconcile",
        most_a_day=MOST_A_DAY,
        now=wiring.now(),
    )
    begun = _begun(wiring, [key for key in fresh if key not in opened])
    return [
        _mended(each)
        if each.lead in opened
        else replace(each, mended=_BEGUN if each.lead in begun else _NOT_AGAIN)
        for each in differences
    ]


def _begun(wiring: Wiring, left: Sequence[LeadKey]) -> set[LeadKey]:
    sources = sorted({key.source for key in left})
    own = {source: [key for key in left if key.source == source] for source in sources}
    return {key for source in sources for key in begun_meanwhile(wiring, source, own[source])}


def _as_it_is(each: Difference) -> Lead | None:
    """Return the lead as its source shows it now, where that can be read."""
    if each.sighting is None or each.sighting.lead is None:
        return None
    return each.sighting.lead


def _concede(wiring: Wiring, each: Difference) -> Difference:
    delivery = _delivery(wiring, each)
    if delivery is None:
        return each
    status = WriteStatus.GONE if each.kind is Kind.RECORD_GONE else WriteStatus.CONFLICT
    outcome = WriteOutcome(
        status=status, record_id=delivery.record_id, owner=each.owner, reason=each.text
    )
    wiring.store.concede([(delivery, outcome)], wiring.now())
    return _mended(each)


def _delivery(wiring: Wiring, each: Difference) -> Delivery | None:
    stored = wiring.store.deliveries_of(each.lead)
    return next((one.delivery for one in stored if one.delivery.id == each.delivery), None)


def _release(wiring: Wiring, differences: Sequence[Difference]) -> list[Difference]:
    ids = [each.delivery for each in differences if each.delivery is not None]
    wiring.store.release_reservations(ids, wiring.now())
    return [_mended(each) for each in differences]


def _close(wiring: Wiring, differences: Sequence[Difference]) -> list[Difference]:
    for each in differences:
        crm, record = each.lead.source, each.lead.source_id
        closed = WorkItem(crm=crm, record_id=record, owner=None, is_open=False)
        wiring.store.correct_work(crm, [closed], wiring.now())
    return [_mended(each) for each in differences]
