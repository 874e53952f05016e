"""The org's own Lead: which fields there are, and whether the configuration names others."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.base import SourceSetup
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.failures import NAME
from connectors.salesforce.settings import SalesforceSettings
from leads.errors import ContractError
from leads.shorten import shortened

_OPERATION = "describe Lead"


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

    def fitted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """
        Leave out what a creation may not set, and cut text to its field's length.

        One value too long, or not of a restricted picklist, would refuse the whole record.
        """
        known = self.fields()
        return {
            name: _cut(value, known[name])
            for name, value in values.items()
            if name in known and known[name].get("createable") and _is_choice(value, known[name])
        }

    def cut(self, notes: Mapping[str, str]) -> dict[str, Any]:
        """
        Leave out notes that may not be written, and cut the others to their fields' lengths.

        Neither a long reason nor a missing permission must cost a lead its owner.
        """
        known = self.fields()
        return {
            name: _cut(text, known.get(name, {}))
            for name, text in notes.items()
            if known.get(name, {}).get("updateable", True)
        }

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


def _cut(value: Any, field: Mapping[str, Any]) -> Any:
    length = int(field.get("length") or 0)
    if not (isinstance(value, str) and length) or field.get("type") == "email":
        return value  # half an e-mail address is somebody else's
    return shortened(value, length)


def _is_choice(value: Any, field: Mapping[str, Any]) -> bool:
    if not field.get("restrictedPicklist"):
        return True
    return value in {c.get("value") for c in field.get("picklistValues") or () if c.get("active")}


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
