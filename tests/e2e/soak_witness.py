"""The end of a soak, by the sandbox's own records and journals alone."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sandbox.journal import Entry
from sandbox.town import Town
from sandbox.world.contacts import contact_keys
from sandbox.world.record import Record, Standing
from tests.e2e.town_case import NOBODY_YET, is_in_the_intake
from tests.e2e.witness import CRMS, created_for

_CHANGES = ("person", "owner_written")
_TRAFFIC = ("request", "fault")
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
    """Records that the API's user gave away more than once, givings back apart; and to whom."""
    given: dict[str, list[str]] = {}
    for record, owner, chosen in _writes(town):
        if owner != chosen:
            given.setdefault(record, []).append(owner)
    return {record: owners for record, owners in given.items() if len(owners) > 1}


def story(town: Town, records: Iterable[str]) -> str:
    """What happened to the owners of records, in order, for whoever has to find out why."""
    return "\n\n".join("\n".join(_story(town, record)) for record in records)


def _story(town: Town, record: str) -> Iterator[str]:
    """All that the vendor met from the first change of owner to the last; of others, no more."""
    about = [each for each in _about(town, record) if each.event in _CHANGES]
    yield f"record {record}:"
    for entry in town.journal.entries(about[0].vendor) if about else ():
        is_near = about[0].at <= entry.at <= about[-1].at and entry.event in _TRAFFIC
        if record in entry.ids or is_near:
            ids = f" ({len(entry.ids)} records)" if len(entry.ids) > 1 else ""
            yield f"{entry.at:%H:%M:%S.%f} {entry.event}{ids} {dict(entry.detail)}"


def created_twice(town: Town) -> list[str]:
    return [lead for lead, times in Counter(created_for(town)).items() if times > 1]


def overwritten(town: Town) -> set[str]:
    """Records of which a person chose the owner, and to which another was written after that."""
    return {record for record, owner, chosen in _writes(town) if chosen not in (None, owner)}


def people_overruled(town: Town) -> list[str]:
    """Those of them that were not given back."""
    last = {record: owner == chosen for record, owner, chosen in _writes(town) if chosen}
    return [record for record, is_theirs in last.items() if not is_theirs]


def _about(town: Town, record: str) -> Iterator[Entry]:
    return (entry for entry in town.journal.entries() if record in entry.ids)


def _writes(town: Town) -> Iterator[tuple[str, str, str | None]]:
    """Each record the API's user wrote an owner to, in order, the owner, and a person's choice."""
    chosen: dict[str, str] = {}
    for entry in town.journal.entries():
        if entry.event == "person" and "to" in entry.detail:
            chosen |= dict.fromkeys(entry.ids, entry.detail["to"])
        if entry.event == "owner_written":
            for each in entry.ids:
                yield each, entry.detail["to"], chosen.get(each)


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
