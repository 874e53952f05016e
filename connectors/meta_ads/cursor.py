"""Where each form was read to: the whole of what a pull of Meta leads has to remember."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from connectors.meta_ads.failures import NAME
from leads.errors import ContractError
from leads.record import Cursor

_UNKNOWN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a reading showed: the form's own count of leads, how many were read, and until when."""

    count: int
    leads: int
    at: int
    tail: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    One form. `at`: the newest lead read, in Unix seconds. `count`: the form's leads as it told.

    `is_settled`: the count was the same at the last reading but one. A count may grow before the
    lead can be read, so a form is left alone only when a second reading found nothing new.
    `tail` of the leads read are so new that the next reading shows them again; `known` is how many
    a reading of everything would show. `missing` are counted and were never read, since
    `missing_since`; everything was read last at `whole_at`.
    """

    at: int
    count: int = _UNKNOWN
    is_settled: bool = False
    read_at: int = 0
    tail: int = 0
    known: int = 0
    missing: int = 0
    missing_since: int = 0
    whole_at: int = 0

    def stands(self, count: int) -> bool:
        """Tell whether nothing has moved since the last reading but one."""
        return self.is_settled and count == self.count

    def reached(self, at: int) -> Self:
        """Answer where to resume when a reading ends before it is through."""
        return replace(self, at=max(at, self.at), count=_UNKNOWN, is_settled=False)

    def after(self, seen: Seen) -> Self:
        """Answer what is known after a reading of the newest leads."""
        fresh = max(0, seen.leads - self.tail)
        grown = seen.count - self.count if self.count != _UNKNOWN else fresh
        return self._counted(seen, known=self.known + fresh, missing=self.missing + grown - fresh)

    def after_whole(self, seen: Seen) -> Self:
        """Answer what is known after a reading of everything; `missing` as before if it is new."""
        found = max(0, seen.leads - self.known)
        whole = self._counted(seen, known=seen.leads, missing=self.missing - found)
        return replace(whole, whole_at=seen.now)

    def is_whole_due(self, now: float, reread_seconds: float) -> bool:
        """
        Tell whether to look for what is missing among all leads.

        Not before a second reading, nor more often than forms are read again anyway; and ever more
        seldom, as some that are counted can never be read.
        """
        waited = max(reread_seconds, self.whole_at - self.missing_since)
        return self.missing > 0 and now - max(self.whole_at, self.missing_since) >= waited

    def _counted(self, seen: Seen, *, known: int, missing: int) -> Self:
        missing = max(0, missing)
        return replace(
            self,
            at=max(self.at, seen.at),
            count=seen.count,
            is_settled=seen.count == self.count,
            read_at=seen.now,
            tail=seen.tail,
            known=known,
            missing=missing,
            missing_since=(self.missing_since if self.missing else seen.now) if missing else 0,
        )


_WRITTEN = tuple(each.name for each in fields(Mark))


def write(marks: Mapping[str, Mark]) -> Cursor:
    # Hundreds of forms each minute: `asdict` looks for a copy of each number.
    written = {form: {n: getattr(mark, n) for n in _WRITTEN} for form, mark in marks.items()}
    return Cursor(json.dumps(written, sort_keys=True))


def read(cursor: Cursor | None) -> dict[str, Mark]:
    if cursor is None:
        return {}
    try:
        return {form: Mark(**mark) for form, mark in json.loads(cursor).items()}
    except (ValueError, TypeError, AttributeError):
        problem = "the stored cursor is not one of this connector's"
        raise ContractError(NAME, "resume", problem, "Reset this source's cursor") from None
