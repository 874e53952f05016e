"""Routing rules as another system states them, in words that no vendor owns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Operation(StrEnum):
    """How a field is compared. Text compares whatever its case, and a blank is none of these."""

    EQUALS = "equals"  # one of the values; "" among them is the blank
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    HAS = "has"  # one of several chosen values, as in A;B;C
    BELOW = "below"
    AT_MOST = "at most"
    ABOVE = "above"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One field, as our leads name it (`custom.NAME` for the org's own), against any of values."""

    field: str
    operation: Operation
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of them; without any, every lead."""

    parts: tuple["Statement", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """At least one of them."""

    parts: tuple["Statement", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposite:
    """Whatever the part does not match, blanks included: these vendors know no "unknown"."""

    part: "Statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What cannot be said in our words, and why."""

    why: str


Statement = Comparison | Every | Some | Opposite | Untold


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """Who gets the lead, as the vendor names them; the others where they are told as well."""

    name: str
    is_queue: bool = False
    crm_id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRule:
    """
    One rule: of several assignees it is the rotation among them.

    `problems` keep it from being translated, whatever its condition; `notes` do not.
    """

    name: str
    place: str
    when: Statement
    assign: tuple[Assignee, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSheet:
    """
    Rules in order, first match wins, of one file.

    `custom` has the vendor's field of each `custom.NAME` they compare, `figures` those of them
    that are numbers. `notes` are about the file as a whole.
    """

    crm: str
    rules: tuple[StatedRule, ...]
    custom: Mapping[str, str] = field(default_factory=dict)
    figures: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
