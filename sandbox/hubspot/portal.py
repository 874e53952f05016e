"""A HubSpot portal in memory: contacts, owners, and the switches a test may turn."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.app import Ground
from sandbox.hubspot.errors import Refusal, not_valid
from sandbox.hubspot.limits import RateLimits
from sandbox.hubspot.properties import Property, portal_properties, stamp
from sandbox.hubspot.records import PERSON, WORLD, Author, Change, Contact, Owner, State
from sandbox.hubspot.values import OWNER, UniqueValues, forbidden_to_api, sorted_out

BatchFailure = Literal["recorded", "whole", "multi_status"]
PORTAL_ID = 44004400


class HubSpotPortal:
    """
    Thread-safe. Switches:

    `batch_failure`: what one bad input does to a batch write. `whole`: the batch is refused.
    `multi_status`: the others are written and the answer is a 207. `recorded`, the default, is
    what recorded answers show: an unknown id gives a 207; an invalid value refuses the whole
    batch unless every input carries an `objectWriteTraceId`.
    `refused_ids`: id to the code it is always refused with. `silent_ids`: ids that a batch update
    leaves out of its answer without a word. `search_lag`: seconds until a search sees a change,
    `search_lags` for one contact by its id.
    `limits`: the rate limits. `meanwhile`: what people do right after each of the next batch reads.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        custom_properties: Mapping[str, str] | None = None,
        unique_properties: Collection[str] = ("firsttouch_id",),
    ) -> None:
        self.ground = ground
        self.lock = threading.RLock()
        self.properties: dict[str, Property] = portal_properties(
            custom_properties or {}, frozenset(unique_properties)
        )
        self.contacts: dict[str, Contact] = {}
        self.owners: dict[str, Owner] = {}
        self.limits = RateLimits()
        self.search_lag = 0.0
        self.search_lags: dict[str, float] = {}
        self.batch_failure: BatchFailure = "recorded"
        self.refused_ids: dict[str, str] = {}
        self.silent_ids: set[str] = set()
        self.meanwhile: list[Callable[[], None]] = []
        self.unique = UniqueValues(
            ["email", *(p.name for p in self.properties.values() if p.unique)]
        )
        self._next_id = 101

    # What the sandbox's world and its simulated people do.

    def add_owner(
        self, owner_id: str, name: str, email: str, *, archived: bool = False, queue: bool = False
    ) -> None:
        created = self.ground.clock.now()
        with self.lock:
            self.owners[owner_id] = Owner(
                id=owner_id, name=name, email=email, created=created, archived=archived, queue=queue
            )

    def add_contact(
        self, properties: Mapping[str, str | None], *, created: datetime | None = None
    ) -> str:
        """A new contact from a form; answers its id. ValueError when the portal cannot hold it."""
        with self.lock:
            values = self._world_values(properties, None)
            contact = self.create(values, WORLD, created)
        self.ground.log(
            "created", "contacts", (contact.id,), by="world", owner=contact.state.values.get(OWNER)
        )
        return contact.id

    def add_second_address(self, contact_id: str, email: str) -> None:
        """Another address of somebody: nobody else can have it, and no read by e-mail finds it."""
        with self.lock:
            self.unique.hold_only("email", email, contact_id)

    def person_sets_owner(self, contact_id: str, owner_id: str | None) -> None:
        """A person picks another owner in the vendor's own pages."""
        self.person_updates(contact_id, {OWNER: owner_id})

    def person_updates(self, contact_id: str, properties: Mapping[str, str | None]) -> None:
        with self.lock:
            contact = self.contacts[contact_id]
            before = contact.state.values.get(OWNER)
            self.update(contact, self._world_values(properties, contact_id), PERSON)
            after = contact.state.values.get(OWNER)
        detail = {"from": before, "to": after} if OWNER in properties else {}
        self.ground.log(
            "person", "contacts", (contact_id,), properties=sorted(properties), **detail
        )

    def archive(self, contact_id: str) -> None:
        """Put a contact into the recycle bin."""
        with self.lock:
            contact = self.contacts[contact_id]
            contact.archived = True
            contact.updated = self.ground.clock.now()
            self.unique.release(contact_id, contact.state.values)

    def merge(self, kept_id: str, other_id: str) -> None:
        """A person merges `other_id` into `kept_id`; the API then answers for the kept one."""
        with self.lock:
            self.archive(other_id)
            self.contacts[other_id].merged_into = kept_id
        self.ground.log("person", "contacts", (kept_id, other_id), merged=True)

    # What the API does, inside `lock` and after `checked`.

    def live(self, contact_id: str) -> Contact | None:
        """The contact an id means today: not archived, and the kept one of a merged pair."""
        contact = self.contacts.get(contact_id)
        if contact and contact.merged_into:
            contact = self.contacts.get(contact.merged_into)
        return contact if contact and not contact.archived else None

    def find(self, id_property: str | None, value: str) -> Contact | None:
        """A contact by id, by e-mail or by a unique property."""
        if id_property in (None, "", "hs_object_id"):
            return self.live(value)
        found = self.live(self.unique.holder(id_property or "", value) or "")
        if found and id_property == "email":
            return found if found.state.values.get("email") == value.strip().lower() else None
        return found

    def indexed(self) -> Iterator[tuple[Contact, State]]:
        """What a search sees: records as they were `search_lag` seconds ago."""
        now = self.ground.clock.now()
        for contact in self.contacts.values():
            until = now - timedelta(seconds=self.search_lags.get(contact.id, self.search_lag))
            state = contact.state_at(until, self.properties) if not contact.archived else None
            if state is not None:
                yield contact, state

    def checked(
        self, properties: Mapping[str, Any], contact_id: str | None
    ) -> dict[str, str | None]:
        """What an API write may store; a Refusal that lists every property that is wrong."""
        values, problems = sorted_out(properties, self.properties, self.owners)
        problems += forbidden_to_api(values, self.properties, self.owners)
        if problems:
            raise not_valid(problems)
        self.unique.refuse_taken(values, contact_id)
        return values

    def create(
        self, values: Mapping[str, str | None], author: Author, created: datetime | None = None
    ) -> Contact:
        at = created or self.ground.clock.now()
        contact = Contact(id=str(self._next_id), created=at, updated=at)
        # Ids of unequal length, as in a portal that has grown: text order is not number order.
        self._next_id += 50
        self.contacts[contact.id] = contact
        born = {
            "lifecyclestage": "lead",
            "hs_object_id": contact.id,
            "createdate": stamp(at),
            "hs_is_unworked": "true",
            "hs_object_source": author.source_type,
            "hs_object_source_id": author.source_id,
            "hs_object_source_label": author.source_type,
        }
        self._store(contact, {**born, **values}, author, at)
        return contact

    def update(self, contact: Contact, values: Mapping[str, str | None], author: Author) -> None:
        self._store(contact, values, author, self.ground.clock.now())

    def _store(
        self, contact: Contact, values: Mapping[str, str | None], author: Author, at: datetime
    ) -> None:
        self.unique.release(contact.id, contact.state.values)
        follows: dict[str, str | None] = {"lastmodifieddate": stamp(at)}
        if OWNER in values and values[OWNER] != contact.state.values.get(OWNER):
            follows["hubspot_owner_assigneddate"] = stamp(at) if values[OWNER] else None
        if "email" in values:
            follows["hs_email_domain"] = (values["email"] or "").partition("@")[2] or None
        contact.apply(Change(at=at, author=author, values={**values, **follows}), self.properties)
        self.unique.hold(contact.id, contact.state.values)

    def _world_values(
        self, properties: Mapping[str, str | None], contact_id: str | None
    ) -> dict[str, str | None]:
        """The world may set what is read-only, and keep owners who left and bad addresses."""
        values, problems = sorted_out(properties, self.properties, self.owners)
        if problems:
            raise ValueError("; ".join(f"{p.name}: {p.message}" for p in problems))
        try:
            self.unique.refuse_taken(values, contact_id)
        except Refusal as refusal:
            raise ValueError(f"a HubSpot portal cannot hold this: {refusal}") from refusal
        return values
