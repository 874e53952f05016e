"""After writes that no condition guarded: whoever was overwritten has the record back."""

from collections.abc import Sequence

from flows.wiring import Wiring
from leads.delivery import Delivery
from leads.errors import ConnectorError, DeliveryError
from leads.ownership import OwnerChange, WriteOutcome

BATCH = 200

Result = tuple[Delivery, WriteOutcome]


def look_again(wiring: Wiring, crm: str) -> list[Result]:
    """
    Ask the histories at `crm` about every unguarded write that was not looked at yet.

    Answers the conflicts: somebody took the lead in the moment before our write, and has it again.
    What to look at stands in the store since the write was recorded, so that a crash puts it off
    and forgets nothing; a worker beside this one does the same once more, to no effect. Raises
    ConnectorError.
    """
    found: list[Result] = []
    while due := wiring.store.second_looks(crm, limit=BATCH, now=(began := wiring.now())):
        looked = list(zip(due, _look(wiring, crm, due), strict=True))
        found += wiring.store.settle_second_looks(looked, now=began)
    return found


def look_again_later(wiring: Wiring, crm: str) -> list[DeliveryError]:
    """Look at what could not be while delivering; answer why it still cannot be, if so."""
    try:
        return undone(crm, look_again(wiring, crm))
    except ConnectorError as error:
        told = f"{error}. Whether our writes undid somebody's is asked again by the next sync"
        return [DeliveryError(told)]


def undone(crm: str, results: Sequence[Result]) -> list[DeliveryError]:
    """Return a problem for each person who was overwritten: somebody should know of it."""
    return [
        DeliveryError(f"{crm}: {delivery.lead} was given to {delivery.owner}: {outcome.reason}")
        for delivery, outcome in results
    ]


def _look(wiring: Wiring, crm: str, due: Sequence[Delivery]) -> list[WriteOutcome]:
    connector = wiring.crms[crm]
    nobody = connector.unowned()
    return connector.look_again(
        [
            OwnerChange(
                record_id=delivery.record_id or "",
                owner=delivery.crm_owner,
                expected=delivery.expected | nobody,
                notes={},
            )
            for delivery in due
        ]
    )
