"""What is known of the leads that can arrive, beside what conditions say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reality:
    """
    `sources` are those leads come from; None: any. `replaced` has, per field, the words
    (case-folded) that the value map turns into others, and those: no lead arrives with them.
    A lead has one of `required_any`, or is set aside. None is decided about before `today`.
    `custom` has, by its name, the type of a custom field that is no text.
    """

    sources: tuple[str, ...] | None = None
    replaced: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    required_any: tuple[str, ...] = ()
    today: date | None = None
    custom: Mapping[str, str] = field(default_factory=dict)

    def never(self, name: str, words: Iterable[str]) -> tuple[str, ...]:
        """Give those of `words` (globs aside) that no lead has in this field."""
        plain = [word for word in words if "*" not in word and "?" not in word]
        if name == "source" and self.sources is not None:
            return tuple(word for word in plain if word.casefold() not in self.sources)
        replaced = self.replaced.get(name, {})
        return tuple(word for word in plain if word.casefold() in replaced)
