"""What the doctor finds of the fields that created records are written into."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from connectors.creation import ALWAYS, About
from connectors.findings import Finding, Severity, fine, unknown_words, warning
from connectors.options import fitting
from connectors.setup import SourceSetup

_CONSENT = ("true", "false")
_ANSWERED = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreationChecks:
    """
    `targets` says where each of our names is written, `about` what is known of a field.

    `there` are the CRM's fields; `a_field` and `fields` are what it calls one, and several.
    """

    setup: SourceSetup
    targets: Mapping[str, Collection[str]]
    there: Collection[str]
    about: Callable[[str], About | None]
    a_field: str
    fields: str

    def findings(self) -> Iterator[Finding]:
        if not self.setup.receives:
            yield fine(f"nothing is created: no source has {self.setup.name} as its destination")
            return
        yield from self._unnamed()
        for name, fields in self.targets.items():
            for field in fields:
                yield from self._field(name, field)
        yield from self._words()
        carried = {name: self._writable(name) for name in ALWAYS}
        if named := [f"{name} in {', '.join(each)}" for name, each in carried.items() if each]:
            yield fine(f"created records carry {'; '.join(named)}")

    def _place(self, key: str) -> str:
        return f"sources.{self.setup.name}.{key}"

    def _has(self, name: str) -> bool:
        return bool(self.targets.get(name))

    def _writable(self, name: str) -> list[str]:
        known = {field: self.about(field) for field in self.targets.get(name, ())}
        return [field for field, about in known.items() if about and about.writable]

    def _unnamed(self) -> Iterator[Finding]:
        """Look for what says where a record came from and why it is whose, and has no field."""
        if lost := [name for name in ALWAYS if not self._has(name)]:
            yield warning(
                f"{self._place('create.fields')} names nothing for {', '.join(lost)}: created "
                f"records do not say it; name {self.fields} of your own"
            )
        if "reason" not in self.setup.notes:
            yield warning(
                f"{self._place('write.owner_reason')} names nothing: nobody sees on a record why "
                f"it is whose; name {self.a_field} that holds text"
            )

    def _field(self, name: str, field: str) -> Iterator[Finding]:
        known = self.about(field)
        is_stated = name in self.setup.creation.fields
        place = self._place(f"create.fields.{name}")
        if known is None and is_stated:
            yield from unknown_words(place, (field,), self.there, self.a_field)
        elif known is not None and not known.writable:
            yield warning(
                f"{name} would be written into {field}, which is read-only for the API: created "
                f"records go without it; name another under {place}"
                + ("" if is_stated else ", beside the one it is read from")
            )
        elif known is not None and name == _ANSWERED:
            yield from self._answers(known, field)

    def _answers(self, known: About, field: str) -> Iterator[Finding]:
        words = {ours.casefold() for ours in self.setup.creation.values.get(_ANSWERED, {})}
        missing = [w for w in _CONSENT if w not in words and not fitting(w, known.choices)]
        if missing:
            yield warning(
                f"{field} has no choice for {' and '.join(missing)}, as consent is answered; say "
                f"its words under {self._place('create.values.consent')}"
            )

    def _words(self) -> Iterator[Finding]:
        """Compare the CRM's words, as the configuration states them, with its lists."""
        for name, words in self.setup.creation.values.items():
            place = self._place(f"create.values.{name}")
            if not self._has(name):
                yield warning(f"{place}: {name} is written nowhere; name {self.a_field} for it")
            for field in self.targets.get(name, ()):
                known = self.about(field)
                choices = known.choices if known else ()
                lost = [
                    word for word in dict.fromkeys(words.values()) if not fitting(word, choices)
                ]
                what = f"a choice of {field}"
                yield from unknown_words(place, lost, choices, what, Severity.WARNING)
