"""Assignment rules as Salesforce writes them, and what Salesforce itself would do with a lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    field: str
    operation: str
    value: str

    def xml(self) -> str:
        value = f"<value>{escape(self.value)}</value>" if self.value else ""
        return (
            f"<criteriaItems><field>Lead.{self.field}</field>"
            f"<operation>{self.operation}</operation>{value}</criteriaItems>"
        )


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`logic` is an expression over criterion numbers: ("and", a, b), ("not", a) or a number."""

    to: str
    criteria: Sequence[Criterion] = ()
    logic: object = None

    def xml(self) -> str:
        kind = "User" if "@" in self.to else "Queue"
        logic = f"<booleanFilter>{written(self.logic)}</booleanFilter>" if self.logic else ""
        criteria = "".join(each.xml() for each in self.criteria)
        return (
            f"<ruleEntry><assignedTo>{self.to}</assignedTo><assignedToType>{kind}</assignedToType>"
            f"{logic}{criteria}</ruleEntry>"
        )


def rules_file(*entries: Entry | str, active: str = "true", name: str = "Standard") -> bytes:
    """Entries may also be XML as it is to stand."""
    inner = "".join(each if isinstance(each, str) else each.xml() for each in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<AssignmentRules xmlns="http://soap.sforce.com/2006/04/metadata"><assignmentRule>'
        f"<fullName>{name}</fullName><active>{active}</active>{inner}"
        "</assignmentRule></AssignmentRules>"
    ).encode()


def written(logic, binding: int = 0) -> str:
    """Write parentheses only where they are needed: OR, then AND, then NOT bind closer."""
    match logic:
        case int():
            return str(logic)
        case ("not", part):
            return f"NOT {written(part, 3)}"
        case _:
            word, *parts = logic
            own = {"or": 1, "and": 2}[word]
            text = f" {word.upper()} ".join(written(part, own) for part in parts)
            return f"({text})" if own <= binding else text


def winner(entries: Sequence[Entry], row: Row) -> str | None:
    """Answer whom Salesforce gives the lead to: the first entry that matches."""
    return next((entry.to for entry in entries if _matches(entry, row)), None)


def _matches(entry: Entry, row: Row) -> bool:
    met = [_is_met(each, row.get(each.field)) for each in entry.criteria]
    return _holds(entry.logic, met) if entry.logic else all(met)


def _holds(logic, met: list[bool]) -> bool:
    match logic:
        case int():
            return met[logic - 1]
        case ("not", part):
            return not _holds(part, met)
        case ("and", *parts):
            return all(_holds(part, met) for part in parts)
        case _:
            return any(_holds(part, met) for part in logic[1:])


def _is_met(each: Criterion, found: object) -> bool:
    text = "" if found is None else str(found).lower()
    wanted = [part.strip().lower() for part in each.value.split(",")]
    match each.operation:
        case "equals":
            return text in wanted
        case "notEqual":
            return text not in wanted
        case "contains":
            return any(part in text for part in wanted)
        case "notContain":
            return not any(part in text for part in wanted)
        case "startsWith":
            return any(text.startswith(part) for part in wanted)
        case "includes":
            return bool(set(text.split(";")) & set(wanted))
        case "excludes":
            return not set(text.split(";")) & set(wanted)
        case size:
            return _compares(size, float(text or 0), float(wanted[0]))


def _compares(operation: str, found: float, wanted: float) -> bool:
    return {
        "lessThan": found < wanted,
        "lessOrEqual": found <= wanted,
        "greaterThan": found > wanted,
        "greaterOrEqual": found >= wanted,
    }[operation]
