"""The configuration's words, as normalising needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leads.normalise.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """
    `values`: per field, their word to ours, whatever the case and white space.

    `default_country`: ISO alpha-2, for a record that names none. `required_any`: fields of which a
    lead must have one. `custom`: declared custom fields and their type (text, number, date,
    boolean).
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    default_country: str | None = None
    required_any: tuple[str, ...] = ("email", "phone")
    custom: Mapping[str, str] = field(default_factory=dict)
    _ours: Mapping[str, Mapping[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        folded = {name: _with_our_own_words(words) for name, words in self.values.items()}
        object.__setattr__(self, "_ours", folded)

    def has_map(self, field_name: str) -> bool:
        return field_name in self._ours

    def ours(self, field_name: str, text: str) -> str | None:
        """Answer our word for theirs (or for ours in another case), None when there is none."""
        words = self._ours.get(field_name)
        return words.get(fold(text)) if words else None


def _with_our_own_words(words: Mapping[str, str]) -> dict[str, str]:
    ours = {fold(ours): ours for ours in words.values()}
    return ours | {fold(theirs): ours for theirs, ours in words.items()}
