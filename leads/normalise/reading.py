"""What came of reading one value: the value, or blank; and what was wrong with it, if anything."""

from dataclasses import dataclass
from typing import Final, Generic, Never, TypeVar

from leads.lead import FlawKind

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """
    `value` None is blank. A blank without a flaw was blank when it came.

    UNREADABLE, PLACEHOLDER and AMBIGUOUS go with a blank; ASSUMED and UNKNOWN_WORD with a value.
    """

    value: T_co | None = None
    flaw: FlawKind | None = None


BLANK: Final[Reading[Never]] = Reading()
UNREADABLE: Final[Reading[Never]] = Reading(flaw=FlawKind.UNREADABLE)
PLACEHOLDER: Final[Reading[Never]] = Reading(flaw=FlawKind.PLACEHOLDER)
AMBIGUOUS: Final[Reading[Never]] = Reading(flaw=FlawKind.AMBIGUOUS)
