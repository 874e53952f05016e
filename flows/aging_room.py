"""Whether those whom an SLA names for a late lead may have one more."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flows.wiring import Wiring
from leads.keys import OwnerId
from routing.capacity import has_room
from store.desk import Desk


@dataclass(slots=True)
class Room:
    """
    What everybody has in hand, read when it is first asked for, with what is given since.

    What is taken from somebody meanwhile stays theirs until the CRM says otherwise.
    """

    wiring: Wiring
    desk: Desk
    _in_hand: dict[OwnerId, float] = field(default_factory=dict)
    _is_read: bool = False

    def full(self, named: Iterable[OwnerId]) -> frozenset[OwnerId]:
        """Give those at their cap; who has the fallback never is."""
        policy = self.wiring.configuration.policy
        known = (policy.owners[each] for each in named if each in policy.owners)
        capped = [e for e in known if e.max_open is not None and e.id != policy.fallback]
        if capped and not self._is_read:
            self._read()
        return frozenset(e.id for e in capped if not has_room(e, self._in_hand.get(e.id, 0.0)))

    def give(self, owner: OwnerId) -> None:
        """Count one more."""
        self._in_hand[owner] = self._in_hand.get(owner, 0.0) + 1

    def _read(self) -> None:
        weight = self.wiring.configuration.policy.opportunity_weight
        # A decision of this transaction is reserved by now, so that what `give` counted is in it.
        self._in_hand = self.desk.open_leads(self.wiring.crm_ids(), opportunity=weight)
        self._is_read = True
