"""The contract tests' Pipedrive."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Self

from connectors.pipedrive.client import utc_now
from connectors.pipedrive.connector import Pipedrive
from connectors.pipedrive.settings import PipedriveSettings
from connectors.setup import Intake, SourceSetup
from leads.keys import CrmOwnerId
from sandbox.app import Ground, new_ground
from sandbox.pipedrive.account import PipedriveAccount
from sandbox.pipedrive.app import TOKEN, pipedrive_app
from sandbox.world.roster import EVERYBODY, INTEGRATION_USER, LEFT_THE_COMPANY, REPS
from tests.contract.stage import GO_LIVE, NOON, QUICK, VOCABULARY, Options
from tests.contract.turntable import served

REASON = "9b2a7c0f51d84e6a8b3c1d2e4f5a6b7c8d9e0f1a"
PRODUCT = "c1d2e3f4a5b6c7d8e9f00112233445566778899a"
_OWN: Mapping[str, dict[str, Any]] = {
    REASON: {"key": REASON, "name": "Routing reason", "field_type": "varchar"},
    PRODUCT: {
        "key": PRODUCT,
        "name": "Product",
        "field_type": "enum",
        "options": [{"id": 31, "label": "Platform"}, {"id": 32, "label": "Starter"}],
    },
}


class PipedriveStage:
    name = "pipedrive"
    reads = "/api/v1/leads"
    writes = creates = "PATCH /api/v1/leads/"
    wrong_secret: Mapping[str, str] = {"FIRSTTOUCH_PIPEDRIVE_TOKEN": "wrong"}
    renews_its_token = False
    ana, ben = CrmOwnerId(str(REPS[0].pipedrive)), CrmOwnerId(str(REPS[1].pipedrive))
    left = CrmOwnerId(str(LEFT_THE_COMPANY.pipedrive))
    unowned: frozenset[CrmOwnerId | None] = frozenset({CrmOwnerId(str(INTEGRATION_USER.pipedrive))})
    no_such_id = "00000000-0e10-11eb-879b-05d71fb426ec"
    batch_size = 1
    has_queues = False
    lists_of_work = 3

    def __init__(self, url: str, account: PipedriveAccount) -> None:
        self.opened = ExitStack()
        self.url, self.account = url, account
        self.ground: Ground = account.ground
        self.now: Callable[[], datetime] = utc_now
        self.notes: Mapping[str, str] = {"reason": REASON}

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        ground = new_ground("pipedrive")
        ground.clock.set(NOON)
        account = PipedriveAccount(ground, _OWN)
        account.limits.burst = None
        account.limits.budget = 10_000_000
        for seat in EVERYBODY:
            if not seat.queue:
                account.add_user(seat.pipedrive, seat.name, seat.email, active=seat.active)
        with served(pipedrive_app(account)) as url:
            stage = cls(url, account)
            with stage.opened:
                yield stage

    def crm(self, options: Options = Options()) -> Pipedrive:  # noqa: B008  (frozen)
        intake = Intake(
            object="leads",
            owners=tuple(options.owners or (INTEGRATION_USER.name,)),
            statuses=tuple(options.statuses or ()),
            returned=tuple(options.returned),
            created_after=GO_LIVE,
        )
        setup = SourceSetup(
            name="pipedrive",
            intake=intake,
            vocabulary=VOCABULARY,
            fields=options.fields,
            notes=self.notes,
        )
        environ = {
            "FIRSTTOUCH_PIPEDRIVE_TOKEN": TOKEN,
            "FIRSTTOUCH_PIPEDRIVE_BASE_URL": self.url,
            **options.environ,
        }
        unpaced = {"calls_per_window": 100_000, "look_back_seconds": 0}
        connection = {**QUICK, **unpaced, **options.connection}
        settings = PipedriveSettings.from_environment(connection, environ)
        connector = Pipedrive(settings, setup, self.now)
        self.opened.callback(connector.close)
        return connector

    source = crm

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        return [
            self.account.add_lead(
                f"Doe {n} lead",
                INTEGRATION_USER.pipedrive,
                person=self.person(f"Doe {n}", email or f"p{n}.{at:%j%H%M%S}@example.com", at),
                created=at,
            )
            for n in range(count)
        ]

    def person(self, last: str, email: str, at: datetime) -> int:
        emails = [{"value": email, "primary": True, "label": "work"}]
        fields = {"name": f"Jo {last}", "first_name": "Jo", "last_name": last, "emails": emails}
        return self.account.add("persons", {**fields, "phones": [], "org_id": None}, created=at)

    def disturb(self, lead_id: str) -> None:
        self.account.person_edits(lead_id, title="Somebody wrote a better title")

    def owner_of(self, record_id: str) -> CrmOwnerId | None:
        return CrmOwnerId(str(self.account.leads[record_id]["owner_id"]))

    def person_sets_owner(self, record_id: str, owner: CrmOwnerId) -> None:
        self.account.person_edits(record_id, owner_id=int(owner))

    def closes(self, record_id: str) -> None:
        self.account.person_edits(record_id, is_archived=True)

    def field_of(self, record_id: str, name: str) -> str | None:
        value = self.account.leads[record_id].get(name)
        return None if value is None else str(value)

    def phone_record(
        self, phone: str, last_name: str | None = "Roe", country: str | None = None
    ) -> str:
        del country  # a person has none of their own
        fields: dict[str, Any] = {
            "name": last_name,
            "last_name": last_name,
            "emails": [],
            "org_id": None,
        }
        phones = [{"value": phone, "primary": True, "label": "work"}]
        owned = {"phones": phones, "owner_id": int(self.ben)}
        return str(self.account.add("persons", {**fields, **owned}, created=GO_LIVE))
