"""From a vendor's condition to ours: it matches the same leads, or says why it cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from config.condition_values import WILD, kind_of, to_text
from config.problems import echo
from config.yaml_text import Plain
from connectors.rule_sheet import Comparison, Every, Operation, Opposite, Some, Statement, Untold
from leads.normalise.placeholders import is_placeholder
from leads.normalise.region import read_region
from leads.normalise.text import clean
from leads.normalise.vocabulary import Vocabulary
from leads.normalise.website import read_website
from routing.conditions import FIELDS
from routing.fields import CLOCKS, CUSTOM, DAYS, WEEKDAYS

When = dict[str, Plain]

_CODES: Final = frozenset({"country", "region", "language", "website", "phone"})
"""Fields that a lead has in another spelling than the CRM: parts of a text mean nothing there."""
_NO_TEXT: Final = DAYS | CLOCKS | WEEKDAYS | {"phone"}
_PARTS: Final = frozenset({Operation.CONTAINS, Operation.STARTS_WITH, Operation.HAS})
_BLANK: Final[When] = {"is": "empty"}
_FILLED: Final[When] = {"is": "present"}


@dataclass(slots=True, kw_only=True)
class ConditionWriter:
    """
    Writes one rule's condition; `problems` is what it found that our words do not have.

    `vocabulary` has the words that the configuration turns theirs into, and the kind of each
    custom field. A lead either matches what is written or not, exactly as the vendor has it: where
    ours would be unknown because the field is blank, the blank is stated. `country` is that of a
    region beside which the rule has none.
    """

    vocabulary: Vocabulary
    country: str | None = None
    problems: list[str] = field(default_factory=list)
    _country: str | None = None

    def write(self, statement: Statement) -> When:
        self._country = _only_country(statement) or self.country
        return self._write(statement, negated=False)

    def _write(self, statement: Statement, *, negated: bool) -> When:
        match statement:
            case Opposite(part=part):
                return self._write(part, negated=not negated)
            case Every(parts=parts):
                return self._joined(parts, negated=negated, every=not negated)
            case Some(parts=parts):
                return self._joined(parts, negated=negated, every=negated)
            case Comparison():
                return self._compared(statement, negated=negated)
            case Untold(why=why):
                self.problems.append(why)
                return {}

    def _joined(self, parts: Sequence[Statement], *, negated: bool, every: bool) -> When:
        if not (parts or every):
            self.problems.append("it asks for the opposite of any lead, which is none")
        written = [self._write(part, negated=negated) for part in parts]
        return _every(written) if every else {"any": list(written)}

    def _compared(self, told: Comparison, *, negated: bool) -> When:
        try:
            self._check(told)
            if told.operation in _SIZES:
                return _sized(told, negated=negated)
            return self._worded(told, negated=negated)
        except ValueError as error:
            self.problems.append(str(error))
            return {}

    def _check(self, told: Comparison) -> None:
        if told.field not in FIELDS and not told.field.startswith(CUSTOM):
            raise ValueError(f"{told.field} is nothing that a condition compares")
        if told.field in _NO_TEXT and told.values != ("",):
            raise ValueError(f"{told.field} is not compared as text")
        is_number = kind_of(told.field, self.vocabulary.custom) == "number"
        if is_number != (told.operation in _SIZES) and told.operation is not Operation.EQUALS:
            kind = "a number" if is_number else "not a number"
            raise ValueError(f"{told.field} is {kind}, and {told.operation} is for others")
        if told.operation in _PARTS and told.field in _CODES:
            text = f"{told.field} is kept as a code or in another form"
            raise ValueError(
                f"{text}, so that {told.operation} {_listed(told.values)} has no sense"
            )
        if told.operation in _PARTS and self.vocabulary.has_map(told.field):
            text = f"values.{told.field} gives {told.field} other words"
            raise ValueError(
                f"{text}, so that {told.operation} {_listed(told.values)} has no sense"
            )

    def _worded(self, told: Comparison, *, negated: bool) -> When:
        known = [value for value in told.values if value]
        is_blank_meant = len(known) < len(told.values)
        words = [each for value in known for each in self._words(told, value)]
        if not words:
            return {told.field: _FILLED if negated else _BLANK}
        one_of: Plain = words[0] if len(words) == 1 else list(dict.fromkeys(words))
        if negated:
            other: When = {told.field: {"not": one_of}}
            return other if is_blank_meant else _or_blank(told.field, other)
        return (
            _or_blank(told.field, {told.field: one_of}) if is_blank_meant else {told.field: one_of}
        )

    def _words(self, told: Comparison, value: str) -> list[str | int | float]:
        text = clean(value)
        if WILD.search(text) or (told.operation in _PARTS and "[" in text):
            raise ValueError(f"{told.field} is compared with {echo(text)}: * ? [ are patterns here")
        match told.operation:
            case Operation.EQUALS:
                return [self._word(told.field, text)]
            case Operation.CONTAINS:
                return [f"*{text}*"]
            case Operation.STARTS_WITH:
                return [f"{text}*"]
            case _:
                return [text, f"{text};*", f"*;{text}", f"*;{text};*"]

    def _word(self, name: str, text: str) -> str | int | float:
        if kind_of(name, self.vocabulary.custom) == "number":
            return _number(name, text)
        ours = self.vocabulary.ours(name, text)
        if ours is None and is_placeholder(text, name):
            raise ValueError(f"{name}: {echo(text)} is read as blank here")
        word = ours or text
        if name == "region":
            return self._region(word)
        if name == "website":
            return _host(word)
        if kind_of(name, self.vocabulary.custom) != "text":
            raise ValueError(f"{name} is not compared with the text {echo(text)}")
        try:
            return to_text(name, "text", word)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None

    def _region(self, text: str) -> str:
        """A region's name or short code means one of the country that the same rule asks for."""
        code = read_region(text, self._country)
        if code.value and code.flaw is None:
            return code.value
        if self._country:
            raise ValueError(f"region: {echo(text)} in {self._country} is not one region for sure")
        alone = f"region: {echo(text)} without one country beside it is not one region for sure"
        raise ValueError(f"{alone}; --country says which country is meant")


def _only_country(statement: Statement) -> str | None:
    """Answer the country of all leads that match, where there is one."""
    for part in statement.parts if isinstance(statement, Every) else (statement,):
        match part:
            case Comparison(field="country", operation=Operation.EQUALS, values=[only]) if only:
                try:
                    return to_text("country", "text", only)
                except ValueError:
                    return None
            case Every():
                if found := _only_country(part):
                    return found
            case _:
                pass
    return None


def _every(parts: Sequence[When]) -> When:
    keys = [key for part in parts for key in part]
    if len(set(keys)) == len(keys):
        return {key: value for part in parts for key, value in part.items()}
    return {"all": list(parts)}


def _or_blank(name: str, when: When) -> When:
    return {"any": [when, {name: _BLANK}]}


_SIZES: Final[Mapping[Operation, tuple[str, bool]]] = {
    Operation.AT_LEAST: ("min", False),
    Operation.BELOW: ("min", True),
    Operation.AT_MOST: ("max", False),
    Operation.ABOVE: ("max", True),
}
"""The bound each is told by, and whether it is the opposite of that bound."""


def _sized(told: Comparison, *, negated: bool) -> When:
    bound, is_opposite = _SIZES[told.operation]
    within: When = {bound: _number(told.field, told.values[0])}
    when: When = {told.field: {"not": within} if is_opposite is not negated else within}
    return _or_blank(told.field, when) if negated else when


def _number(name: str, text: str) -> int | float:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{name} is a number, and {echo(text)} is none") from None
    if name == "employees" and not number:
        raise ValueError("employees: 0 is read as blank here")
    return int(number) if number == number.to_integral_value() else float(number)


def _host(text: str) -> str:
    host = read_website(text).value
    if host is None:
        raise ValueError(f"website: {echo(text)} is no website")
    return host


def _listed(values: Sequence[str]) -> str:
    return ", ".join(map(echo, values))
