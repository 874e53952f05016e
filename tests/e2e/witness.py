"""What the vendors themselves say: who has no owner, what was written, how often, by whom."""

from collections import defaultdict
from collections.abc import Mapping

from sandbox.town import SERVED, Town
from sandbox.world.contacts import contact_keys
from sandbox.world.record import Record, Standing
from tests.e2e.town_case import NOBODY_YET, crm_records, is_in_the_intake, owner_in_crm

CRMS = ("salesforce", "hubspot")
PLATFORMS = tuple(vendor for vendor in SERVED if vendor not in CRMS)
_OPEN_STAGES = ("lead", "marketingqualifiedlead", "salesqualifiedlead")


def ownerless(town: Town, source: str) -> list[str]:
    """Records of `source` that wait in its intake and nobody owns in their CRM."""
    if source in CRMS:
        return [
            record.key
            for name, record in crm_records(town)
            if name == source
            and is_in_the_intake(record)
            and owner_in_crm(town, source, record) in NOBODY_YET
        ]
    owned = _people_owned_in_hubspot(town)
    return [
        record.key
        for record in town.world.records[source]
        if record.standing is Standing.WAITING and not _keys(town, source, record) & owned
    ]


def everything_ownerless(town: Town) -> list[str]:
    return [key for source in SERVED for key in ownerless(town, source)]


def owners_written(town: Town) -> Mapping[str, list[str]]:
    """Each owner that the API's user gave to a record, in order, by the record's id."""
    written: dict[str, list[str]] = defaultdict(list)
    for entry in town.journal.entries(event="owner_written"):
        for record_id in entry.ids:
            written[record_id].append(entry.detail["to"])
    return written


def created_for(town: Town) -> list[str]:
    """The platform's lead, for each contact that was created by the API, in order."""
    return [
        str(contact.state.values["firsttouch_id"])
        for contact in town.vendors.hubspot.contacts.values()
        if contact.state.values.get("firsttouch_id")
    ]


def open_in_the_crms(town: Town, ids: Mapping[str, str]) -> int:
    """How many open leads somebody with these ids has in both CRMs together."""
    salesforce = sum(
        1
        for lead in town.vendors.salesforce.leads.values()
        if lead["OwnerId"] == ids["salesforce"]
        and not lead["IsConverted"]
        and not lead["Status"].startswith("Closed")
    )
    hubspot = sum(
        1
        for contact in town.vendors.hubspot.contacts.values()
        if contact.state.values.get("hubspot_owner_id") == ids["hubspot"]
        and contact.state.values.get("lifecyclestage") in _OPEN_STAGES
    )
    return salesforce + hubspot


def _keys(town: Town, source: str, record: Record) -> frozenset[str]:
    return contact_keys(record.values) | {f"{source}:{town.ids[record.key]}"}


def _people_owned_in_hubspot(town: Town) -> frozenset[str]:
    keys: set[str] = set()
    for contact in town.vendors.hubspot.contacts.values():
        values = contact.state.values
        if values.get("hubspot_owner_id"):
            keys |= contact_keys(values) | {str(values.get("firsttouch_id"))}
    return frozenset(keys)
