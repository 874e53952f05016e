"""The seeded world's HubSpot contacts, as the leads of a company that uses Pipedrive."""

from collections.abc import Mapping

from sandbox.pipedrive.account import PipedriveAccount
from sandbox.world.record import Record, Standing, World
from sandbox.world.roster import EVERYBODY, INTEGRATION_USER

_USER_OF = {seat.hubspot: seat.pipedrive for seat in EVERYBODY if not seat.queue}


def furnish(account: PipedriveAccount, world: World) -> int:
    """Add users, people, organizations and leads; answer how many leads are nobody's yet."""
    for seat in EVERYBODY:
        if not seat.queue:
            who = (seat.pipedrive, seat.name, seat.email)
            account.add_user(*who, active=seat.active, zone=seat.zone)
    for record in world.hubspot:
        if record.standing is not Standing.CLOSED:
            add(account, record)
    nobodys = INTEGRATION_USER.pipedrive
    return sum(lead["owner_id"] == nobodys for lead in account.leads.values())


def add(account: PipedriveAccount, record: Record) -> str:
    """Add a lead with its person and organization, as HubSpot's contact is; answer its id."""
    told, at = record.values, record.created
    owner = _USER_OF.get(str(told.get("hubspot_owner_id")), INTEGRATION_USER.pipedrive)
    company = None
    if name := told.get("company"):
        address = {"value": told.get("city"), "country": told.get("country")}
        fields = {"name": name, "website": told.get("website"), "address": address}
        company = account.add("organizations", {**fields, "owner_id": owner}, created=at)
    person = account.add("persons", {**_person(told), "org_id": company}, created=at)
    title = f"{told.get('lastname') or told.get('company') or 'Somebody'} lead"
    return account.add_lead(title, owner, person=person, organization=company, created=at)


def _person(told: Mapping[str, str]) -> dict[str, object]:
    first, last = told.get("firstname"), told.get("lastname")
    phones = [("work", told.get("phone")), ("mobile", told.get("mobilephone"))]
    return {
        "name": " ".join(filter(None, (first, last))),
        "first_name": first,
        "last_name": last,
        "emails": _contacts([("work", told.get("email"))]),
        "phones": _contacts(phones),
        "job_title": told.get("jobtitle"),
    }


def _contacts(labelled: list[tuple[str, str | None]]) -> list[dict[str, object]]:
    given = [(label, value) for label, value in labelled if value]
    return [
        {"value": value, "primary": number == 0, "label": label}
        for number, (label, value) in enumerate(given)
    ]
