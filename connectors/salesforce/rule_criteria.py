"""One criterion of a Salesforce rule entry: field, operation, value."""

import csv
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from connectors.rule_sheet import Comparison, Operation, Opposite, Some, Statement, Untold
from connectors.salesforce.mapping import STANDARD, WITH_PICKLISTS

_TEXT = {
    "equals": (Operation.EQUALS, False),
    "notEqual": (Operation.EQUALS, True),
    "contains": (Operation.CONTAINS, False),
    "notContain": (Operation.CONTAINS, True),
    "startsWith": (Operation.STARTS_WITH, False),
    "includes": (Operation.HAS, False),
    "excludes": (Operation.HAS, True),
}
_ORDER = {
    "lessThan": Operation.BELOW,
    "lessOrEqual": Operation.AT_MOST,
    "greaterThan": Operation.ABOVE,
    "greaterOrEqual": Operation.AT_LEAST,
}
_NOT_COMPARED = {
    "CreatedDate": "a date",
    "OwnerId": "who owns the record, which is what the rules decide",
    "MobilePhone": "a second phone number, of which a lead keeps one",
    "Phone": "a phone number, which a lead has in international form",
}
_OTHERS_OF_THE_LEAD = frozenset(
    {"Rating", "Salutation", "AnnualRevenue", "Street", "HasOptedOutOfEmail", "DoNotCall"}
)
"""Standard fields of plain values that none of ours stands for: read as custom ones."""
_OWN = re.compile(r"[A-Za-z]\w*__c")
_WHEN = re.compile(
    r"\d{4}-\d\d?-\d\d?.*|\d\d?[./]\d\d?[./]\d{2,4}.*|[A-Z]+(_[A-Z0-9]+)+(:\d+)?|TODAY|YESTERDAY"
    r"|TOMORROW",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[A-Z]{3}\s?(?=[\d.-])")


class FieldNames:
    """Which of our fields each of the Lead's is; `stated` is the configuration's own mapping."""

    def __init__(self, stated: Mapping[str, str]) -> None:
        usual = {**STANDARD, **stated}
        self._ours = {theirs: ours for ours, theirs in WITH_PICKLISTS.items() if ours not in stated}
        self._ours |= {theirs: ours for ours, theirs in usual.items()}
        self.custom: dict[str, str] = {}
        self.figures: set[str] = set()

    def ours(self, written: str) -> str:
        """Answer our name of `Lead.Country` or `Country`. Raises ValueError saying why not."""
        name = _of_the_lead(written)
        if name in _NOT_COMPARED:
            raise ValueError(f"{written} is {_NOT_COMPARED[name]}")
        known = self._ours.get(name)
        if known is None:
            known = self._own(name, written)
        if known.startswith("custom."):
            self.custom[known] = name
        return known

    def _own(self, name: str, written: str) -> str:
        if not (_OWN.fullmatch(name) or name in _OTHERS_OF_THE_LEAD):
            raise ValueError(f"{written} is no field of the lead's own values that we know")
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removesuffix("__c"))
        return f"custom.{re.sub('_+', '_', words).lower()}"


def criterion(field: str, operation: str, value: str, names: FieldNames) -> Statement:
    """
    Answer one criterion in our words; Untold says why it cannot be.

    Salesforce takes a blank number for 0 in "less than" and its like, and for no value at all in
    "equals"; commas separate values of which any will do, but within quotes.
    """
    if operation not in _TEXT and operation not in _ORDER:
        return Untold(why=f"the operation {operation!r} of {field} is not known")
    try:
        ours = names.ours(field)
        if operation in _ORDER:
            return _ordered(ours, field, _ORDER[operation], value, names)
        kind, is_negated = _TEXT[operation]
        told = Comparison(field=ours, operation=kind, values=_values(field, kind, value))
    except ValueError as error:
        return Untold(why=str(error))
    return Opposite(part=told) if is_negated else told


def _of_the_lead(written: str) -> str:
    whose, dot, name = written.rpartition(".")
    if (dot and whose != "Lead") or "__r" in name:
        raise ValueError(f"{written} is a field of another record than the lead")
    return name


def _ordered(
    ours: str, field: str, operation: Operation, value: str, names: FieldNames
) -> Statement:
    number = _number(field, value)
    if ours.startswith("custom."):
        names.figures.add(ours)
    told = Comparison(field=ours, operation=operation, values=(str(number),))
    if not _takes_zero(operation, number):
        return told
    blank = Comparison(field=ours, operation=Operation.EQUALS, values=("",))
    return Some(parts=(told, blank))


def _takes_zero(operation: Operation, number: Decimal) -> bool:
    match operation:
        case Operation.BELOW:
            return number > 0
        case Operation.AT_MOST:
            return number >= 0
        case Operation.ABOVE:
            return number < 0
        case _:
            return number <= 0


def _number(field: str, value: str) -> Decimal:
    if _WHEN.fullmatch(value.strip()):
        raise ValueError(f"{field} is compared with the date or time {value.strip()!r}")
    bare = _MONEY.sub("", value.strip())
    try:
        number = Decimal(bare)
    except InvalidOperation:
        raise ValueError(f"{field} is compared in size with {value.strip()!r}") from None
    if not number.is_finite():
        raise ValueError(f"{field} is compared in size with {value.strip()!r}")
    return number


def _values(field: str, operation: Operation, value: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(each.strip() for each in _split(value)))
    if operation is not Operation.EQUALS and "" in found:
        raise ValueError(f"{field} {operation} a blank text, which is not clear")
    if operation is Operation.HAS and any(";" in each for each in found):
        raise ValueError(f"{field} is asked for several values at once ({value.strip()!r})")
    relative = [each for each in found if re.fullmatch(r"(LAST|NEXT|THIS)_\w+(:\d+)?|TODAY", each)]
    if relative:
        raise ValueError(f"{field} is compared with {relative[0]}, a date relative to now")
    return found


def _split(value: str) -> list[str]:
    if not value.strip():
        return [""]
    try:
        return next(csv.reader([value], skipinitialspace=True, strict=True))
    except (csv.Error, StopIteration):
        raise ValueError(f"the value {value.strip()!r} has quotes that do not pair") from None
