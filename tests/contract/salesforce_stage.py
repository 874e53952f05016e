"""The contract tests' Salesforce."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Self

from connectors.creation import ALWAYS, Creation
from connectors.salesforce.connector import Salesforce
from connectors.salesforce.settings import SalesforceSettings
from connectors.setup import Intake, SourceSetup
from leads.keys import CrmOwnerId
from sandbox.app import Ground, new_ground
from sandbox.salesforce.app import salesforce_app
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET
from sandbox.world.roster import EVERYBODY, INTEGRATION_USER, LEFT_THE_COMPANY, REPS, WEB_LEADS
from tests.contract.stage import GO_LIVE, NOON, QUICK, VOCABULARY, Options
from tests.contract.turntable import served

_NOTES = {"reason": "Routing_Reason__c", "rule": "Routing_Rule__c"}

CREATION = Creation(
    fields={
        name: (f"Firsttouch_{'_'.join(part.title() for part in name.split('_'))}__c",)
        for name in ALWAYS
    }
)


class SalesforceStage:
    name = "salesforce"
    reads = "/query"
    writes = creates = "/composite"
    connection: Mapping[str, Any] = {}
    custom_fields: Mapping[str, str] = {"Budget__c": "double", "Agreed__c": "boolean"}
    activity_fields: Mapping[str, str] = {}
    place_picklists = False
    wrong_secret: Mapping[str, str] = {"FIRSTTOUCH_SALESFORCE_CLIENT_SECRET": "wrong"}
    renews_its_token = True
    ana, ben = CrmOwnerId(REPS[0].salesforce), CrmOwnerId(REPS[1].salesforce)
    left = CrmOwnerId(LEFT_THE_COMPANY.salesforce)
    unowned: frozenset[CrmOwnerId | None] = frozenset(
        {CrmOwnerId(WEB_LEADS.salesforce), CrmOwnerId(INTEGRATION_USER.salesforce)}
    )
    no_such_id = "00QfT000000ZZZZUA4"
    batch_size = 200
    has_queues = True
    lists_of_work = 1

    def __init__(self, url: str, org: SalesforceOrg) -> None:
        self.opened = ExitStack()
        self.url, self.org = url, org
        self.ground: Ground = org.ground
        self.now = org.ground.clock.now
        self.notes: Mapping[str, str] = _NOTES

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        ground = new_ground("salesforce")
        ground.clock.set(NOON)
        org = SalesforceOrg(
            ground,
            custom_fields=cls.custom_fields,
            activity_fields=cls.activity_fields,
            place_picklists=cls.place_picklists,
        )
        for seat in EVERYBODY:
            org.add_seat(seat)
        with served(salesforce_app(org)) as url:
            stage = cls(url, org)
            with stage.opened:
                yield stage

    def crm(self, options: Options = Options()) -> Salesforce:  # noqa: B008  (frozen)
        intake = Intake(
            object="Lead",
            owners=(INTEGRATION_USER.name, f"queue:{WEB_LEADS.name}"),
            statuses=tuple(options.statuses or ("Open - Not Contacted",)),
            lifecycle=tuple(options.lifecycle or ()),
            returned=tuple(options.returned),
            created_after=GO_LIVE,
        )
        setup = SourceSetup(
            name="salesforce",
            intake=intake,
            vocabulary=VOCABULARY,
            fields=options.fields,
            notes=self.notes,
            receives=options.receives,
            creation=options.creation or CREATION,
        )
        environ = {
            "FIRSTTOUCH_SALESFORCE_CLIENT_ID": CLIENT_ID,
            "FIRSTTOUCH_SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
            "FIRSTTOUCH_SALESFORCE_BASE_URL": self.url,
            **options.environ,
        }
        connection = {**QUICK, "overlap_seconds": 0, **self.connection, **options.connection}
        settings = SalesforceSettings.from_environment(connection, environ)
        connector = Salesforce(settings, setup, self.now)
        self.opened.callback(connector.close)
        return connector

    source = crm

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        return [
            self.org.add_lead(
                {
                    "LastName": f"Doe {n}",
                    "Company": "Doe Ltd",
                    "Email": email or f"p{n}.{at:%j%H%M%S}@example.com",
                    "OwnerId": WEB_LEADS.salesforce,
                },
                created=at,
            )
            for n in range(count)
        ]

    def disturb(self, lead_id: str) -> None:
        self.org.person_updates(lead_id, {"Title": "Buyer"})

    def owner_of(self, record_id: str) -> CrmOwnerId | None:
        return CrmOwnerId(self.org.leads[record_id]["OwnerId"])

    def person_sets_owner(self, record_id: str, owner: CrmOwnerId) -> None:
        self.org.person_sets_owner(record_id, owner)

    def closes(self, record_id: str) -> None:
        self.org.person_updates(record_id, {"Status": "Closed - Not Converted"})

    def field_of(self, record_id: str, name: str) -> str | None:
        value = self.org.leads[record_id].get({"firsttouch_id": "Firsttouch_Id__c"}.get(name, name))
        return None if value is None else str(value)

    def phone_record(
        self, phone: str, last_name: str | None = "Roe", country: str | None = None
    ) -> str:
        """A Lead has a surname always; ours have this one where nobody gave any."""
        fields = {"LastName": last_name or "[not given]", "MobilePhone": phone, "Country": country}
        more = {"Company": "Roe Ltd", "OwnerId": self.ben}
        return self.org.add_lead(fields | more, created=GO_LIVE)


class SalesforceByCollectionsStage(SalesforceStage):
    """Writes few owners as it writes many."""

    writes = "/composite/sobjects"
    connection: Mapping[str, Any] = {"conditional_up_to": 0}


class SalesforceInBulkStage(SalesforceStage):
    """Writes any number of owners by bulk jobs."""

    writes = "/batches"
    batch_size = 10_000
    connection: Mapping[str, Any] = {"bulk_above": 0, "bulk_wait_seconds": 5.0}


class SalesforceWithTaskKeysStage(SalesforceStage):
    """An admin has added a field to the activities that tells our tasks apart."""

    activity_fields: Mapping[str, str] = {"Firsttouch_Id__c": "string(64) unique external_id"}


class SalesforceWithPlacePicklistsStage(SalesforceStage):
    """An admin has switched on state and country picklists."""

    place_picklists = True
