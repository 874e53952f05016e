"""When a rule, a territory or a segment holds: the conditions a policy states, as plain values."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every part holds; of none: holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Some part holds; of none: fails."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part fails. A blank field is unknown and stays unknown here, so this fails as well."""

    part: "Condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The field equals one of `values`, or matches one that has * or ? in it; case is ignored."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """least <= field <= most, open where None. A range satisfies it only if all of it does."""

    field: str
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The field is blank (`empty`), or is not."""

    field: str
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class During:
    """first <= the field's day <= last, open where None; days are the policy's time zone's."""

    field: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnClock:
    """
    first <= what the clock on the lead's wall reads, to the minute <= last; open where None.

    A first that is later than the last begins in the evening: 22:00 to 06:00 is a night.
    Unknown where the lead may be in time zones that give different answers.
    """

    field: str
    first: time | None
    last: time | None


Condition = AllOf | AnyOf | Not | OneOf | Between | Presence | During | OnClock
"""Fields are canonical names, `custom.NAME` and what routing/fields.py has beside the record."""
