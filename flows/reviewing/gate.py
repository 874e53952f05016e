"""The gate of a policy's first assignments: a person may look before they are written."""

from datetime import datetime

from flows.wiring import Wiring
from leads.decision import Decision
from leads.keys import LeadKey
from routing.reviewed import answer_by
from store.desk import Desk


class ReviewGate:
    """
    Counts what is decided at one desk; what was decided before, it asks the store.

    Nobody else decides meanwhile, so that the first are exactly as many as the configuration says.
    """

    def __init__(self, wiring: Wiring, desk: Desk) -> None:
        first, self._policy = wiring.configuration.review.first, wiring.configuration.policy
        self._left = first
        if first:
            self._left -= desk.assigned_first(self._policy.hash, at_most=first)
        self._looked_at: set[LeadKey] | None = None
        self._desk = desk

    def until(self, made: Decision, duplicate_of: LeadKey | None, now: datetime) -> datetime | None:
        """
        Count a decision; answer until when a person may look at it, if they may.

        A person's further record waits with the first one: their owner may become another. What
        is due too soon to be looked at is not kept waiting.
        """
        is_first, self._left = self._left > 0, self._left - 1
        if not is_first and not self._waits(duplicate_of):
            return None
        deadline = answer_by(made, self._policy)
        if deadline <= now:
            return None
        if self._looked_at is not None:
            self._looked_at.add(made.lead)
        return deadline

    def _waits(self, record: LeadKey | None) -> bool:
        if record is None:
            return False
        if self._looked_at is None:
            self._looked_at = {each.review.lead for each in self._desk.proposals()}
        return record in self._looked_at
