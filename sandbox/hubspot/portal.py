"""A HubSpot portal in memory: its objects, and what its people and its world do with them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sandbox.app import Ground
from sandbox.hubspot.account import PORTAL_ID, Account, BatchFailure
from sandbox.hubspot.kinds import CONTACTS, OTHERS, properties_of
from sandbox.hubspot.links import TO_CONTACT
from sandbox.hubspot.properties import Property, portal_properties
from sandbox.hubspot.records import PERSON, WORLD, Author, Contact, Owner
from sandbox.hubspot.shelf import Shelf
from sandbox.hubspot.values import OWNER

__all__ = ["PORTAL_ID", "BatchFailure", "HubSpotPortal"]


class HubSpotPortal(Account):
    """Contacts are at hand as `contacts`; every object's records are on its shelf."""

    def __init__(
        self,
        ground: Ground,
        *,
        custom_properties: Mapping[str, str] | None = None,
        unique_properties: Collection[str] = ("firsttouch_id",),
        own_properties: Mapping[str, Collection[Property]] | None = None,
    ) -> None:
        super().__init__(ground)
        of_contacts = portal_properties(custom_properties or {}, frozenset(unique_properties))
        known = ((CONTACTS, of_contacts), *((kind, properties_of(kind)) for kind in OTHERS))
        self.shelves: dict[str, Shelf] = {}
        for kind, properties in known:
            own = {p.name: p for p in (own_properties or {}).get(kind.name, ())}
            self.shelves[kind.name] = Shelf(self, kind, {**properties, **own})

    @property
    def people(self) -> Shelf:
        return self.shelves[CONTACTS.name]

    @property
    def contacts(self) -> dict[str, Contact]:
        return self.people.records

    @property
    def properties(self) -> dict[str, Property]:
        """A contact's."""
        return self.people.properties

    def has_contact(self, record_id: str) -> bool:
        return self.people.live(record_id) is not None

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
        return self._add(self.people, properties, WORLD, created)

    def add(
        self,
        kind: str,
        properties: Mapping[str, str | None],
        *,
        contact: str,
        author: Author = PERSON,
        created: datetime | None = None,
    ) -> str:
        """A new record of another object, which belongs to a contact; answers its id."""
        record_id = self._add(self.shelves[kind], properties, author, created)
        with self.lock:
            self.links.join(kind, record_id, "contacts", contact, TO_CONTACT[kind])
        return record_id

    def add_company(
        self, properties: Mapping[str, str | None], *, created: datetime | None = None
    ) -> str:
        """A new company; answers its id."""
        return self._add(self.shelves["companies"], properties, PERSON, created)

    def add_second_address(self, contact_id: str, email: str) -> None:
        """Another address of somebody: nobody else can have it, and no read by e-mail finds it."""
        with self.lock:
            self.people.unique.hold_only("email", email, contact_id)

    def person_sets_owner(self, contact_id: str, owner_id: str | None) -> None:
        """A person picks another owner in the vendor's own pages."""
        self.person_updates(contact_id, {OWNER: owner_id})

    def person_updates(
        self,
        record_id: str,
        properties: Mapping[str, str | None],
        *,
        kind: str = CONTACTS.name,
        author: Author = PERSON,
    ) -> None:
        """Somebody edits a record; with another `author` it is a workflow or another app."""
        shelf = self.shelves[kind]
        with self.lock:
            record = shelf.records[record_id]
            before = record.state.values.get(OWNER)
            shelf.update(record, shelf.world_values(properties, record_id), author)
            after = record.state.values.get(OWNER)
        detail = {"from": before, "to": after} if OWNER in properties else {}
        shelf.log("person", (record_id,), properties=sorted(properties), **detail)

    def archive(self, contact_id: str) -> None:
        """Put a contact into the recycle bin."""
        with self.lock:
            self.people.archive(contact_id)

    def merge(self, kept_id: str, other_id: str) -> None:
        """
        A person merges `other_id` into `kept_id`; the API then answers for the kept one.

        So it was before merges gave what is left an id of its own, which `merge_anew` does.
        """
        with self.lock:
            self.archive(other_id)
            self.contacts[other_id].merged_into = kept_id
            kept = self.contacts[kept_id]
            before = kept.state.values.get("hs_merged_object_ids")
            ids = ";".join(filter(None, (before, other_id)))
            self.people.update(kept, {"hs_merged_object_ids": ids}, PERSON)
        self.people.log("person", (kept_id, other_id), merged=True)

    def merge_anew(self, primary_id: str, other_id: str) -> str:
        """A person merges two contacts; answers the id of what is left of them."""
        with self.lock:
            primary, other = (self.contacts[each] for each in (primary_id, other_id))
            left = self.people.merge(primary, other, PERSON)
        self.people.log("person", (left.id, primary_id, other_id), merged=True)
        return left.id

    def _add(
        self,
        shelf: Shelf,
        properties: Mapping[str, str | None],
        author: Author,
        created: datetime | None,
    ) -> str:
        with self.lock:
            values = shelf.world_values(properties, None)
            record = shelf.create(values, author, created)
        owner = record.state.values.get(OWNER)
        shelf.log("created", (record.id,), by="world", owner=owner)
        return record.id
