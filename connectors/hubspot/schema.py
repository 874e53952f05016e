"""The portal's own contact properties, and whether the configuration names others."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.creation import About, Kind, targets
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.failures import NAME
from connectors.hubspot.mapping import WRITTEN
from connectors.setup import SourceSetup
from leads.errors import ContractError

_KINDS = {"number": Kind.NUMBER, "bool": Kind.YES_OR_NO}


class ContactSchema:
    """Asks for the properties once, when they are first needed."""

    def __init__(self, client: HubSpotClient, setup: SourceSetup, unique_property: str) -> None:
        self._client, self._setup, self._unique = client, setup, unique_property
        self._of_intake: Mapping[str, Mapping[str, Any]] = {}
        self._lock = threading.Lock()
        self._known: Mapping[str, Mapping[str, Any]] | None = None

    def known(self) -> Mapping[str, Mapping[str, Any]]:
        """
        Answer the portal's properties by name.

        Raises ContractError naming the configuration's key when it names one the portal lacks:
        search would leave it out without a word, and every lead would be blank there.
        """
        known = self.there()
        problems = list(_unknown(self._setup, known, self._of_intake))
        if problems:
            remedy = "Correct the name, or create the property in HubSpot"
            raise ContractError(NAME, "read properties", "; ".join(problems), remedy)
        return known

    def there(self) -> Mapping[str, Mapping[str, Any]]:
        """Answer the properties by name, whatever the configuration says of them."""
        with self._lock:
            if self._known is None or any(_unknown(self._setup, self._known, self._of_intake)):
                known = {p["name"]: p for p in self._client.properties("contacts")}
                self._of_intake = known
                if (kind := self._setup.intake.object) != "contacts":
                    self._of_intake = {p["name"]: p for p in self._client.properties(kind)}
                    known = {**known, **self._of_intake}
                self._known = known
            return self._known

    def forget(self) -> None:
        """Ask anew when next needed: somebody may be adding what was found to be missing."""
        with self._lock:
            self._known = None

    def of_intake(self) -> Mapping[str, Mapping[str, Any]]:
        """Answer the properties of the object whose owner is written."""
        self.there()
        return self._of_intake

    def targets(self) -> dict[str, tuple[str, ...]]:
        """Answer where each of our names is written on a created contact."""
        return targets(WRITTEN, self._setup.fields, self._setup.creation)

    def about(self, name: str) -> About | None:
        """Answer what a property holds; None where there is none."""
        known = self.there().get(name)
        if known is None:
            return None
        return About(
            writable=self.is_writable(name),
            kind=_KINDS.get(str(known.get("type")), Kind.TEXT),
            choices=tuple(str(o.get("value")) for o in known.get("options") or ()),
        )

    def is_writable(self, name: str) -> bool:
        known = self.there().get(name, {})
        return not (known.get("modificationMetadata") or {}).get("readOnlyValue")

    def unique_problem(self) -> str | None:
        """What keeps creations from being idempotent; None when nothing does."""
        known = self.there().get(self._unique)
        if known is None:
            return f"contacts have no property {self._unique}: create it, as a unique text property"
        if not known.get("hasUniqueValue"):
            return f"{self._unique} is not unique: a repeated creation could make a second contact"
        return None


def _unknown(
    setup: SourceSetup, known: Mapping[str, Any], of_intake: Mapping[str, Any]
) -> Iterator[str]:
    """Fields may be the contact's; notes are written to what is owned."""
    for section, named, there in (
        ("fields", setup.fields, known),
        ("write", setup.notes, of_intake),
    ):
        for key, name in named.items():
            if name not in there:
                place = f"sources.{setup.name}.{section}.{key}"
                yield f"{place} names {name}, which this portal's {setup.intake.object} do not have"
