"""Contacts and owners as the portal keeps them: every change, so that any moment can be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

from sandbox.hubspot.properties import Key, Property, key_of, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who changed a record, in the words of a property's history."""

    source_type: str
    source_id: str
    label: str
    user: int | None = None

    def as_json(self) -> dict[str, Any]:
        by = {} if self.user is None else {"updatedByUserId": self.user}
        return {
            "sourceType": self.source_type,
            "sourceId": self.source_id,
            "sourceLabel": self.label,
            **by,
        }


API = Author(source_type="INTEGRATION", source_id="19083857", label="Sandbox private app")
PERSON = Author(source_type="CRM_UI", source_id="userId:1004471", label="A person", user=1004471)
WORLD = Author(source_type="FORM", source_id="sandbox-form", label="Web form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write: only the properties it set; None clears one."""

    at: datetime
    author: Author
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A contact at one moment: the texts the API shows and the keys it compares by."""

    values: Mapping[str, str]
    keys: Mapping[str, Key]

    def after(self, change: Change, properties: Mapping[str, Property]) -> "State":
        values, keys = dict(self.values), dict(self.keys)
        for name, text in change.values.items():
            if text is None:
                values.pop(name, None)
                keys.pop(name, None)
            else:
                values[name], keys[name] = text, key_of(properties[name].type, text)
        return State(values=values, keys=keys)


EMPTY = State(values={}, keys={})


@dataclass(slots=True, kw_only=True)
class Contact:
    """One contact. `merged_into` names the record that swallowed it."""

    id: str
    created: datetime
    updated: datetime
    state: State = EMPTY
    changes: list[Change] = field(default_factory=list)
    archived: bool = False
    merged_into: str | None = None

    def apply(self, change: Change, properties: Mapping[str, Property]) -> None:
        self.changes.append(change)
        self.state = self.state.after(change, properties)
        self.updated = change.at

    def state_at(self, at: datetime, properties: Mapping[str, Property]) -> State | None:
        """What the record was at `at`; None when it did not exist yet."""
        if self.updated <= at:
            return self.state
        known = [change for change in self.changes if change.at <= at]
        state = EMPTY
        for change in known:
            state = state.after(change, properties)
        return state if known else None

    def history(self, name: str) -> list[dict[str, Any]]:
        """Every value of one property, newest first."""
        return [
            {
                "value": change.values[name] or "",
                "timestamp": stamp(change.at),
                **change.author.as_json(),
            }
            for change in reversed(self.changes)
            if name in change.values
        ]


def team_id(name: str) -> str:
    """Answer a team's id, which all of its members tell alike."""
    return str(crc32(name.encode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Somebody or some queue a contact can belong to. `id` is not the user's id."""

    id: str
    name: str
    email: str
    created: datetime
    archived: bool = False
    queue: bool = False
    teams: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        first, _, last = self.name.partition(" ")
        user = None if self.queue else 1_000_000 + int(self.id)
        teams = [
            {"id": team_id(name), "name": name, "primary": number == 1}
            for number, name in enumerate(self.teams, 1)
        ]
        return {
            **({"teams": teams} if teams else {}),
            "id": self.id,
            "email": self.email,
            "type": "QUEUE" if self.queue else "PERSON",
            "firstName": first,
            "lastName": last,
            "userId": None if self.archived else user,
            "userIdIncludingInactive": user,
            "createdAt": stamp(self.created),
            "updatedAt": stamp(self.created),
            "archived": self.archived,
        }
