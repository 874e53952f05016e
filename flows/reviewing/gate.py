"""The gate of first assignments, of a policy or a model: a person may look before the CRM."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.wiring import Wiring
from leads.decision import Arm, Decision
from leads.keys import LeadKey
from routing.matcher import Matcher
from routing.reviewed import answer_by
from store.desk import Desk

_BEFORE = timedelta(minutes=2)
"""So long before it is due a model's proposal is left to the rules: a sync comes each minute."""


@dataclass(frozen=True, slots=True)
class Look:
    """`until` a person may look at a decision; if nobody does, what stands is due at `due_at`."""

    until: datetime
    due_at: datetime


class ReviewGate:
    """
    Counts what is decided at one desk; what was decided before, it asks the store.

    Nobody else decides meanwhile, so that the first are exactly as many as the configuration says.
    """

    def __init__(self, wiring: Wiring, desk: Desk, matcher: Matcher | None = None) -> None:
        first, self._policy = wiring.configuration.review.first, wiring.configuration.policy
        self._left = first
        if first:
            self._left -= desk.assigned_first(self._policy.hash, at_most=first)
        self._left_of_model = 0
        if matcher is not None and matcher.settings.review:
            first = matcher.settings.review
            self._left_of_model = first - desk.assigned_by_model(matcher.version, at_most=first)
        self._looked_at: set[LeadKey] | None = None
        self._desk = desk

    def look(
        self,
        made: Decision,
        duplicate_of: LeadKey | None,
        now: datetime,
        *,
        no_later: datetime | None = None,
    ) -> Look | None:
        """
        Count a decision; answer until when a person may look at it, if they may.

        A person's further record waits with the first one: their owner may become another. What
        is due too soon to be looked at is not kept waiting; what waited under another policy, not
        for longer than it would have.
        """
        is_first, self._left = self._left > 0, self._left - 1
        is_by_model = self._is_first_of_model(made)
        if not (is_first or is_by_model) and not self._waits(duplicate_of):
            return None
        due_at = answer_by(made, self._policy)
        due_at = min(due_at, no_later) if no_later else due_at
        if due_at <= now:
            return None
        if self._looked_at is not None:
            self._looked_at.add(made.lead)
        until = due_at - min(_BEFORE, (due_at - now) / 2) if is_by_model else due_at
        return Look(until, due_at)

    def _is_first_of_model(self, made: Decision) -> bool:
        match = made.saw.match if made.saw else None
        if match is None or match.arm is Arm.CONTROL:
            return False
        is_first, self._left_of_model = self._left_of_model > 0, self._left_of_model - 1
        return is_first

    def _waits(self, record: LeadKey | None) -> bool:
        if record is None:
            return False
        if self._looked_at is None:
            self._looked_at = {each.review.lead for each in self._desk.proposals()}
        return record in self._looked_at
