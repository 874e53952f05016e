"""What reports read: many rows at once, and counts."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from store import given_facts, report_counts
from store.part import Part
from store.report_rows import ReportCounts

T = TypeVar("T")


class Reporting(Part):
    """Facts in bulk."""

    def given_facts(
        self, since: datetime, money: given_facts.Money, collect: Callable[[given_facts.Rows], T]
    ) -> T:
        """
        Answer what `collect` makes of the rows decided since then (store/given_facts.py).

        It may be called twice, with the rows from the first one on.
        """
        return self._db.read(
            "reading what a report counts",
            lambda c: collect(given_facts.given_rows(c, since, money)),
        )

    def report_counts(self, since: datetime, now: datetime) -> ReportCounts:
        """Count what was decided, handed back and written since, and what stands now."""
        return self._db.read(
            "counting for a report", lambda c: report_counts.report_counts(c, since, now)
        )
