"""The contract tests' HubSpot."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Self

from connectors.creation import ALWAYS, Creation
from connectors.hubspot.client import utc_now
from connectors.hubspot.connector import HubSpot
from connectors.hubspot.settings import HubSpotSettings
from connectors.setup import Intake, SourceSetup
from leads.keys import CrmOwnerId
from sandbox.app import Ground, new_ground
from sandbox.hubspot.app import TOKEN, hubspot_app
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.properties import Property
from sandbox.world.roster import EVERYBODY, LEFT_THE_COMPANY, REPS
from tests.contract.stage import GO_LIVE, NOON, QUICK, VOCABULARY, Options
from tests.contract.turntable import served

TASK_KEY = "firsttouch_key"
_NOTES = {"reason": "routing_reason", "rule": "routing_rule"}
CREATION = Creation(fields={name: (f"firsttouch_{name}",) for name in ALWAYS})
_UNPACED = {"calls_per_window": 100_000, "searches_per_window": 100_000}


class HubSpotStage:
    name = "hubspot"
    reads = "/contacts/search"
    writes, creates = "/batch/update", "/batch/create"
    wrong_secret: Mapping[str, str] = {"FIRSTTOUCH_HUBSPOT_TOKEN": "wrong"}
    renews_its_token = False
    ana, ben = CrmOwnerId(REPS[0].hubspot), CrmOwnerId(REPS[1].hubspot)
    left = CrmOwnerId(LEFT_THE_COMPANY.hubspot)
    unowned: frozenset[CrmOwnerId | None] = frozenset({None})
    no_such_id = "999999"
    batch_size = 100
    has_queues = True
    lists_of_work = 1
    object = "contacts"
    lifecycle: tuple[str, ...] = ("lead",)
    connection: Mapping[str, Any] = {}

    def __init__(self, url: str, portal: HubSpotPortal) -> None:
        self.opened = ExitStack()
        self.url, self.portal = url, portal
        self.ground: Ground = portal.ground
        self.now: Callable[[], datetime] = utc_now
        self.notes: Mapping[str, str] = _NOTES
        self.owners: tuple[str | None, ...] = (None,)

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        ground = new_ground("hubspot")
        ground.clock.set(NOON)
        key = Property(name=TASK_KEY, unique=True, custom=True)
        own = (
            Property(name="trial_ends", type="date", custom=True),
            Property(name="team", type="enumeration", options=("EMEA", "APAC"), custom=True),
        )
        portal = HubSpotPortal(ground, own_properties={"tasks": [key], "contacts": own})
        portal.limits.off()
        for seat in EVERYBODY:
            archived = not seat.active
            portal.add_owner(
                seat.hubspot, seat.name, seat.email, archived=archived, queue=seat.queue
            )
        with served(hubspot_app(portal)) as url:
            stage = cls(url, portal)
            with stage.opened:
                yield stage

    def crm(self, options: Options = Options()) -> HubSpot:  # noqa: B008  (frozen)
        intake = Intake(
            object=self.object,
            owners=self.owners,
            statuses=tuple(options.statuses or ()),
            lifecycle=tuple(options.lifecycle or self.lifecycle),
            returned=tuple(options.returned),
            created_after=GO_LIVE,
        )
        setup = SourceSetup(
            name="hubspot",
            intake=intake,
            vocabulary=VOCABULARY,
            fields=options.fields,
            notes=self.notes,
            receives=options.receives and self.object == "contacts",
            creation=options.creation or CREATION,
        )
        environ = {
            "FIRSTTOUCH_HUBSPOT_TOKEN": TOKEN,
            "FIRSTTOUCH_HUBSPOT_BASE_URL": self.url,
            **options.environ,
        }
        connection = {
            **QUICK,
            **_UNPACED,
            "look_back_seconds": 0,
            **self.connection,
            **options.connection,
        }
        connector = HubSpot(HubSpotSettings.from_environment(connection, environ), setup, self.now)
        self.opened.callback(connector.close)
        return connector

    source = crm

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        return [
            self.portal.add_contact(
                {
                    "lastname": f"Doe {n}",
                    "email": email or f"p{n}.{at:%j%H%M%S}@example.com",
                    "lifecyclestage": "lead",
                },
                created=at,
            )
            for n in range(count)
        ]

    def disturb(self, lead_id: str) -> None:
        self.portal.person_updates(lead_id, {"jobtitle": "Buyer"})

    def owner_of(self, record_id: str) -> CrmOwnerId | None:
        owner = self._values(record_id).get("hubspot_owner_id")
        return CrmOwnerId(owner) if owner else None

    def person_sets_owner(self, record_id: str, owner: CrmOwnerId) -> None:
        self.portal.person_sets_owner(record_id, owner)

    def closes(self, record_id: str) -> None:
        self.portal.person_updates(record_id, {"hs_lead_status": "UNQUALIFIED"})

    def field_of(self, record_id: str, name: str) -> str | None:
        return self._values(record_id).get(name)

    def phone_record(
        self, phone: str, last_name: str | None = "Roe", country: str | None = None
    ) -> str:
        fields = {"lastname": last_name, "phone": phone, "country": country}
        given = {name: text for name, text in fields.items() if text}
        return self.portal.add_contact(given | {"hubspot_owner_id": self.ben}, created=GO_LIVE)

    def _values(self, record_id: str) -> Mapping[str, str]:
        return self.portal.contacts[record_id].state.values


class HubSpotLeadsStage(HubSpotStage):
    """The same portal, whose new leads are Leads that belong to contacts."""

    reads, writes = "/leads/search", "/leads/batch/update"
    object, lifecycle = "leads", ("new-stage-id",)

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        return [
            self.portal.add("leads", {"hs_lead_name": f"Doe {n}"}, contact=contact, created=at)
            for n, contact in enumerate(super().add(count, at=at, email=email))
        ]

    def disturb(self, lead_id: str) -> None:
        self.portal.person_updates(lead_id, {"hs_lead_label": "HOT"}, kind="leads")

    def person_sets_owner(self, record_id: str, owner: CrmOwnerId) -> None:
        self.portal.person_updates(record_id, {"hubspot_owner_id": owner}, kind="leads")

    def closes(self, record_id: str) -> None:
        closed = {"hs_pipeline_stage": "unqualified-stage-id"}
        self.portal.person_updates(record_id, closed, kind="leads")

    def contact_of(self, lead_id: str) -> str:
        (contact, _), *_ = self.portal.links.of("leads", lead_id, "contacts")
        return contact

    def _values(self, record_id: str) -> Mapping[str, str]:
        return self.portal.shelves["leads"].records[record_id].state.values


class DatedHubSpotStage(HubSpotStage):
    """The same portal, asked by the paths that have a date for a version."""

    connection: Mapping[str, Any] = {"api_version": "2026-09"}
