"""The account's own lead fields and labels, and whether the configuration names others."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.creation import About, Kind
from connectors.pipedrive.client import PipedriveClient, rows_of
from connectors.pipedrive.failures import NAME
from connectors.pipedrive.mapping import ORGANIZATION, PERSON, STANDARD
from connectors.pipedrive.paging import has_more
from connectors.setup import SourceSetup
from leads.errors import ContractError

_KINDS = {"double": Kind.NUMBER, "monetary": Kind.NUMBER, "int": Kind.WHOLE}
_PAGE = 500
Known = Mapping[str, Mapping[str, Any]]


class LeadSchema:
    """Asks for fields and labels once, when they are first needed: where the settings name any."""

    def __init__(self, client: PipedriveClient, setup: SourceSetup) -> None:
        self._client, self._setup = client, setup
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._labels: Mapping[str, str] | None = None

    def check(self) -> None:
        """Raises ContractError naming the configuration's key where it names no lead's field."""
        if not (self._setup.fields or self._setup.notes):
            return
        if problems := list(self.unknown()):
            remedy = "Write the field's API key, as Pipedrive's data fields page shows it"
            raise ContractError(NAME, "read fields", "; ".join(problems), remedy)

    def unknown(self) -> Iterator[str]:
        """Say of each key that names a field what is wrong with it."""
        for section, named in (("fields", self._setup.fields), ("write", self._setup.notes)):
            for key, name in named.items():
                if not self._is_there(name):
                    place = f"sources.{self._setup.name}.{section}.{key}"
                    yield f"{place} names {name}, which this account's leads do not have"

    def _is_there(self, name: str) -> bool:
        """What people and organizations have is not asked for here: doctor looks at it."""
        if name.startswith((f"{PERSON}.", f"{ORGANIZATION}.")) or name in STANDARD.values():
            return True
        if name not in self.there():
            self.forget()  # somebody may have made it since
        return name in self.there()

    def there(self) -> Known:
        with self._lock:
            if self._known is None:
                self._known = {str(each["key"]): each for each in self._fields()}
            return self._known

    def forget(self) -> None:
        with self._lock:
            self._known = None

    def labels(self) -> Mapping[str, str]:
        """Answer the labels' names by id; nothing is asked where no status is stated."""
        intake = self._setup.intake
        if not (intake.statuses or intake.returned):
            return {}
        with self._lock:
            if self._labels is None:
                self._labels = self.every_label()
            return self._labels

    def every_label(self) -> Mapping[str, str]:
        found = self._client.rows("read labels", "/v1/leadLabels")
        return {str(each["id"]): str(each["name"]) for each in found}

    def labels_of(self, lead: Mapping[str, Any]) -> list[str]:
        """Answer names; a label made since the last look is looked up."""
        ids = [str(each) for each in lead.get("label_ids") or ()]
        known = self.labels()
        if known and not known.keys() >= set(ids):
            with self._lock:
                self._labels = None
            known = self.labels()
        return [known.get(each, each) for each in ids]

    def in_words(self, lead: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put labels in place of the ids of options, which v1 tells as text."""
        if not self._setup.fields:
            return lead
        named = [name for name in self._setup.fields.values() if lead.get(name) is not None]
        return {**lead, **{name: self._words(name, lead[name]) for name in named}}

    def _words(self, name: str, value: Any) -> Any:
        options = self.there().get(name, {}).get("options") or ()
        words = {str(each.get("id")): each.get("label") for each in options}
        if not words:
            return value
        return [words.get(part, part) for part in str(value).split(",")]

    def about(self, name: str) -> About | None:
        """Answer what a lead's field holds; None where there is none."""
        known = self.there().get(name)
        if known is None:
            return None
        kind = _KINDS.get(str(known.get("field_type")), Kind.TEXT)
        return About(writable=known.get("bulk_edit_allowed") is not False, kind=kind)

    def _fields(self) -> Iterator[Mapping[str, Any]]:
        start, is_more = 0, True
        while is_more:
            query = {"start": str(start), "limit": str(_PAGE)}
            body = self._client.get("read lead fields", "/v1/leadFields", **query)
            found = rows_of(body, "read lead fields")
            yield from found
            start, is_more = start + len(found), bool(found) and has_more(body)
