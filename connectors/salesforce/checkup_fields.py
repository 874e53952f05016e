"""What the doctor reads from the describe of Lead: fields, options and what may be written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.creation_findings import CreationChecks
from connectors.findings import Finding, fine, unknown_words, warning, wrong
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce.settings import SalesforceSettings
from connectors.setup import SourceSetup

USER_NEEDS = "give the API user's profile or permission set"
_TEXT = frozenset({"string", "textarea"})
_LONG_ENOUGH = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChecks:
    """Compares the configuration with the org's own Lead."""

    schema: LeadSchema
    settings: SalesforceSettings
    setup: SourceSetup

    def fields(self) -> Iterator[Finding]:
        there = self.schema.described()
        place = f"sources.{self.setup.name}.fields"
        for name, field in self.setup.fields.items():
            yield from unknown_words(f"{place}.{name}", (field,), there.keys(), "a field of Lead")

    def notes(self) -> Iterator[Finding]:
        """Look at where reason, rule and method are written: there, writable, and text."""
        there = self.schema.described()
        for role, name in self.setup.notes.items():
            place = f"sources.{self.setup.name}.write.{role}"
            if name not in there:
                yield from unknown_words(place, (name,), there.keys(), "a field of Lead")
            elif not there[name].get("updateable"):
                yield wrong(f"{place}: the API user may not write {name}; {USER_NEEDS} access")
            else:
                yield from _room(place, role, there[name])

    def external_id(self) -> Iterator[Finding]:
        """Look at what makes a creation happen once; only where leads are created."""
        name = self.settings.external_id_field
        if not self.setup.receives:
            yield fine(f"{name} is not needed: no source has {self.setup.name} as its destination")
            return
        if problem := self.schema.external_id_problem():
            yield wrong(problem)
        if not self.schema.described().get(name, {"createable": True}).get("createable"):
            yield wrong(f"the API user may not set Lead.{name}; {USER_NEEDS} access to it")

    def created(self) -> Iterator[Finding]:
        """Look at where a created Lead has what was said of it."""
        return CreationChecks(
            setup=self.setup,
            targets=self.schema.targets(),
            there=self.schema.described().keys(),
            about=self.schema.about,
            a_field="a field of Lead",
            fields="fields",
        ).findings()

    def owner_field(self) -> Iterator[Finding]:
        owner = self.schema.described().get("OwnerId", {})
        for may, verb in (("createable", "set"), ("updateable", "change")):
            if not owner.get(may):
                yield wrong(f"the API user may not {verb} Lead.OwnerId; {USER_NEEDS} access to it")

    def statuses(self) -> Iterator[Finding]:
        """Compare the intake's words with the org's picklist."""
        there = _options(self.schema.described().get("Status", {}))
        intake, place = self.setup.intake, f"sources.{self.setup.name}"
        yield from unknown_words(
            f"{place}.intake.statuses", intake.statuses, there, "a Lead status"
        )
        if intake.lifecycle:
            yield warning(f"{place}.intake.lifecycle is not looked at: a Lead has a status only")
        for start in self.settings.closed_statuses:
            if not any(status.startswith(start) for status in there):
                yield warning(
                    f"{place}.connection.closed_statuses: no Lead status begins with {start!r}, so "
                    f"finished leads take up their owners' time (there are: {', '.join(there)})"
                )


def _room(place: str, role: str, field: Mapping[str, Any]) -> Iterator[Finding]:
    kind, length = field.get("type"), int(field.get("length") or 0)
    if kind not in _TEXT:
        yield wrong(f"{place}: {field['name']} is of type {kind}; a note needs a text field")
    elif role == "reason" and length < _LONG_ENOUGH:
        yield warning(f"{place}: {field['name']} holds {length} characters; reasons are cut there")


def _options(field: Mapping[str, Any]) -> list[str]:
    choices = field.get("picklistValues") or ()
    return [str(choice["value"]) for choice in choices if choice.get("active")]
