"""What is kept or counted in a CRM for nothing: reservations, and open leads that are not there."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flows.reconciling.findings import Difference, Kind, Repair
from flows.wiring import Wiring
from leads.keys import LeadKey

_SHOWN_BY = timedelta(days=1)
"""A write that the workload has not shown by then never will be shown by it."""
_AT_ONCE = 500


def idle_room(wiring: Wiring, crm: str) -> list[Difference]:
    """List reservations of `crm` that nothing shows to be taken up."""
    found = wiring.store.unseen_reservations(wiring.now() - _SHOWN_BY)
    return [
        Difference(
            kind=Kind.IDLE_RESERVATION,
            lead=each.lead,
            text=f"{each.owner} is counted one lead more in {crm} than is there",
            repair=Repair.RELEASE,
            delivery=each.delivery,
        )
        for each in found
        if each.crm == crm
    ]


def stale_work(wiring: Wiring, crm: str) -> list[Difference]:
    """List what is mirrored as an open lead of `crm` and was deleted, archived or merged there."""
    mirrored = [each.record_id for each in wiring.store.open_leads_of(crm)]
    return [
        Difference(
            kind=Kind.STALE_WORK,
            lead=LeadKey(crm, record),
            text=f"{crm} no longer shows it (deleted, archived or merged)",
            repair=Repair.CLOSE,
        )
        for record in _not_there(wiring, crm, mirrored)
    ]


def _not_there(wiring: Wiring, crm: str, records: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(records), _AT_ONCE):
        some = records[start : start + _AT_ONCE]
        there = {raw.source_id for raw in wiring.crms[crm].fetch(some)}
        yield from (each for each in some if each not in there)
