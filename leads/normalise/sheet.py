"""One record's answers while it is being read, and the flaws found on the way."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from leads.lead import Flaw, FlawKind
from leads.normalise.placeholders import is_placeholder, is_test_dummy, is_test_text
from leads.normalise.reading import Reading
from leads.normalise.text import clean, storable
from leads.normalise.vocabulary import Vocabulary

T = TypeVar("T")


class Sheet:
    """Answers by field: clean, in our words where the map has them, without placeholders."""

    def __init__(self, raw: Mapping[str, str | None], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.flaws: list[Flaw] = []
        self.has_test_text = False
        self._raw = raw
        self._answers: dict[str, str] = {}
        self._mapped: set[str] = set()
        for field, answer in raw.items():
            if answer:
                self._take(field, clean(answer))

    def get(self, field: str) -> str | None:
        return self._answers.get(field)

    def was_given(self, field: str) -> bool:
        """Tell a field that came empty from one that did not come."""
        return self._raw.get(field) is not None

    def has_flaw(self, field: str) -> bool:
        return any(flaw.field == field for flaw in self.flaws)

    def custom_fields(self) -> list[str]:
        return [field for field in self._answers if field.startswith("custom.")]

    def read(self, field: str, reader: Callable[[str], Reading[T]]) -> T | None:
        """Answer what `reader` makes of the field, and note its flaw."""
        text = self._answers.get(field)
        return self.noted(field, reader(text)) if text else None

    def word(self, field: str) -> str | None:
        """Answer a free word; one that the field's map does not have is kept: UNKNOWN_WORD."""
        text = self._answers.get(field)
        if text and field not in self._mapped and self.vocabulary.has_map(field):
            self.note(field, FlawKind.UNKNOWN_WORD)
        return text or None

    def noted(self, field: str, reading: Reading[T]) -> T | None:
        if reading.flaw:
            self.note(field, reading.flaw)
        return reading.value

    def note(self, field: str, kind: FlawKind) -> None:
        self.flaws.append(Flaw(field=field, kind=kind, raw=storable(self._raw.get(field) or "")))

    def _take(self, field: str, text: str) -> None:
        ours = self.vocabulary.ours(field, text)
        if ours is not None:
            self._answers[field] = ours
            self._mapped.add(field)
            return
        self.has_test_text = self.has_test_text or is_test_text(text)
        if text and (is_test_dummy(text) or is_placeholder(text, field)):
            self.note(field, FlawKind.PLACEHOLDER)
        elif text:
            self._answers[field] = text
