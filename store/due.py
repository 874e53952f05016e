"""Whether a moment that was stored has come, also by a clock that was set back since."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, or_

LONGEST = timedelta(minutes=15)
"""No lease, and no pause before the next try, is longer."""


def has_come(moment: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """
    True also of one so far ahead that it was written before the clock was set back.

    Or else what waits for it would wait for as long as the clock moved.
    """
    return or_(moment <= now, moment > now + LONGEST)


def is_free(lease_until: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """Whether nobody holds it, or holds it no more."""
    return or_(lease_until.is_(None), has_come(lease_until, now))
