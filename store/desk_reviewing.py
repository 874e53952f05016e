"""First assignments at the desk: what waits for a person, and what they answered."""

from leads.keys import LeadKey, PolicyHash
from store import holds, models, reviews
from store.desk_gathering import Gathering
from store.review_rows import Proposal, ReviewRow, ReviewState
from store.rows import WaitingLead


class Reviewing(Gathering):
    """Reads proposals and keeps the answers to them."""

    def assigned_first(self, policy: PolicyHash, *, at_most: int) -> int:
        """Count the leads first decided under a policy, up to a number; not those reps took."""
        self.flush()
        return reviews.assigned_first(self._connection, policy, at_most=at_most)

    def assigned_by_model(self, version: int, *, at_most: int) -> int:
        """Count the leads that a version of the model gave away, up to a number."""
        self.flush()
        return models.assigned_by(self._connection, version, at_most=at_most)

    def proposals(self) -> list[Proposal]:
        """List the decisions that a person can still look at, the nearest deadline first."""
        self.flush()
        return reviews.proposals(self._connection, self._now)

    def reviews_of(self, lead: LeadKey) -> list[ReviewRow]:
        """List those of one lead, the first one first, whatever became of them."""
        self.flush()
        return reviews.reviews_of(self._connection, lead)

    def answer(self, answered: ReviewRow) -> None:
        """
        Keep a person's answer to an open review: APPROVED is due now, HELD changes nothing yet.

        CHANGED, LEFT and OUTDATED take the decision back: its lead must be decided before the end.
        """
        self.flush()
        match answered.state:
            case ReviewState.APPROVED:
                reviews.approve(self._connection, answered, self._now)
            case ReviewState.CHANGED | ReviewState.LEFT | ReviewState.OUTDATED:
                reviews.withdraw(self._connection, answered, self._now)
            case ReviewState.HELD | ReviewState.WAITING:
                pass
        reviews.note_answer(self._connection, answered)

    def unanswered(self) -> list[Proposal]:
        """List a model's proposals that nobody answered in time, and what waits beside them."""
        self.flush()
        return reviews.unanswered(self._connection, self._now)

    def outdated(self, policy: PolicyHash) -> list[Proposal]:
        """List what other policies proposed and nobody answered, and what waits beside it."""
        self.flush()
        return reviews.outdated(self._connection, policy)

    def waits_again(self, lead: LeadKey) -> WaitingLead:
        """Answer a lead whose decision was taken back just now."""
        self.flush()
        (waiting,) = self._with_backs([holds.one_waiting(self._connection, lead)])
        return waiting
