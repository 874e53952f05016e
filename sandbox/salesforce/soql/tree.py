"""A query, read: what the grammar makes and the filter and runner use."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.salesforce.errors import Refusal


class Kind(StrEnum):
    """What a token or a literal is."""

    WORD = "word"  # a field path, a keyword or a function's name
    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    DATE = "date"
    RANGE = "range"  # a date literal: TODAY, LAST_N_DAYS:7
    BOOLEAN = "boolean"
    NULL = "null"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of the query; `at` is its offset."""

    kind: Kind
    text: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A field, perhaps of a related record: `Owner.Name`; or a `function` of the date in it."""

    parts: tuple[str, ...]
    at: int
    alias: str | None = None
    function: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields(Path):
    """FIELDS(ALL): a whole group of an object's fields, named by its one part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """COUNT(Id), MAX(CreatedDate); `path` is None in COUNT()."""

    function: str
    path: Path | None
    at: int
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Children:
    """A query among those that refer to a record: `(SELECT Id FROM Tasks)`."""

    query: "Query"
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    One test of one field. `operator` is upper-case: =, !=, <, <=, >, >=, IN, NOT IN, LIKE.

    In HAVING it may be an aggregate that is tested. `inner` is the query of a semi-join.
    """

    path: Path | Aggregate
    operator: str
    values: tuple[Token, ...]
    inner: "Query | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = Comparison | All | Some | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """One key of ORDER BY. Nulls come first unless asked otherwise, whichever the direction."""

    by: Path | Aggregate
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One SELECT."""

    text: str
    selected: tuple[Path | Aggregate | Children, ...]
    entity: Token
    where: Condition | None = None
    group_by: tuple[Path, ...] = ()
    having: Condition | None = None
    order_by: tuple[Ordering, ...] = ()
    limit: int | None = None
    offset: int = 0


def fault_at(text: str, at: int, code: str, message: str) -> Refusal:
    """Point into the query the way Salesforce does: the line, a caret, row and column from 1."""
    before = text[:at]
    row, start = before.count("\n") + 1, before.rfind("\n") + 1
    line = text[start:].partition("\n")[0]
    caret = " " * (at - start) + "^"
    where = f"ERROR at Row:{row}:Column:{at - start + 1}"
    return Refusal(code, f"\n{line}\n{caret}\n{where}\n{message}")
