"""Whether a moment that was stored has come, also by a clock that was set back since."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, bindparam, or_

LONGEST = timedelta(minutes=15)
"""No lease, and no pause before the next try, is longer."""

_AHEAD = "{}_and_longest"


def has_come(moment: Column[datetime], now: str = "now") -> ColumnElement[bool]:
    """
    True also of one so far ahead that it was written before the clock was set back.

    Or else what waits for it would wait for as long as the clock moved. `now` names the moment
    among the statement's parameters, which `as_of` answers.
    """
    return or_(moment <= bindparam(now), moment > bindparam(_AHEAD.format(now)))


def is_free(lease_until: Column[datetime]) -> ColumnElement[bool]:
    """Whether nobody holds it, or holds it no more, as of `now`."""
    return or_(lease_until.is_(None), has_come(lease_until))


def as_of(moment: datetime, name: str = "now") -> dict[str, object]:
    """Answer the parameters of a statement that asks what has come by then."""
    return {name: moment, _AHEAD.format(name): moment + LONGEST}
