"""First touches: completed tasks and events of people, and a status that left the open set."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Any

from connectors.salesforce import paging, soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.key_prefixes import CONTACT, LEAD, QUEUE, USER
from connectors.salesforce.machines import Machines
from connectors.salesforce.paging import read_stamp
from connectors.salesforce.settings import SalesforceSettings
from leads.activity import OwnerShift, Touch, TouchKind
from leads.errors import ContractError
from leads.keys import CrmOwnerId

_TASK_FIELDS = (
    "Id",
    "WhoId",
    "OwnerId",
    "TaskSubtype",
    "CompletedDateTime",
    "CreatedById",
    "LastModifiedById",
    "SystemModstamp",
)
_EVENT_FIELDS = "Id, WhoId, OwnerId, EndDateTime, CreatedById, LastModifiedById, SystemModstamp"
_KINDS = {"Call": TouchKind.CALL, "Email": TouchKind.EMAIL, "ListEmail": TouchKind.EMAIL}
_OWNERS = (USER, QUEUE)
_IDS_AT_ONCE = 200


class Activity:
    """
    Reads what people did. In one of `open_statuses` a lead waits for its first touch.

    So it does in one of `returned`: who hands a lead back was not in touch, and the next one is to
    be. Without `open_statuses`, in every one that is not closed.
    """

    def __init__(
        self,
        client: SalesforceClient,
        settings: SalesforceSettings,
        machines: Machines,
        open_statuses: Sequence[str],
        returned: Sequence[str],
    ) -> None:
        self._client, self._settings, self._machines = client, settings, machines
        self._open_statuses, self._returned = frozenset(open_statuses), frozenset(returned)
        self._history: bool | None = None
        self._lock = threading.Lock()

    def touches(self, since: datetime) -> Iterator[Touch]:
        start = since - timedelta(seconds=self._settings.overlap_seconds)
        parts = (self._tasks(start), self._events(start), self._left_open(start))
        yield from merge(*parts, key=lambda touch: touch.recorded_at)

    def owner_history(self, record_ids: Sequence[str]) -> Iterator[OwnerShift]:
        """A change of owner leaves two rows, of ids and of names: those of ids are read."""
        if not self.has_history():
            return
        shifts: list[OwnerShift] = []
        known = list({soql.short_id(i): i for i in record_ids if soql.is_id(i)}.values())
        for start in range(0, len(known), _IDS_AT_ONCE):
            ids = soql.quoted(known[start : start + _IDS_AT_ONCE])
            shifts += self._shifts(f"Field = 'Owner' AND LeadId IN {ids}")
        yield from sorted(shifts, key=lambda shift: shift.at)

    def has_history(self) -> bool:
        """Whether the org keeps LeadHistory, and lets us see it."""
        with self._lock:
            if self._history is None:
                self._history = is_visible(self._client, "LeadHistory")
            return self._history

    def _tasks(self, start: datetime) -> Iterator[Touch]:
        pages = paging.changes(
            self._client,
            "read completed tasks",
            _TASK_FIELDS,
            conditions=("IsClosed = true", "WhoId != null"),
            since=start,
            overlap=0,
            page_size=self._settings.page_size,
            entity="Task",
        )
        for rows in pages:
            done = {
                r["Id"]: read_stamp(r["CompletedDateTime"] or r["SystemModstamp"]) for r in rows
            }
            leads = self._leads_of(rows, done)
            for row in rows:
                kind = _KINDS.get(row["TaskSubtype"], TouchKind.TASK)
                recorded = read_stamp(row["SystemModstamp"])
                if row["Id"] in leads:
                    at, lead = done[row["Id"]], leads[row["Id"]]
                    yield from self._touch(row, kind, lead, at, recorded)

    def _events(self, start: datetime) -> Iterator[Touch]:
        """An event that was planned earlier is over one day without having been changed again."""
        now = datetime.now(UTC)
        begun, over = soql.instant(start), soql.instant(now)
        text = (
            f"SELECT {_EVENT_FIELDS} FROM Event WHERE WhoId != null AND EndDateTime <= {over}"  # noqa: S608  (our own)
            f" AND (SystemModstamp >= {begun} OR EndDateTime >= {begun})"
        )
        rows = self._rows("read events", text)
        ends = {row["Id"]: read_stamp(row["EndDateTime"]) for row in rows}
        leads = self._leads_of(rows, ends)
        touches: list[Touch] = []
        for row in rows:
            if row["Id"] in leads:
                end = ends[row["Id"]]
                recorded = max(end, read_stamp(row["SystemModstamp"]))
                touches += self._touch(row, TouchKind.MEETING, leads[row["Id"]], end, recorded)
        yield from sorted(touches, key=lambda touch: touch.recorded_at)

    def _left_open(self, start: datetime) -> Iterator[Touch]:
        """By the history; where the org keeps none, by who changed the lead last."""
        if self.has_history():
            text = (
                "SELECT Id, LeadId, OldValue, NewValue, CreatedById, CreatedDate FROM LeadHistory"  # noqa: S608  (our own)
                f" WHERE Field = 'Status' AND CreatedDate >= {soql.instant(start)}"
                " ORDER BY CreatedDate ASC, Id ASC"
            )
            for row in self._rows("read status history", text):
                if self._is_open(row["OldValue"]) and not self._is_open(row["NewValue"]):
                    yield from self._changed(row["LeadId"], row["Id"], row["CreatedDate"], row)
            return
        text = (
            "SELECT Id, Status, LastModifiedById, LastModifiedDate FROM Lead"  # noqa: S608  (our own)
            f" WHERE LastModifiedDate >= {soql.instant(start)} ORDER BY LastModifiedDate ASC"
        )
        for row in self._rows("read statuses", text):
            if not self._is_open(row["Status"]):
                evidence = f"{row['Id']}:{row['Status']}"
                yield from self._changed(row["Id"], evidence, row["LastModifiedDate"], row)

    def _changed(self, lead: str, evidence: str, when: str, row: Row) -> Iterator[Touch]:
        owner = self._machines.doer(row.get("CreatedById"), row.get("LastModifiedById"))
        if owner:
            at = read_stamp(when)
            yield Touch(
                record_id=lead,
                at=at,
                kind=TouchKind.STATUS,
                evidence=evidence,
                recorded_at=at,
                owner=owner,
            )

    def _touch(
        self, row: Row, kind: TouchKind, lead: str, at: datetime, recorded: datetime
    ) -> Iterator[Touch]:
        """Nobody's, when only machines made and changed it: an automatic e-mail, say."""
        doer = self._machines.doer(row["LastModifiedById"], row["CreatedById"])
        if doer:
            yield Touch(
                record_id=lead,
                at=at,
                kind=kind,
                evidence=row["Id"],
                recorded_at=recorded,
                owner=self._machines.doer(row["OwnerId"]) or doer,
            )

    def _leads_of(self, rows: Sequence[Row], at: Mapping[str, datetime]) -> dict[str, str]:
        """
        Answer each activity's lead by the activity's id; what is on nobody's lead has none.

        A conversion hangs a lead's activities on the contact: from there they are led back, to
        the contact's latest lead that was there when it happened.
        """
        contacts = {r["WhoId"] for r in rows if r["WhoId"].startswith(CONTACT)}
        born = self._converted_into(sorted(contacts))
        found: dict[str, str] = {}
        for row in rows:
            who = row["WhoId"]
            if who.startswith(LEAD):
                found[row["Id"]] = who
            for created, lead in born.get(who, ()):
                if created <= at[row["Id"]]:
                    found[row["Id"]] = lead
        return found

    def _converted_into(self, contacts: Sequence[str]) -> dict[str, list[tuple[datetime, str]]]:
        found: dict[str, list[tuple[datetime, str]]] = {}
        for start in range(0, len(contacts), _IDS_AT_ONCE):
            some = soql.quoted(contacts[start : start + _IDS_AT_ONCE])
            text = (
                "SELECT Id, ConvertedContactId, CreatedDate FROM Lead"  # noqa: S608  (quoted)
                f" WHERE ConvertedContactId IN {some} ORDER BY CreatedDate ASC"
            )
            for row in self._rows("read converted leads", text):
                entry = (read_stamp(row["CreatedDate"]), row["Id"])
                found.setdefault(row["ConvertedContactId"], []).append(entry)
        return found

    def _shifts(self, condition: str) -> Iterator[OwnerShift]:
        text = (
            "SELECT LeadId, OldValue, NewValue, CreatedById, CreatedDate FROM LeadHistory"  # noqa: S608  (quoted)
            f" WHERE {condition} ORDER BY CreatedDate ASC, Id ASC"
        )
        us = self._machines.ourselves()
        # Even of a day's last calls: it is asked for to make good what a write of ours undid.
        for row in self._client.repeat_rows("read owner history", text):
            before, after = row["OldValue"], row["NewValue"]
            if _is_owner(before) and _is_owner(after):
                yield OwnerShift(
                    record_id=row["LeadId"],
                    at=read_stamp(row["CreatedDate"]),
                    before=CrmOwnerId(before),
                    after=CrmOwnerId(after),
                    by=row["CreatedById"],
                    by_us=row["CreatedById"] == us,
                )

    def _rows(self, operation: str, text: str) -> list[Row]:
        self._client.require_room(operation)
        return self._client.repeat_rows(operation, text)

    def _is_open(self, status: Any) -> bool:
        if status in self._returned:
            return True
        if self._open_statuses:
            return status in self._open_statuses
        return not str(status or "").startswith(self._settings.closed_statuses)


def is_visible(client: SalesforceClient, entity: str) -> bool:
    """Whether the org has the object and lets us see it."""
    try:
        client.ask(f"describe {entity}", lambda api: api.restful(f"sobjects/{entity}/describe"))
    except ContractError:
        return False
    return True


def _is_owner(value: Any) -> bool:
    """A name may have 15 letters, and so look like an id at first."""
    return isinstance(value, str) and value.startswith(_OWNERS) and soql.is_id(value)
