"""The language of `when`: from a mapping of fields to a Condition."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Final

from config.condition_bounds import BoundReader
from config.condition_values import WILD, kind_of, to_text
from config.draft import Draft, Names
from config.model_sources import SOURCES
from config.problems import KeyPath, closest, echo, suggestion
from config.time_words import WEEKDAYS, read_days
from config.yaml_text import Plain
from leads.normalise.placeholders import is_placeholder
from routing.conditions import FIELDS
from routing.fields import CUSTOM, NAMED
from routing.lint.findings import Code
from routing.when import AllOf, AnyOf, Between, Condition, Not, OneOf, Presence

_JOINTS: Final = ("any", "all", "not")
_TESTS: Final = ("min", "max", "is", "not")
_EVERYTHING: Final = AllOf(parts=())


class ConditionReader:
    """
    Reads the conditions of one document, noting what is wrong with them.

    `custom` has the type of every custom field that is declared.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._problems = draft.problems
        self._custom = draft.parts.custom
        self._words = _our_words(draft.parts.values)
        self._mapped = {
            name for source in draft.parts.sources.values() for name in source.fields
        } | {CUSTOM + name for name in self._custom}

    def read(
        self, when: Mapping[str, Plain], path: KeyPath, *, named: Collection[str] = NAMED
    ) -> Condition:
        """Answer what `when` means; `named` of territory and segment may stand in it."""
        parts = [self._entry(key, when[key], (*path, key), named=named) for key in when]
        return parts[0] if len(parts) == 1 else AllOf(parts=tuple(parts))

    def _entry(self, key: str, value: Plain, path: KeyPath, *, named: Collection[str]) -> Condition:
        if key in _JOINTS:
            return self._joint(key, value, path, named=named)
        if key in NAMED and key not in named:
            text = "a territory is made of no other, and of no segment; a segment of no segment"
            self._problems.add(path, text)
            return _EVERYTHING
        return self._field(key, value, path) if self.check_field(key, path) else _EVERYTHING

    def _joint(self, key: str, value: Plain, path: KeyPath, *, named: Collection[str]) -> Condition:
        if key == "not":
            return Not(part=self._nested(value, path, named=named))
        if not isinstance(value, list) or not value:
            self._problems.add(path, f"expected a list of conditions: {key}: [{{...}}, {{...}}]")
            return _EVERYTHING
        parts = tuple(self._nested(part, (*path, at), named=named) for at, part in enumerate(value))
        return AnyOf(parts=parts) if key == "any" else AllOf(parts=parts)

    def _nested(self, value: Plain, path: KeyPath, *, named: Collection[str]) -> Condition:
        if isinstance(value, dict) and value:
            return self.read(value, path, named=named)
        self._problems.add(path, "expected conditions by field, such as {country: ES}")
        return _EVERYTHING

    def check_field(self, key: str, path: KeyPath) -> bool:
        """Answer whether a lead has this field; note an error when it has not."""
        if key.startswith(CUSTOM) and key != CUSTOM:
            return self._is_custom(key, path)
        if key not in FIELDS:
            hint = suggestion(key, FIELDS | set(_JOINTS) | self._mapped)
            self._problems.add(path, f"unknown field{hint}")
        return key in FIELDS

    def _is_custom(self, key: str, path: KeyPath) -> bool:
        if self._custom and key not in self._mapped:
            hint = suggestion(key, self._mapped)
            self._problems.add(path, f"this custom field is not declared{hint}")
            return False
        if self._draft.parts.sources and key not in self._mapped:
            self._problems.warn(
                path, Code.UNFILLED, "no source fills this custom field (sources.*.fields)"
            )
        return True

    def _field(self, field: str, value: Plain, path: KeyPath) -> Condition:
        match value:
            case dict():
                return self._tests(field, value, path)
            case list():
                return self._one_of(field, value, path)
            case None:
                self._problems.add(path, "for a blank field write {is: empty}")
                return _EVERYTHING
            case _:
                return self._one_of(field, [value], path)

    def _one_of(self, field: str, values: list[Plain], path: KeyPath) -> Condition:
        if not values:
            self._problems.add(path, "an empty list matches nothing; remove it or fill it")
        texts: list[str] = []
        if kind_of(field, self._custom) == "weekday":
            return OneOf(field=field, values=self._weekdays(values, path))
        for at, value in enumerate(values):
            text = self._text(field, value, (*path, at))
            if text is not None:
                texts.append(text)
        if field.startswith(CUSTOM) and kind_of(field, self._custom) == "number":
            return _one_number(field, texts)
        return OneOf(field=field, values=tuple(texts))

    def _weekdays(self, values: list[Plain], path: KeyPath) -> tuple[str, ...]:
        found: set[int] = set()
        for at, value in enumerate(values):
            try:
                found |= read_days(str(value))
            except ValueError as error:
                here = (*path, at) if len(values) > 1 else path
                self._problems.add(here, f"{echo(value)}: {error}")
        return tuple(WEEKDAYS[day] for day in sorted(found))

    def _text(self, field: str, value: Plain, path: KeyPath) -> str | None:
        if value is None:
            self._problems.add(
                path, "a blank cannot be in a list; write {is: empty}, inside any: if need be"
            )
        elif isinstance(value, list | dict):
            self._problems.add(path, "expected a single value in this list")
        else:
            try:
                text = to_text(field, kind_of(field, self._custom), value)
            except ValueError as error:
                self._problems.add(path, str(error))
            else:
                self._check_reference(field, text, path)
                return text
        return None

    def _check_reference(self, field: str, text: str, path: KeyPath) -> None:
        names = self._referable(field)
        if names is None:
            self._check_word(field, text, path)
        elif WILD.search(text):
            if not any(fnmatchcase(name.casefold(), text.casefold()) for name in names.stated):
                self._problems.add(path, f"no {field} matches {echo(text)}")
        else:
            self._draft.is_known(names, text, path)

    def _referable(self, field: str) -> Names | None:
        match field:
            case "territory":
                return self._draft.territories
            case "segment":
                return self._draft.segments
            case "account_owner":
                return self._draft.owners
            case "source":
                named = dict.fromkeys((*SOURCES, *self._draft.parts.sources), ())
                return Names(kind="source", stated=named)
            case _:
                return None

    def _check_word(self, field: str, text: str, path: KeyPath) -> None:
        """Warn of a word no lead has: it is read as blank, or looks like a misspelling of ours."""
        known = self._words.get(field, {})
        if WILD.search(text) or text.casefold() in known:
            return
        if is_placeholder(text, field):
            said = f"a lead that says {echo(text)} counts as blank; write {{is: empty}}"
            self._problems.warn(path, Code.UNKNOWN_WORD, said)
            return
        near = closest(text, known.values())
        if near:
            said = f"no entry of values.{field} becomes {echo(text)}"
            self._problems.warn(path, Code.UNKNOWN_WORD, f"{said}; did you mean {near}?")

    def _tests(self, field: str, tests: dict[str, Plain], path: KeyPath) -> Condition:
        for key in tests:
            if key not in _TESTS:
                hint = suggestion(key, _TESTS)
                self._problems.add((*path, key), f"unknown test{hint}")
        if not tests:
            self._problems.add(path, "expected a value, a list, or tests such as {min: 200}")
        parts: list[Condition] = []
        if "min" in tests or "max" in tests:
            parts.append(self._between(field, tests, path))
        if "is" in tests:
            parts.append(self._presence(field, tests["is"], (*path, "is")))
        if "not" in tests:
            parts.append(Not(part=self._field(field, tests["not"], (*path, "not"))))
        return parts[0] if len(parts) == 1 else AllOf(parts=tuple(parts))

    def _between(self, field: str, tests: dict[str, Plain], path: KeyPath) -> Condition:
        kind = kind_of(field, self._custom)
        bounds = BoundReader(field, tests, path).read(kind, self._problems)
        if bounds is not None:
            return bounds
        remedy = "; declare it under custom: as a number" if field.startswith(CUSTOM) else ""
        self._problems.add(path, f"{field} is not a number, so min and max mean nothing{remedy}")
        return _EVERYTHING

    def _presence(self, field: str, value: Plain, path: KeyPath) -> Condition:
        if value not in ("empty", "present"):
            self._problems.add(path, f"write is: empty or is: present, not {echo(value)}")
        return Presence(field=field, empty=value == "empty")


def _one_number(field: str, texts: list[str]) -> Condition:
    """Numbers compare as numbers: a lead may have 5.00 where the rule says 5."""
    exact = [Decimal(text) for text in texts]
    parts = tuple(Between(field=field, least=number, most=number) for number in exact)
    return parts[0] if len(parts) == 1 else AnyOf(parts=parts)


def _our_words(values: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {
        field: {ours.casefold(): ours for ours in words.values()} for field, words in values.items()
    }
