"""Writing one contact: checked first, carried out and logged after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.call import Answer, Call, written
from sandbox.hubspot.errors import Refusal, no_such_object, not_json
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.records import API, Contact
from sandbox.hubspot.values import OWNER, Values

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One checked write. Without a contact it creates one."""

    contact: Contact | None
    values: Values
    upsert: bool = False


def create_contact(portal: HubSpotPortal, call: Call) -> Answer:
    return 201, carry_out(portal, checked_create(portal, call.json()))


def update_contact(portal: HubSpotPortal, call: Call) -> Answer:
    contact = portal.find(call.query.get("idProperty"), call.path["contact_id"])
    if contact is None:
        raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    return 200, carry_out(portal, checked_change(portal, contact, call.json()))


def archive_contact(portal: HubSpotPortal, call: Call) -> Answer:
    if portal.live(call.path["contact_id"]):
        portal.archive(call.path["contact_id"])
    return 204, None


def checked_create(portal: HubSpotPortal, row: Row) -> Write:
    _meet_row_fault(portal, str(row.get("objectWriteTraceId", "")))
    return Write(contact=None, values=portal.checked(_properties(row), None))


def checked_change(portal: HubSpotPortal, contact: Contact, row: Row) -> Write:
    _meet_row_fault(portal, contact.id)
    properties = _properties(row)
    if not properties:
        told = "No properties found to update, please provide at least one."
        raise Refusal(400, told, context={"properties": ["{}"]})
    return Write(contact=contact, values=portal.checked(properties, contact.id))


def checked_update(portal: HubSpotPortal, row: Row) -> Write | None:
    """One row of a batch update; None for a row that the vendor leaves out without a word."""
    record_id, id_property = str(row.get("id", "")), row.get("idProperty")
    if id_property and id_property not in portal.properties:
        told = f"Unable to infer unique property {id_property}"
        raise Refusal(400, told)
    if id_property and not portal.properties[id_property].unique:
        told = f"Unable to perform update/upsert by non-unique 0-1 property {id_property}"
        raise Refusal(400, told)
    # An e-mail address given as an id, and the id of a record merged away, raise no error.
    stored = portal.contacts.get(record_id)
    is_gone = (stored and stored.merged_into) or record_id in portal.silent_ids
    if not id_property and (not record_id.isdigit() or is_gone):
        return None
    contact = portal.find(id_property, record_id)
    if contact is None:
        raise no_such_object([record_id])
    return checked_change(portal, contact, row)


def checked_upsert(portal: HubSpotPortal, row: Row) -> Write:
    """Insert or overwrite by a unique property: it replaces an owner without a word."""
    name, text = str(row.get("idProperty") or ""), str(row.get("id", ""))
    if name != "email" and not (name in portal.properties and portal.properties[name].unique):
        told = f"Unable to perform update/upsert by non-unique 0-1 property {name}"
        raise Refusal(400, told)
    contact = portal.find(name, text)
    _meet_row_fault(portal, contact.id if contact else text)
    properties = {name: text, **_properties(row)}
    values = portal.checked(properties, contact.id if contact else None)
    return Write(contact=contact, values=values, upsert=True)


def carry_out(portal: HubSpotPortal, write: Write) -> dict[str, Any]:
    """Store and log one checked write; answer with the record as the vendor shows it."""
    if write.contact is None:
        contact = portal.create(write.values, API)
        owner = contact.state.values.get(OWNER)
        portal.ground.log("created", "contacts", (contact.id,), by="api", owner=owner)
    else:
        contact = write.contact
        before = contact.state.values.get(OWNER)
        portal.update(contact, write.values, API)
        _log_update(portal, contact, before, write.values)
    record = written(contact, write.values)
    return {**record, "new": write.contact is None} if write.upsert else record


def _log_update(
    portal: HubSpotPortal, contact: Contact, before: str | None, values: Values
) -> None:
    after = contact.state.values.get(OWNER)
    if before != after:
        portal.ground.log(
            "owner_written", "contacts", (contact.id,), **{"from": before, "to": after}
        )
    portal.ground.log("written", "contacts", (contact.id,), properties=sorted(values))


def _properties(row: Row) -> dict[str, Any]:
    properties = row.get("properties")
    if not isinstance(properties, dict):
        raise not_json("Some required fields were not set: [properties]")
    return properties


def _meet_row_fault(portal: HubSpotPortal, record_id: str) -> None:
    fault = portal.ground.faults.for_row(record_id)
    code = fault.detail or "VALIDATION_ERROR" if fault else portal.refused_ids.get(record_id)
    if code:
        told = f"This record could not be written (sandbox fault {code})."
        raise Refusal(409 if code == "CONFLICT" else 400, told, category=code)
