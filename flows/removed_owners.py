"""Deliveries to owners who were taken out of the configuration: their leads are decided again."""

from collections.abc import Sequence

from flows.decide import decide_waiting
from flows.wiring import Wiring
from leads.delivery import Delivery
from leads.keys import LeadKey, RunId

_OFTEN_ENOUGH = 1_000
"""It cannot go round: nobody who is not configured is ever decided on."""


def without_removed(wiring: Wiring, claimed: Sequence[Delivery], run: RunId) -> list[Delivery]:
    """
    Return those of `claimed` whose owners are configured; decide the other leads by today's rules.

    A record set aside was not decided: it goes to the data steward whom it was meant for.
    """
    configured = wiring.configuration.policy.owners
    removed = [delivery for delivery in claimed if delivery.owner not in configured]
    again = _decide_again(wiring, removed, run) if removed else set()
    return [delivery for delivery in claimed if delivery.lead not in again]


def _decide_again(wiring: Wiring, removed: Sequence[Delivery], run: RunId) -> set[LeadKey]:
    opened = wiring.store.reopen(
        {each.lead: None for each in removed},
        reason="its owner is no longer configured",
        most_a_day=_OFTEN_ENOUGH,
        now=wiring.now(),
        worker=run,
    )
    for source in sorted({key.source for key in opened} & wiring.sources.keys()):
        decide_waiting(wiring, source, run)
    return set(opened)
