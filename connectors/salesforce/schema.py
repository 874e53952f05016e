"""The org's own Lead: which fields there are, and whether the configuration names others."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.creation import About, Kind, targets
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.failures import NAME
from connectors.salesforce.mapping import WITH_PICKLISTS, WRITTEN
from connectors.salesforce.settings import SalesforceSettings
from connectors.setup import SourceSetup
from leads.errors import ContractError
from leads.shorten import shortened

_OPERATION = "describe Lead"
_KINDS: Mapping[str, Kind] = {
    "boolean": Kind.YES_OR_NO,
    "int": Kind.WHOLE,
    **dict.fromkeys(("double", "currency", "percent"), Kind.NUMBER),
}


class LeadSchema:
    """Asks for the describe once, when it is first needed."""

    def __init__(
        self, client: SalesforceClient, settings: SalesforceSettings, setup: SourceSetup
    ) -> None:
        self._client, self._settings, self._setup = client, settings, setup
        self._lock = threading.Lock()
        self._fields: Mapping[str, Mapping[str, Any]] | None = None

    def has(self, field: str) -> bool:
        return field in self.fields()

    def targets(self) -> dict[str, tuple[str, ...]]:
        """Answer where each of our names is written on a created Lead."""
        coded = {n: f for n, f in WITH_PICKLISTS.items() if f in self.described()}
        usual = {**WRITTEN, **coded}
        return targets(usual, self._setup.fields, self._setup.creation)

    def about(self, name: str) -> About | None:
        """Answer what a creation may set; None where there is no such field."""
        return _about(self.described().get(name), "createable")

    def about_update(self, name: str) -> About | None:
        """Answer the same of a change."""
        return _about(self.described().get(name), "updateable")

    def worded(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """
        Answer `texts` as their fields' types want them, cut to their lengths.

        One value too long would refuse the whole record.
        """
        known = self.fields()
        return {name: _value(text, known[name]) for name, text in texts.items()}

    def fields(self) -> Mapping[str, Mapping[str, Any]]:
        """
        Answer the describe's fields by name.

        Raises ContractError naming the configuration's key when it names a field the org lacks:
        the vendor's own INVALID_FIELD would refuse every page without saying where it comes from.
        """
        fields = self.described()
        problems = list(_unknown(self._setup, fields))
        if problems:
            raise ContractError(NAME, _OPERATION, "; ".join(problems), _remedy(fields))
        return fields

    def described(self) -> Mapping[str, Mapping[str, Any]]:
        """Answer the org's fields by name, whatever the configuration says of them."""
        with self._lock:
            if self._fields is None or any(_unknown(self._setup, self._fields)):
                self._fields = self._describe()
            return self._fields

    def forget(self) -> None:
        """Ask anew when next needed: somebody may be adding what was found to be missing."""
        with self._lock:
            self._fields = None

    def _describe(self) -> Mapping[str, Mapping[str, Any]]:
        answer = self._client.ask(_OPERATION, lambda api: api.restful("sobjects/Lead/describe"))
        listed = answer.get("fields") if isinstance(answer, dict) else None
        if not isinstance(listed, list):
            raise ContractError(NAME, _OPERATION, "the answer has no fields")
        return {f["name"]: f for f in listed}

    def external_id_problem(self) -> str | None:
        """What keeps creations from being idempotent; None when nothing does."""
        name = self._settings.external_id_field
        field = self.described().get(name)
        if field is None:
            return f"Lead has no field {name}: add a text field, unique and external id"
        if not field.get("unique"):
            return f"Lead.{name} is not unique: a creation repeated could make a second lead"
        return None


def _about(known: Mapping[str, Any] | None, may: str) -> About | None:
    if known is None:
        return None
    listed = known.get("picklistValues") or () if known.get("restrictedPicklist") else ()
    return About(
        writable=bool(known.get(may)),
        kind=_KINDS.get(str(known.get("type")), Kind.TEXT),
        choices=tuple(str(c.get("value")) for c in listed if c.get("active")),
    )


def _value(text: str, field: Mapping[str, Any]) -> Any:
    match _KINDS.get(str(field.get("type"))):
        case Kind.YES_OR_NO:
            return text == "true"
        case Kind.WHOLE:
            return int(text) if text else None
        case Kind.NUMBER:
            return float(text) if text else None
        case _:
            return _cut(text, field)


def _cut(text: str, field: Mapping[str, Any]) -> str:
    length = int(field.get("length") or 0)
    if not length or field.get("type") == "email":
        return text  # half an e-mail address is somebody else's
    return shortened(text, length)


def _unknown(setup: SourceSetup, fields: Mapping[str, Any]) -> Iterator[str]:
    for section, named in (("fields", setup.fields), ("write", setup.notes)):
        for key, field in named.items():
            if field not in fields:
                place = f"sources.{setup.name}.{section}.{key}"
                yield f"{place} names {field}, which this org's Lead does not have"


def _remedy(fields: Mapping[str, Any]) -> str:
    custom = sorted(name for name in fields if name.endswith("__c"))
    listed = f": {', '.join(custom[:20])}" if custom else ""
    return f"Correct the name, or let the API user see the field (custom fields seen{listed})"
