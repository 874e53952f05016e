"""Whether those whom an SLA names for a late lead may have one more."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flows.wiring import Wiring
from leads.decision import Decision
from leads.keys import OwnerId
from routing.availability import Schedule
from routing.capacity import has_room
from routing.policy import Owner
from routing.quota import Gauge, Quotas, since
from store.desk import Desk


@dataclass(slots=True)
class Room:
    """
    What everybody has in hand, and was given, read when first asked for, with what is given since.

    What is taken from somebody meanwhile stays theirs until the CRM says otherwise.
    """

    wiring: Wiring
    desk: Desk
    _in_hand: dict[OwnerId, float] = field(default_factory=dict)
    _taken: Quotas = field(default_factory=lambda: Quotas({}))
    _is_read: bool = False

    def full(self, named: Iterable[OwnerId], segments: frozenset[str]) -> frozenset[OwnerId]:
        """Give those at a cap for a lead of these segments; who has the fallback never is."""
        policy = self.wiring.configuration.policy
        known = (policy.owners[each] for each in named if each in policy.owners)
        capped = [
            e for e in known if e.id != policy.fallback and (e.max_open is not None or e.caps)
        ]
        if capped and not self._is_read:
            self._read()
        return frozenset(each.id for each in capped if self._is_full(each, segments))

    def give(self, decision: Decision) -> None:
        """Count one more."""
        self._in_hand[decision.owner] = self._in_hand.get(decision.owner, 0.0) + 1
        self._taken.add(decision, 1)

    def _is_full(self, owner: Owner, segments: frozenset[str]) -> bool:
        if not has_room(owner, self._in_hand.get(owner.id, 0.0)):
            return True
        gauges = self._gauges_of(owner, segments)
        if not gauges:
            return False
        now, counts = self.wiring.now(), self._taken.counts[owner.id]
        at = Schedule(owner).next_at_work(now) or now
        return any(each.is_full(counts, at) for each in gauges)

    def _gauges_of(self, owner: Owner, segments: frozenset[str]) -> list[Gauge]:
        """Give those that count a lead of these segments which no pool gives."""
        gauges = self.wiring.engine.gauges.get(owner.id, ())
        return [each for each in gauges if each.covers(None, segments)]

    def _read(self) -> None:
        weight = self.wiring.configuration.policy.opportunity_weight
        # A decision of this transaction is reserved by now, so that what `give` counted is in it.
        self._in_hand = self.desk.open_leads(self.wiring.crm_ids(), opportunity=weight)
        gauges = self.wiring.engine.gauges
        self._taken = Quotas(gauges, self.desk.taken(since(gauges, self.wiring.now())))
        self._is_read = True
