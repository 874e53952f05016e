"""Writing one contact: checked first, carried out and logged after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.call import Answer, Call, written
from sandbox.hubspot.errors import Refusal, no_such_object, not_json
from sandbox.hubspot.kinds import CONTACTS
from sandbox.hubspot.links import TO_CONTACT
from sandbox.hubspot.records import API, Contact
from sandbox.hubspot.shelf import Shelf
from sandbox.hubspot.values import OWNER, Values

Row = Mapping[str, Any]
LACKS = "REQUIRED:"
"""A row's fault that begins so refuses it for a property that the portal requires: the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One checked write. Without a contact (a record of any object) it creates one."""

    contact: Contact | None
    values: Values
    upsert: bool = False
    contacts: tuple[str, ...] = ()


def create_record(shelf: Shelf, call: Call) -> Answer:
    return 201, carry_out(shelf, checked_create(shelf, call.json()))


def update_record(shelf: Shelf, call: Call) -> Answer:
    contact = shelf.find(call.query.get("idProperty"), call.path["record_id"])
    if contact is None:
        raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    return 200, carry_out(shelf, checked_change(shelf, contact, call.json()))


def archive_record(shelf: Shelf, call: Call) -> Answer:
    if shelf.live(call.path["record_id"]):
        shelf.archive(call.path["record_id"])
    return 204, None


def checked_create(shelf: Shelf, row: Row) -> Write:
    _meet_row_fault(shelf, str(row.get("objectWriteTraceId", "")))
    values = shelf.checked(_properties(row), None)
    contacts = _associated(shelf, row)
    lacking = [name for name in shelf.kind.required if not values.get(name)]
    if lacking:
        raise _lacks(lacking)
    if shelf.kind.belongs_to and not contacts:
        told = f"A {shelf.kind.singular} must be associated with a contact"
        raise Refusal(400, told)
    return Write(contact=None, values=values, contacts=contacts)


def _associated(shelf: Shelf, row: Row) -> tuple[str, ...]:
    """Ids of the contacts a new record belongs to from the beginning."""
    ids: list[str] = []
    for link in _links(row.get("associations")):
        record_id = str(link["to"].get("id", ""))
        types = {str(t.get("associationTypeId")) for t in link["types"]}
        if shelf.kind.name not in TO_CONTACT or types != {str(TO_CONTACT[shelf.kind.name])}:
            told = f"Types {sorted(types)} do not join a {shelf.kind.singular} to a contact"
            raise Refusal(400, told)
        if not shelf.account.has_contact(record_id):
            raise no_such_object([record_id], "contact")
        ids.append(record_id)
    return tuple(ids)


def _links(listed: Any) -> list[dict[str, Any]]:
    """The associations of a new record, each with its `to` and its `types`."""
    links = listed or []
    if not isinstance(links, list) or not all(map(_is_link, links)):
        raise not_json("Some required fields were not set: [to, types]")
    return links


def _is_link(link: Any) -> bool:
    if not isinstance(link, dict) or not isinstance(link.get("to"), dict):
        return False
    types = link.get("types")
    return isinstance(types, list) and all(isinstance(one, dict) for one in types)


def checked_change(shelf: Shelf, contact: Contact, row: Row) -> Write:
    _meet_row_fault(shelf, contact.id)
    properties = _properties(row)
    if not properties:
        told = "No properties found to update, please provide at least one."
        raise Refusal(400, told, context={"properties": ["{}"]})
    return Write(contact=contact, values=shelf.checked(properties, contact.id))


def checked_update(shelf: Shelf, row: Row) -> Write | None:
    """One row of a batch update; None for a row that the vendor leaves out without a word."""
    record_id, id_property = str(row.get("id", "")), row.get("idProperty")
    if id_property and id_property not in shelf.properties:
        told = f"Unable to infer unique property {id_property}"
        raise Refusal(400, told)
    if id_property and not _names_one(shelf, str(id_property)):
        told = _not_unique(shelf, str(id_property))
        raise Refusal(400, told)
    # An e-mail address given as an id, and the id of a record merged away, raise no error.
    stored = shelf.records.get(record_id)
    is_gone = (stored and stored.merged_into) or record_id in shelf.account.silent_ids
    if not id_property and (not record_id.isdecimal() or is_gone):
        return None
    contact = shelf.find(id_property, record_id)
    if contact is None:
        raise no_such_object([record_id], shelf.kind.singular)
    return checked_change(shelf, contact, row)


def checked_upsert(shelf: Shelf, row: Row) -> Write:
    """Insert or overwrite by a unique property: it replaces an owner without a word."""
    name, text = str(row.get("idProperty") or ""), str(row.get("id", ""))
    if not _names_one(shelf, name, is_upsert=True):
        told = _not_unique(shelf, name)
        raise Refusal(400, told)
    contact = shelf.find(name, text)
    _meet_row_fault(shelf, contact.id if contact else text)
    properties = {name: text, **_properties(row)}
    values = shelf.checked(properties, contact.id if contact else None)
    return Write(contact=contact, values=values, upsert=True)


def _names_one(shelf: Shelf, name: str, *, is_upsert: bool = False) -> bool:
    """Whether a batch may find records by that property; an address is a contact's own name."""
    known = shelf.properties.get(name)
    if known and name == "email" and shelf.kind is CONTACTS:
        return is_upsert or shelf.account.updates_by_email
    return bool(known and known.unique)


def _not_unique(shelf: Shelf, name: str) -> str:
    return f"Unable to perform update/upsert by non-unique {shelf.kind.type_id} property {name}"


def carry_out(shelf: Shelf, write: Write) -> dict[str, Any]:
    """Store and log one checked write; answer with the record as the vendor shows it."""
    if write.contact is None:
        contact = shelf.create(write.values, API)
        owner = contact.state.values.get(OWNER)
        for other in write.contacts:
            type_id = TO_CONTACT[shelf.kind.name]
            shelf.account.links.join(shelf.kind.name, contact.id, "contacts", other, type_id)
        shelf.log("created", (contact.id,), by="api", owner=owner)
    else:
        contact = write.contact
        before = contact.state.values.get(OWNER)
        shelf.update(contact, write.values, API)
        _log_update(shelf, contact, before, write.values)
    record = written(shelf, contact, write.values)
    return {**record, "new": write.contact is None} if write.upsert else record


def _log_update(shelf: Shelf, contact: Contact, before: str | None, values: Values) -> None:
    after = contact.state.values.get(OWNER)
    if before != after:
        shelf.log("owner_written", (contact.id,), **{"from": before, "to": after})
    shelf.log("written", (contact.id,), properties=sorted(values))


def _properties(row: Row) -> dict[str, Any]:
    properties = row.get("properties")
    if not isinstance(properties, dict):
        raise not_json("Some required fields were not set: [properties]")
    return properties


def _lacks(names: Sequence[str]) -> Refusal:
    told = f"Some required properties were not set: {list(names)}"
    return Refusal(400, told, context={"properties": list(names)})


def _meet_row_fault(shelf: Shelf, record_id: str) -> None:
    fault = shelf.account.ground.row_fault(record_id)
    code = fault.detail or "VALIDATION_ERROR" if fault else shelf.account.refused_ids.get(record_id)
    if code and code.startswith(LACKS):
        raise _lacks([code.removeprefix(LACKS)])
    if code:
        told = f"This record could not be written (sandbox fault {code})."
        raise Refusal(409 if code == "CONFLICT" else 400, told, category=code)
