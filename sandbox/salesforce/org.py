"""One Salesforce org in memory: its people, queues and leads, and what a person does to them."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sandbox.app import Ground
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.doors import Doors
from sandbox.salesforce.duplicate_rules import NO_RULES
from sandbox.salesforce.furnishing import (
    FOUNDED,
    ORGANIZATION,
    completed_call,
    organization,
    queue,
    user,
)
from sandbox.salesforce.jobs import Bulk
from sandbox.salesforce.lead_book import LeadBook, audit
from sandbox.salesforce.lead_schema import CONVERTED_STATUS, lead_entity
from sandbox.salesforce.other_schemas import NAME_ENTITY, other_entities
from sandbox.salesforce.records import Records, Row, RowsView
from sandbox.salesforce.sales import Sales
from sandbox.salesforce.schema import Column, Entity
from sandbox.salesforce.sessions import Allowance, Sessions
from sandbox.salesforce.soql.dates import wire_datetime
from sandbox.world.roster import ADMIN, INTEGRATION_USER, Seat

_NAMED = ("User", "Group", "Lead", "Contact", "Account", "Opportunity")
_DAILY_CALLS = 115_000  # an Enterprise org with 15 licences
_Event = tuple[str, str, tuple[str, ...], dict[str, Any]]
_NO_FIELDS: Mapping[str, str] = {}


class SalesforceOrg:
    """
    Thread-safe. Switches a test or a world may turn at any time:

    `assignment_rule_owner`: who an active lead assignment rule gives a lead to whenever it is
    created or updated without `Sforce-Auto-Assign: FALSE`; None leaves owners alone.
    `assignment_rule_active`: the rule's own switch. `duplicate_rules`: which new leads are taken
    for somebody who is there. `keeps_history`: LeadHistory is there.
    `may_transfer`: the API user may give leads to others. `clock_skew`: every answer tells a time
    so far from the true one (to be served without a date header).
    `page_size`: rows in a page of a query, at most 2000.
    `allowance.limit`: calls in 24 hours. `doors`: which logins are open.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        custom_fields: Mapping[str, str] = _NO_FIELDS,
        activity_fields: Mapping[str, str] = _NO_FIELDS,
        place_picklists: bool = False,
    ) -> None:
        self.ground = ground
        self.lock = threading.RLock()
        lead = lead_entity(custom_fields, place_picklists=place_picklists)
        entities = (lead, *other_entities(activity_fields))
        self.entities: Mapping[str, Entity] = {entity.name: entity for entity in entities}
        self.records = Records(self.entities)
        self.book = LeadBook(self.entities["Lead"], self.records, self.now, self.name_of)
        self.sales = Sales(self.records, self.now)
        self.doors = Doors()
        self.sessions = Sessions(ORGANIZATION)
        self.allowance = Allowance(_DAILY_CALLS)
        self.cursors = Cursors()
        self.bulk = Bulk()
        self.running_user = INTEGRATION_USER.salesforce
        self.assignment_rule_active = True
        self.assignment_rule_owner: str | None = None
        self.duplicate_rules = NO_RULES
        self.keeps_history = self.may_transfer = True
        self.clock_skew: timedelta | None = None
        self.page_size = 2000
        self.leads: Mapping[str, Row] = RowsView(self.records.of("Lead"), self.lock)
        self.users: Mapping[str, Row] = RowsView(self.records.of("User"), self.lock)
        self.queues: Mapping[str, Row] = RowsView(self.records.of("Group"), self.lock)
        self._by_lower = {name.lower(): entity for name, entity in self.entities.items()}
        self._held: list[_Event] | None = None
        stamps = audit(FOUNDED, self.running_user)
        self.records.insert("Organization", {**organization(), **stamps})
        for seat in (INTEGRATION_USER, ADMIN):
            self.add_seat(seat)

    def add_seat(self, seat: Seat) -> None:
        """Add somebody of the roster, person or queue."""
        if seat.queue:
            self.add_queue(seat.salesforce, seat.name)
        else:
            self.add_user(
                seat.salesforce, seat.name, seat.email, active=seat.active, zone=seat.zone
            )

    def add_user(
        self, record_id: str, name: str, email: str, *, active: bool = True, zone: str = "GMT"
    ) -> None:
        """Add a person, or change one who is there."""
        with self.lock:
            stamps = audit(self.wire_now(), self.running_user)
            made = user(record_id, name, email, active=active, zone=zone)
            self.records.insert("User", {**made, **stamps})

    def add_queue(self, record_id: str, name: str) -> None:
        """Add a queue that may own leads."""
        with self.lock:
            stamps = audit(self.wire_now(), self.running_user)
            self.records.insert("Group", {**queue(record_id, name), **stamps})
            link = {"QueueId": record_id, "SobjectType": "Lead", "CreatedById": self.running_user}
            self.records.insert(
                "QueueSobject", {**link, "SystemModstamp": stamps["SystemModstamp"]}
            )

    def add_lead(self, fields: Mapping[str, Any], *, created: datetime | None = None) -> str:
        """
        Put a lead there the way a web form would; answer its id.

        Any field may be given, system fields too. `created` in the past makes a lead that turns
        up late with an earlier SystemModstamp. Raises ValueError for a field the org lacks.
        """
        self._know(fields)
        with self.lock:
            return str(self.book.insert(fields, by=self.running_user, at=created)["Id"])

    def add_account(self, fields: Mapping[str, Any], *, created: datetime | None = None) -> str:
        """Put a company there; answer its id."""
        with self.lock:
            return self.sales.add("Account", fields, by=ADMIN.salesforce, at=created)

    def add_contact(self, fields: Mapping[str, Any], *, created: datetime | None = None) -> str:
        """Put somebody there who is no lead; answer the id. `AccountId` is the company's."""
        name = " ".join(filter(None, (fields.get("FirstName"), fields["LastName"])))
        with self.lock:
            known = {"Name": name, **fields}
            return self.sales.add("Contact", known, by=ADMIN.salesforce, at=created)

    def person_edits(self, entity: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Edit an account or a contact by hand; `IsDeleted` deletes it."""
        with self.lock:
            self.sales.change(entity, record_id, fields)

    def person_sets_owner(self, lead_id: str, owner_id: str, by: str = ADMIN.salesforce) -> None:
        """Change the owner by hand."""
        self.person_updates(lead_id, {"OwnerId": owner_id}, by=by)

    def person_updates(
        self, lead_id: str, fields: Mapping[str, Any], by: str = ADMIN.salesforce
    ) -> None:
        """Edit a lead by hand. Raises ValueError for a field the org lacks."""
        self._know(fields)
        with self.lock:
            before = self.leads[lead_id]["OwnerId"]
            self.book.change(lead_id, fields, by=by)
            detail: dict[str, Any] = {"by": by, "fields": sorted(fields)}
            if "OwnerId" in fields:
                detail |= {"from": before, "to": fields["OwnerId"]}
            self.log("person", "Lead", (lead_id,), **detail)

    def person_converts(
        self, lead_id: str, by: str = ADMIN.salesforce, *, amount: float | None = None
    ) -> str:
        """
        Make a contact and an opportunity of a lead; answer the opportunity's id.

        From now on the lead cannot be written to, and its activities hang on the contact.
        """
        with self.lock:
            made = self.sales.convert(lead_id, by=by, amount=amount)
            day = self.now().date().isoformat()
            done = {"Status": CONVERTED_STATUS, "IsConverted": True, "ConvertedDate": day}
            self.person_updates(lead_id, {**done, **made}, by=by)
            return made["ConvertedOpportunityId"]

    def person_closes(
        self, opportunity_id: str, *, won: bool, by: str = ADMIN.salesforce, **fields: Any
    ) -> None:
        """Win or lose an opportunity; `fields` may be its Amount and CloseDate."""
        with self.lock:
            self.sales.close(opportunity_id, won=won, by=by, fields=fields)
            self.log("person", "Opportunity", (opportunity_id,), by=by, won=won)

    def person_meets(self, lead_id: str, by: str, start: datetime, end: datetime) -> str:
        """Put an event into the calendar; answers its id."""
        with self.lock:
            return self.sales.meet(lead_id, by=by, start=start, end=end)

    def person_deletes(self, lead_id: str, by: str = ADMIN.salesforce) -> None:
        """Move a lead to the recycle bin."""
        self.person_updates(lead_id, {"IsDeleted": True}, by=by)

    def person_logs_call(self, lead_id: str, by: str, subject: str = "Call") -> str:
        """Work a lead: a completed task on it; answers the task's id."""
        with self.lock:
            now = self.wire_now()
            call = completed_call(lead_id, by, subject, now)
            task_id = str(self.records.insert("Task", {**call, **audit(now, by)})["Id"])
            if lead_id in self.leads:  # and not the contact it has become
                self.records.change("Lead", lead_id, {"LastActivityDate": now[:10]})
            self.log("person", "Task", (task_id,), by=by, lead=lead_id)
            return task_id

    def entity(self, name: str) -> Entity | None:
        """Answer the object of that name, in any case; history only where the org keeps it."""
        if name.lower() == "leadhistory" and not self.keeps_history:
            return None
        return self._by_lower.get(name.lower())

    def rows(self, entity: Entity) -> Iterable[Row]:
        """Answer every record of an object, deleted ones too."""
        if entity.name == "AssignmentRule":
            return (self._assignment_rule(),)
        if entity.name == "UserRecordAccess":
            return (self._access(key) for key in self.leads)
        return self.records.of(entity.name).values()

    def related(self, column: Column) -> tuple[Entity, Callable[[str], Row | None]] | None:
        """Answer what a reference leads to and how to look it up; None when it leads nowhere."""
        if len(column.refers_to) > 1:
            return NAME_ENTITY, self.name_row
        target = self.entities.get(column.refers_to[0]) if column.refers_to else None
        return (target, self.records.of(target.name).get) if target else None

    def now(self) -> datetime:
        return self.ground.clock.now()

    def wire_now(self) -> str:
        return wire_datetime(self.now())

    def name_row(self, key: str) -> Row | None:
        """Answer what any record looks like through a reference that may lead anywhere."""
        for entity in _NAMED:
            row = self.records.get(entity, key)
            kind = "Queue" if entity == "Group" else entity
            if row is not None:
                return {**row, "Type": kind, "EntityName": entity}
        return None

    def name_of(self, key: str) -> str | None:
        row = self.name_row(key)
        return row["Name"] if row else None

    def usernames(self) -> frozenset[str]:
        """Answer who may log in: the API user; the others' sessions are nobody's business."""
        return frozenset({str(self.users[self.running_user]["Username"])})

    def issue_token(self) -> str:
        with self.lock:
            return self.sessions.issue(self.now())

    def expire_tokens(self) -> None:
        """Every token in use stops being valid."""
        with self.lock:
            self.sessions.end_all()

    def expire_locators(self) -> None:
        """Every query being paged through loses its next page."""
        with self.lock:
            self.cursors.end_all()

    def log(self, event: str, obj: str, ids: tuple[str, ...], **detail: Any) -> None:
        """Write to the journal; within a transaction, when it ends and stands."""
        if self._held is not None:
            self._held.append((event, obj, ids, detail))
        else:
            self.ground.log(event, obj, ids, **detail)

    @contextmanager
    def transaction(self) -> Iterator[Callable[[], None]]:
        """Keep all that happens inside or, once the function it gives was called, none of it."""
        saved, outer = self.records.snapshot(), self._held
        held: list[_Event] = []
        undone: list[bool] = []
        self._held = held
        try:
            yield lambda: undone.append(True)
        finally:
            self._held = outer
            if undone:
                self.records.restore(saved)
            for event, obj, ids, detail in held:
                if not undone or event == "refused":
                    self.log(event, obj, ids, **detail)

    def _access(self, key: str) -> Row:
        may = dict.fromkeys(("HasReadAccess", "HasEditAccess"), True)
        user = {"UserId": self.running_user, "HasTransferAccess": self.may_transfer}
        return {"Id": key, "RecordId": key, **may, **user}

    def _assignment_rule(self) -> Row:
        return {
            "Id": "01QfT0000000001UAA",
            "Name": "Inbound leads",
            "SobjectType": "Lead",
            "Active": self.assignment_rule_active and self.assignment_rule_owner is not None,
            **audit(FOUNDED, self.running_user),
        }

    def _know(self, fields: Mapping[str, Any]) -> None:
        unknown = sorted(set(fields) - set(self.entities["Lead"].columns))
        if unknown:
            raise ValueError(f"the sandbox's Lead has no field {', '.join(unknown)}")
