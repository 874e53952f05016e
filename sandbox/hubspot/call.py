"""One API call as the handlers see it, and a contact as the API shows it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.hubspot.account import PORTAL_ID
from sandbox.hubspot.errors import Refusal, not_json
from sandbox.hubspot.properties import stamp
from sandbox.hubspot.records import Contact, State
from sandbox.hubspot.shelf import Shelf

Answer = tuple[int, dict[str, Any] | None]
"""HTTP status and body."""

_COMPUTED = (
    *("createdate", "hs_object_id", "hs_is_unworked", "lifecyclestage"),
    *("hs_object_source", "hs_object_source_id", "hs_object_source_label"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The parts of a request that handlers read."""

    query: QueryParams
    path: Mapping[str, str]
    text: str

    def json(self) -> dict[str, Any]:
        try:
            body = json.loads(self.text)
        except ValueError as error:
            raise not_json("Unexpected character or end-of-input") from error
        if not isinstance(body, dict):
            raise not_json("Cannot deserialize value from Array value")
        return body

    def names(self, parameter: str) -> list[str]:
        """A list parameter: repeated, comma-separated, or both."""
        return [n for part in self.query.getlist(parameter) for n in part.split(",") if n]

    def number(self, parameter: str, default: int, most: int) -> int:
        text = self.query.get(parameter, str(default))
        if not text.isdecimal() or not 0 < int(text) <= most:
            raise Refusal(400, f"Invalid {parameter}: {text}. It must be between 1 and {most}.")
        return int(text)

    @property
    def archived(self) -> bool:
        return self.query.get("archived", "false").lower() == "true"


def text_list(body: Mapping[str, Any], name: str) -> list[str]:
    """A list of strings in a body; absent and null are empty."""
    listed = body.get(name) or []
    if not isinstance(listed, list):
        raise not_json(f"Cannot deserialize value of type `java.util.ArrayList` ({name})")
    return [str(entry) for entry in listed]


def shown(
    shelf: Shelf,
    contact: Contact,
    state: State,
    properties: Collection[str] = (),
    history: Collection[str] = (),
) -> dict[str, Any]:
    """A contact as reads show it: what was asked for, null when unset, unknown names left out."""
    kind = shelf.kind
    always = (kind.created, kind.changed, "hs_object_id")
    names = {*properties, *history, *always} if properties or history else {*kind.shown}
    record = _record(shelf, contact, state, sorted(n for n in names if n in shelf.properties))
    if history:
        record["propertiesWithHistory"] = {
            name: contact.history(name) for name in history if name in shelf.properties
        }
    return record


def written(shelf: Shelf, contact: Contact, changed: Collection[str]) -> dict[str, Any]:
    """A contact as writes show it: only what was written and what the vendor computes."""
    computed = (shelf.kind.created, shelf.kind.changed, *_COMPUTED)
    names = {n for n in (*changed, *computed) if n in contact.state.values}
    return _record(shelf, contact, contact.state, sorted(names))


def _record(shelf: Shelf, contact: Contact, state: State, names: Collection[str]) -> dict[str, Any]:
    return {
        "id": contact.id,
        "properties": {name: state.values.get(name) for name in names},
        "createdAt": stamp(contact.created),
        "updatedAt": state.values.get(shelf.kind.changed),
        "archived": contact.archived,
        "url": f"https://app.hubspot.com/contacts/{PORTAL_ID}/record/{shelf.kind.type_id}/{contact.id}",
    }
