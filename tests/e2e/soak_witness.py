"""The end of a soak, by the sandbox's own records and journals alone."""

from collections import Counter
from collections.abc import Iterator

from sandbox.town import Town
from sandbox.world.contacts import contact_keys
from sandbox.world.record import Record, Standing
from tests.e2e.town_case import NOBODY_YET, is_in_the_intake
from tests.e2e.witness import CRMS, created_for, owners_written

Waited = tuple[str, str, Record]
"""Source, id, record."""


def all_that_waited(town: Town) -> Iterator[Waited]:
    """Every lead that somebody had to come to own: from the beginning, or arrived since."""
    for source, records in town.world.records.items():
        for record in records:
            if is_in_the_intake(record) if source in CRMS else record.standing is Standing.WAITING:
                yield source, town.ids[record.key], record
    for (source, record_id), record in town.life.arrived.items():
        yield source, record_id, record


def ownerless(town: Town) -> list[str]:
    """Those that nobody owns; of an ad's lead, none of whose contacts anybody owns."""
    contacts = _owned_contacts(town)
    return [
        f"{source}:{record_id}"
        for source, record_id, record in all_that_waited(town)
        if not _is_owned(town, source, record_id, record, contacts)
    ]


def owned_twice(town: Town) -> dict[str, list[str]]:
    """Records that the API's user gave to somebody more than once, and to whom."""
    return {record: owners for record, owners in owners_written(town).items() if len(owners) > 1}


def created_twice(town: Town) -> list[str]:
    return [lead for lead, times in Counter(created_for(town)).items() if times > 1]


def people_overruled(town: Town) -> list[str]:
    """Records of which a person chose the owner, and which were given away after that."""
    chosen: dict[str, int] = {}
    overruled = []
    for number, entry in enumerate(town.journal.entries()):
        if entry.event == "person" and "to" in entry.detail:
            chosen |= dict.fromkeys(entry.ids, number)
        if entry.event == "owner_written":
            overruled += [each for each in entry.ids if each in chosen]
    return overruled


def created_out_of_nothing(town: Town) -> list[str]:
    """Contacts made for a platform's lead that no platform has."""
    known = {f"{source}:{record_id}" for source, record_id, _ in _everything(town)}
    return [lead for lead in created_for(town) if lead not in known]


def _everything(town: Town) -> Iterator[Waited]:
    for source, records in town.world.records.items():
        for record in records:
            yield source, town.ids[record.key], record
    for (source, record_id), record in town.life.arrived.items():
        yield source, record_id, record


def _is_owned(
    town: Town, source: str, record_id: str, record: Record, contacts: frozenset[str]
) -> bool:
    if source == "salesforce":
        return town.vendors.salesforce.leads[record_id]["OwnerId"] not in NOBODY_YET
    if source == "hubspot":
        values = town.vendors.hubspot.contacts[record_id].state.values
        return values.get("hubspot_owner_id") not in NOBODY_YET
    return bool((contact_keys(record.values) | {f"{source}:{record_id}"}) & contacts)


def _owned_contacts(town: Town) -> frozenset[str]:
    keys: set[str] = set()
    for contact in town.vendors.hubspot.contacts.values():
        values = contact.state.values
        if values.get("hubspot_owner_id"):
            keys |= contact_keys(values) | {str(values.get("firsttouch_id"))}
    return frozenset(keys)
