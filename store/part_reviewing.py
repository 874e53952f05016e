"""Answers on reviews; they are given at the desk."""

from datetime import datetime

from store import reviews
from store.part import Part
from store.review_rows import Proposal, ReviewCount


class Reviewing(Part):
    """What a person may look at before it is written."""

    def proposals(self, now: datetime) -> list[Proposal]:
        """List what can still be answered, the nearest deadline first."""
        return self._db.read("reading what waits for review", lambda c: reviews.proposals(c, now))

    def review_counts(self, now: datetime) -> list[ReviewCount]:
        """Say of each policy how its first decisions fared, the latest policy last."""
        return self._db.read("counting reviews", lambda c: reviews.counts(c, now))
