"""The records of one object: what the API and the portal's people do to them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.hubspot.account import Account
from sandbox.hubspot.errors import Refusal, not_valid
from sandbox.hubspot.kinds import Kind, computed
from sandbox.hubspot.properties import Property, stamp
from sandbox.hubspot.records import Author, Change, Contact, State
from sandbox.hubspot.values import OWNER, UniqueValues, forbidden_to_api, sorted_out

MERGED = "hs_merged_object_ids"


class Shelf:
    """All but `indexed` and `world_values` is called inside the account's lock."""

    def __init__(self, account: Account, kind: Kind, properties: dict[str, Property]) -> None:
        self.account, self.kind, self.properties = account, kind, properties
        self.records: dict[str, Contact] = {}
        named = ["email"] if "email" in properties else []
        self.unique = UniqueValues([*named, *(p.name for p in properties.values() if p.unique)])

    def log(self, event: str, ids: tuple[str, ...], **detail: Any) -> None:
        self.account.ground.log(event, self.kind.name, ids, **detail)

    def live(self, record_id: str) -> Contact | None:
        """The record an id means today: not archived, and the kept one of a merged pair."""
        record = self.records.get(record_id)
        while record and record.merged_into:
            record = self.records.get(record.merged_into)
        return record if record and not record.archived else None

    def find(self, id_property: str | None, value: str) -> Contact | None:
        """A record by id, by e-mail or by a unique property."""
        if id_property in (None, "", "hs_object_id"):
            return self.live(value)
        found = self.live(self.unique.holder(id_property or "", value) or "")
        if found and id_property == "email":
            return found if found.state.values.get("email") == value.strip().lower() else None
        return found

    def indexed(self) -> Iterator[tuple[Contact, State]]:
        """What a search sees: records as they were `search_lag` seconds ago."""
        account, now = self.account, self.account.ground.clock.now()
        lags, usual = account.search_lags, now - timedelta(seconds=account.search_lag)
        for record in self.records.values():
            lag = lags.get(record.id)
            until = usual if lag is None else now - timedelta(seconds=lag)
            state = record.state_at(until, self.properties) if not record.archived else None
            if state is not None:
                yield record, state

    def checked(
        self, properties: Mapping[str, Any], record_id: str | None
    ) -> dict[str, str | None]:
        """What an API write may store; a Refusal that lists every property that is wrong."""
        owners = self.account.owners
        values, problems = sorted_out(properties, self.properties, owners)
        problems += forbidden_to_api(values, self.properties, owners)
        if problems:
            raise not_valid(problems)
        self.unique.refuse_taken(values, record_id)
        return values

    def create(
        self, values: Mapping[str, str | None], author: Author, created: datetime | None = None
    ) -> Contact:
        at = created or self.account.ground.clock.now()
        record = Contact(id=self.account.new_id(), created=at, updated=at)
        self.records[record.id] = record
        born = {
            **self.kind.born,
            "hs_object_id": record.id,
            self.kind.created: stamp(at),
            "hs_object_source": author.source_type,
            "hs_object_source_id": author.source_id,
            "hs_object_source_label": author.source_type,
        }
        self._store(record, {**born, **values}, author, at)
        return record

    def update(self, record: Contact, values: Mapping[str, str | None], author: Author) -> None:
        self._store(record, values, author, self.account.ground.clock.now())

    def archive(self, record_id: str) -> None:
        record = self.records[record_id]
        record.archived = True
        record.updated = self.account.ground.clock.now()
        self.unique.release(record_id, record.state.values)

    def merge(self, primary: Contact, other: Contact, author: Author) -> Contact:
        """
        Make one record of two, under an id of its own; both of theirs mean it from now on.

        It has what the primary says, and else what the other does, and is as old as the elder.
        """
        values = {**other.state.values, **primary.state.values}
        known = (each.state.values.get(MERGED) for each in (primary, other))
        ids = ";".join(filter(None, (*known, primary.id, other.id)))
        for each in (primary, other):
            self.archive(each.id)
        created = min(primary.created, other.created)
        record = Contact(id=self.account.new_id(), created=created, updated=created)
        self.records[record.id] = record
        now = self.account.ground.clock.now()
        own = {"hs_object_id": record.id, self.kind.created: stamp(created), MERGED: ids}
        changed = {**values, **own, self.kind.changed: stamp(now)}
        record.apply(Change(at=now, author=author, values=changed), self.properties)
        self.unique.hold(record.id, record.state.values)
        for each in (primary, other):
            each.merged_into = record.id
        return record

    def world_values(
        self, properties: Mapping[str, str | None], record_id: str | None
    ) -> dict[str, str | None]:
        """The world may set what is read-only, and keep owners who left and bad addresses."""
        values, problems = sorted_out(properties, self.properties, self.account.owners)
        if problems:
            raise ValueError("; ".join(f"{p.name}: {p.message}" for p in problems))
        try:
            self.unique.refuse_taken(values, record_id)
        except Refusal as refusal:
            raise ValueError(f"a HubSpot portal cannot hold this: {refusal}") from refusal
        return values

    def _store(
        self, record: Contact, values: Mapping[str, str | None], author: Author, at: datetime
    ) -> None:
        self.unique.release(record.id, record.state.values)
        follows: dict[str, str | None] = {self.kind.changed: stamp(at)}
        if OWNER in values and values[OWNER] != record.state.values.get(OWNER):
            follows["hubspot_owner_assigneddate"] = stamp(at) if values[OWNER] else None
        follows |= computed(self.kind, values, stamp(at))
        record.apply(Change(at=at, author=author, values={**values, **follows}), self.properties)
        self.unique.hold(record.id, record.state.values)
