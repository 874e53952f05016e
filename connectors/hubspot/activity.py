"""First touches: calls, e-mails, meetings and tasks done by people, and leads they moved on."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.history import MACHINES, Entry, histories
from connectors.hubspot.kinds import CONTACTS, IntakeObject
from connectors.hubspot.links import records_of
from connectors.hubspot.mapping import OWNER, changed_by, epoch_ms, moment
from connectors.hubspot.paging import Changes
from connectors.hubspot.settings import HubSpotSettings
from leads.activity import Touch, TouchKind
from leads.keys import CrmOwnerId

_COMMON = (OWNER, "hs_timestamp", "hs_lastmodifieddate", "hs_object_source", "hs_object_source_id")
_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "calls": ("hs_call_status",),
    "emails": ("hs_email_direction", "hs_email_status"),
    "meetings": ("hs_meeting_outcome",),
    "tasks": ("hs_task_status", "hs_task_type", "hs_task_completion_date"),
}
_NO_CALL = frozenset(["QUEUED", "RINGING", "CONNECTING", "CALLING_CRM_USER", "CANCELED", "FAILED"])
_KINDS = {"calls": TouchKind.CALL, "emails": TouchKind.EMAIL, "meetings": TouchKind.MEETING}
_TASK_KINDS = {"CALL": TouchKind.CALL, "EMAIL": TouchKind.EMAIL, "MEETING": TouchKind.MEETING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """
    Read from the activities themselves and from the status's history.

    A contact's `notes_last_contacted` does not say by whom and moves when an app logs something;
    `hs_last_sales_activity_timestamp` moves when the lead opens an e-mail.
    """

    client: HubSpotClient
    settings: HubSpotSettings
    untouched: frozenset[str]
    kind: IntakeObject = CONTACTS

    def since(self, at: datetime) -> Iterator[Touch]:
        start = at - timedelta(seconds=self.settings.look_back_seconds)
        streams = [self._activities(kind, start) for kind in self.settings.activities]
        streams.append(self._status_changes(start))
        return heapq.merge(*streams, key=lambda touch: touch.recorded_at)

    def _activities(self, kind: str, start: datetime) -> Iterator[Touch]:
        properties = (*_COMMON, *_PROPERTIES[kind])
        changes = Changes(
            self.client,
            kind,
            f"read {kind}",
            properties=properties,
            page_size=self.settings.page_size,
        )
        for page in changes.since(start):
            done = [a for a in page if _is_done(kind, a["properties"])]
            theirs = self._by_people(kind, done)
            records = records_of(self.client, kind, [a["id"] for a in theirs], self.kind)
            for activity in theirs:
                for record in records.get(activity["id"], ()):
                    yield _touch(kind, activity, record)

    def _by_people(self, kind: str, activities: Sequence[Json]) -> list[Json]:
        """A task is its finisher's, whoever made it: we make tasks ourselves."""
        owned = [a for a in activities if a["properties"].get(OWNER)]
        if kind == "tasks":
            ids = [a["id"] for a in owned]
            found = dict(histories(self.client, kind, "hs_task_status", ids)) if ids else {}
            return [a for a in owned if self._was_finished_by_hand(found.get(a["id"], []))]
        trusted = self.settings.trusted_apps
        return [
            a
            for a in owned
            if a["properties"].get("hs_object_source") not in MACHINES
            or a["properties"].get("hs_object_source_id") in trusted
        ]

    def _was_finished_by_hand(self, entries: Sequence[Entry]) -> bool:
        finished = [entry for entry in entries if entry.value == "COMPLETED"]
        return bool(finished) and finished[-1].is_a_persons(self.settings.trusted_apps)

    def _status_changes(self, start: datetime) -> Iterator[Touch]:
        kind, name, changed = self.kind.name, self.kind.status, changed_by(self.kind.name)
        changes = Changes(
            self.client,
            kind,
            "read lead statuses",
            properties=(name, changed),
            page_size=self.settings.page_size,
            filters=[{"propertyName": name, "operator": "HAS_PROPERTY"}],
        )
        for page in changes.since(start):
            at = {
                c["id"]: moment(c["properties"][changed])
                for c in page
                if c["properties"][name] not in self.untouched
            }
            for contact, entries in histories(self.client, kind, name, list(at)):
                for entry in self._left_open(entries):
                    if entry.at >= start and contact in at:
                        yield _status_touch(contact, entry, at[contact])

    def _left_open(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        """Changes by people from a status that means untouched (or none) to another."""
        before: str | None = None
        for entry in entries:
            was_open = before is None or before in self.untouched
            is_open = entry.value is None or entry.value in self.untouched
            if was_open and not is_open and entry.is_a_persons(self.settings.trusted_apps):
                yield entry
            before = entry.value


def _is_done(kind: str, properties: Mapping[str, str | None]) -> bool:
    match kind:
        case "calls":
            return properties.get("hs_call_status") not in _NO_CALL
        case "emails":
            sent = properties.get("hs_email_status") in (None, "SENT")
            return sent and properties.get("hs_email_direction") != "INCOMING_EMAIL"
        case "meetings":
            return properties.get("hs_meeting_outcome") == "COMPLETED"
        case _:
            return properties.get("hs_task_status") == "COMPLETED"


def _touch(kind: str, activity: Json, contact: str) -> Touch:
    properties = activity["properties"]
    recorded = moment(properties["hs_lastmodifieddate"])
    at = properties.get("hs_task_completion_date" if kind == "tasks" else "hs_timestamp")
    task = _TASK_KINDS.get(str(properties.get("hs_task_type")), TouchKind.TASK)
    return Touch(
        record_id=contact,
        at=moment(at) if at else recorded,
        kind=_KINDS.get(kind, task),
        evidence=f"{kind}:{activity['id']}",
        recorded_at=recorded,
        owner=CrmOwnerId(properties[OWNER]),
    )


def _status_touch(contact: str, entry: Entry, recorded: datetime) -> Touch:
    return Touch(
        record_id=contact,
        at=entry.at,
        kind=TouchKind.STATUS,
        evidence=f"status:{epoch_ms(entry.at)}",
        recorded_at=recorded,
    )
