"""What could not be read of a file that is simulated: how often, and in which lines."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.flaw_words import COUNTRY, has_country_of_another_field, quoted
from flows.plurals import count_of
from leads.errors import RecordError
from leads.lead import Flaw, FlawKind, Lead

_EXAMPLES = 3
_BLANK = frozenset({FlawKind.UNREADABLE, FlawKind.AMBIGUOUS})
_GUESSED = ("country", "region")
"""Fields of which an unknown word is read as the one that it must be, by itself or by others."""


@dataclass(slots=True)
class _Found:
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        self.count += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(example)


def _by_field() -> dict[str, _Found]:
    return defaultdict(_Found)


@dataclass(slots=True)
class UnreadRows:
    """Remembers a few lines of each kind, and how many there were."""

    _aside: dict[str, _Found] = field(default_factory=_by_field)
    _blank: dict[str, _Found] = field(default_factory=_by_field)
    _guessed: dict[str, _Found] = field(default_factory=_by_field)
    _taken: _Found = field(default_factory=_Found)

    def note_aside(self, line: int, error: RecordError) -> None:
        """Remember a row that nobody can use."""
        self._aside[error.field].add(f"line {line}")

    def note_lead(self, line: int, lead: Lead) -> None:
        """Remember what was left blank or guessed of a lead that was read."""
        if not lead.flaws:
            return
        if has_country_of_another_field(lead):
            self._taken.add(f"line {line} as {lead.country}")
        guessed = {flaw.field for flaw in lead.flaws if flaw.kind is FlawKind.ASSUMED}
        for flaw in lead.flaws:
            if flaw.kind in _BLANK and flaw.field not in guessed:
                self._blank[flaw.field].add(f"line {line} {quoted(flaw)}")
            elif _is_guessed(flaw, lead):
                taken = f"{quoted(flaw)} for {getattr(lead, flaw.field)}"
                self._guessed[flaw.field].add(f"line {line} {taken}")

    def told(self, path: Path) -> Iterator[str]:
        """Yield a line for each field."""
        yield from _told(path, self._aside, "{rows} set aside for the data steward, for {field}")
        yield from _told(path, self._blank, "{field} could not be read in {rows}, and is blank")
        yield from _told(path, self._guessed, "{field} is no known word in {rows}, and was guessed")
        if self._taken.count:
            by = "country is not stated in {rows}, and is that of the region or the phone number"
            yield from _told(path, {COUNTRY: self._taken}, by)


def _is_guessed(flaw: Flaw, lead: Lead) -> bool:
    """Tell whether a word was taken for another; a country of another field is told apart."""
    if flaw.kind is not FlawKind.ASSUMED or not flaw.raw or flaw.field not in _GUESSED:
        return False
    return flaw.field != COUNTRY or not has_country_of_another_field(lead)


def _told(path: Path, by_field: Mapping[str, _Found], sentence: str) -> Iterator[str]:
    for name, found in by_field.items():
        said = sentence.format(field=name, rows=count_of(found.count, "row"))
        more = found.count - len(found.examples)
        rest = f", and {more:,} more" if more else ""
        yield f"{path}: {said}: {', '.join(found.examples)}{rest}"
