"""Who may own contacts in the portal, who means "nobody yet", and how much each has in hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.hubspot import twins
from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME
from connectors.hubspot.kinds import CONTACTS, IntakeObject
from connectors.hubspot.mapping import OWNER, changed_by, moment
from connectors.hubspot.paging import Changes, newest
from connectors.hubspot.settings import HubSpotSettings
from connectors.place import Place
from connectors.setup import Intake, NativeSync
from connectors.unowned import unowned_by
from leads.keys import CrmOwnerId
from leads.record import CrmOwner, TimeZones, WorkItem, WorkPage

QUEUE = "queue:"


def owners(client: HubSpotClient) -> Iterator[CrmOwner]:
    """Active first, then archived: a lead may still belong to somebody who left."""
    for archived in (False, True):
        after: str | None = None
        while True:
            page = client.owners_page(archived=archived, after=after)
            yield from map(_owner, page.get("results") or ())
            after = ((page.get("paging") or {}).get("next") or {}).get("after")
            if not after:
                break


def resolve_unowned(
    client: HubSpotClient, intake: Intake, source: str
) -> frozenset[CrmOwnerId | None]:
    """
    Find the ids of the owners that the intake names. None stays None, and asks nothing.

    Raises ContractError naming those the portal does not have.
    """

    def ids(_: Sequence[str]) -> dict[str, list[CrmOwnerId]]:
        known: dict[str, list[CrmOwnerId]] = {}
        for owner in owners(client):
            for name in names_of(owner):
                known.setdefault(name.lower(), []).append(CrmOwnerId(owner.crm_id))
        return known

    remedy = "Write an owner's full name or e-mail, queue:NAME, or null for no owner"
    lacks = "the portal has no such owner"
    return unowned_by(intake, source, ids, crm=NAME, lacks=lacks, remedy=remedy)


def workload(
    client: HubSpotClient,
    settings: HubSpotSettings,
    place: Place,
    kind: IntakeObject = CONTACTS,
    sync: NativeSync | None = None,
) -> Iterator[WorkPage]:
    """At first only owned contacts are read; from a cursor on also those that lost their owner."""
    filters = [{"propertyName": OWNER, "operator": "HAS_PROPERTY"}] if place.is_first else []
    changes = Changes(
        client,
        kind.name,
        "read workload",
        properties=(*_worked_by(kind), *(twins.names(sync) if kind is CONTACTS else ())),
        page_size=settings.page_size,
        filters=filters,
    )
    for found in changes.since(place.begin):
        items = [_work(record, settings, kind, sync) for record in found]
        kept = [item for item in items if item.is_open] if place.is_first else items
        yield WorkPage(changes=tuple(kept), resume_from=place.reached(newest(found, kind.name)))
    if place.settles():
        yield WorkPage(changes=(), resume_from=place.cursor)


def time_zones(client: HubSpotClient) -> TimeZones:
    """Answer the account's: HubSpot's owners have none of their own."""
    return TimeZones(account=str(client.account().get("timeZone") or "") or None, owners={})


def _worked_by(kind: IntakeObject) -> tuple[str, ...]:
    return (OWNER, kind.stage, kind.status, changed_by(kind.name), "hs_object_id")


def _owner(owner: Mapping[str, Json]) -> CrmOwner:
    name = " ".join(str(owner.get(part) or "") for part in ("firstName", "lastName")).strip()
    email = owner.get("email")
    user = owner.get("userIdIncludingInactive") or owner.get("userId")
    return CrmOwner(
        crm_id=str(owner["id"]),
        name=name or str(email or owner["id"]),
        email=str(email) if email else None,
        is_active=not owner.get("archived"),
        is_queue=str(owner.get("type")) == "QUEUE",
        teams=_teams(owner.get("teams")),
        user_id=str(user) if user else None,
        main_teams=_main_teams(owner.get("teams")),
    )


def _teams(listed: Any) -> tuple[str, ...]:
    return tuple(str(team["name"]) for team in listed or () if team.get("name"))


def _main_teams(listed: Any) -> tuple[str, ...]:
    return tuple(str(team["id"]) for team in listed or () if team.get("id") and team.get("primary"))


def names_of(owner: CrmOwner) -> Iterator[str]:
    if owner.is_queue:
        yield QUEUE + owner.name
        return
    yield owner.name
    if owner.email:
        yield owner.email


def _work(
    record: Json, settings: HubSpotSettings, kind: IntakeObject, sync: NativeSync | None
) -> WorkItem:
    properties = record["properties"]
    owner = properties.get(OWNER) or None
    stage, status = properties.get(kind.stage), properties.get(kind.status)
    if kind is CONTACTS:
        is_open = stage in settings.open_lifecycle and status not in settings.closed_statuses
    else:
        is_open = stage not in settings.closed_stages
    return WorkItem(
        crm=NAME,
        record_id=str(record["id"]),
        owner=owner,
        is_open=is_open,
        changed_at=moment(properties[changed_by(kind.name)]),
        twin=twins.twin(properties, sync),
    )
