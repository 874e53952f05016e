"""A company's Pipedrive account, in memory."""

import threading
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from sandbox.app import Ground
from sandbox.pipedrive.limits import Limits

Record = dict[str, Any]
_FIELDS = ("title", "owner_id", "person_id", "organization_id", "label_ids", "value", "channel_id")


class PipedriveAccount:
    """
    Whom it has, by id. `own_fields` are custom fields of deals, which leads share, by their key.

    What a person does in the pages is a method here; what the API does is in `answers`.
    """

    def __init__(self, ground: Ground, own_fields: Mapping[str, Record] | None = None) -> None:
        self.ground = ground
        self.limits = Limits()
        self.lock = threading.RLock()
        self.users: dict[int, Record] = {}
        self.leads: dict[str, Record] = {}
        self.labels: dict[str, str] = {}
        self.kinds: dict[str, dict[int, Record]] = {
            name: {} for name in ("persons", "organizations", "deals", "activities")
        }
        self.own_fields = dict(own_fields or {})
        self.contact_fields: dict[str, list[str]] = {"person": [], "organization": []}
        self._numbers = count(1)

    def add_user(
        self, user_id: int, name: str, email: str, *, active: bool = True, zone: str = "Etc/UTC"
    ) -> None:
        self.users[user_id] = {
            "id": user_id,
            "name": name,
            "email": email,
            "active_flag": active,
            "is_deleted": False,
            "timezone_name": zone,
        }

    def add_label(self, name: str) -> str:
        """Answer its id; one that is there keeps its own."""
        there = next((i for i, each in self.labels.items() if each == name), None)
        made = there or _uuid(next(self._numbers), "1a")
        self.labels[made] = name
        return made

    def add(self, kind: str, fields: Mapping[str, Any], *, created: datetime | None = None) -> int:
        """Add a person, an organization, a deal or an activity; answer its id."""
        with self.lock:
            number, at = next(self._numbers), self._stamp(created)
            told = {"add_time": at, "update_time": at, "is_deleted": False, "custom_fields": {}}
            self.kinds[kind][number] = {"id": number, **told, **fields}
            return number

    def add_lead(
        self,
        title: str,
        owner: int,
        *,
        person: int | None = None,
        organization: int | None = None,
        created: datetime | None = None,
        **more: Any,
    ) -> str:
        with self.lock:
            made = _uuid(next(self._numbers), "4b")
            at = (created or self.ground.clock.now()).isoformat(timespec="milliseconds")
            self.leads[made] = {
                "id": made,
                "title": title,
                "owner_id": owner,
                "creator_id": owner,
                "label_ids": [],
                "person_id": person,
                "organization_id": organization,
                "source_name": "Manually created",
                "origin": "ManuallyCreated",
                "channel": None,
                "channel_id": None,
                "is_archived": False,
                "was_seen": False,
                "value": None,
                "expected_close_date": None,
                "next_activity_id": None,
                "add_time": at.replace("+00:00", "Z"),
                "update_time": at.replace("+00:00", "Z"),
                "visible_to": "3",
                **more,
            }
        self.ground.log("created", "leads", (made,), by="person")
        return made

    def person_edits(self, lead_id: str, **fields: Any) -> None:
        """Somebody changes a lead in the pages."""
        with self.lock:
            self.change(lead_id, fields)
        self.ground.log("edited", "leads", (lead_id,), by="person")

    def person_edits_other(self, kind: str, number: int, **fields: Any) -> None:
        """Somebody changes a person, an organization, a deal or an activity."""
        with self.lock:
            self.kinds[kind][number] |= {**fields, "update_time": self._stamp(None)}

    def person_converts(self, lead_id: str, *, stage: str = "open", **deal: Any) -> int:
        """Somebody makes a deal of it: the lead is deleted, and the deal says which it was."""
        with self.lock:
            lead = self.leads.pop(lead_id)
            of_lead = {"owner_id": lead["owner_id"], "person_id": lead["person_id"]}
            told = {"title": lead["title"], "source_lead_id": lead_id, "status": stage}
            return self.add("deals", {**of_lead, **told, "value": None, "currency": "EUR", **deal})

    def change(self, lead_id: str, fields: Mapping[str, Any]) -> Record:
        at = self.ground.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        lead = self.leads[lead_id]
        lead |= {**fields, "update_time": at}
        return lead

    def field_keys(self) -> dict[str, Record]:
        """Answer what leads may be given, by key: their own fields, and the custom ones."""
        own = {name: {"key": name, "name": name, "field_type": "varchar"} for name in _FIELDS}
        return {**own, **self.own_fields}

    def _stamp(self, at: datetime | None) -> str:
        told = (at or self.ground.clock.now()).isoformat(timespec="seconds")
        return told.replace("+00:00", "Z")


def _uuid(number: int, node: str) -> str:
    return f"{number:08x}-0e10-4000-8000-{node}{number:010x}"
