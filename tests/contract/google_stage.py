"""The contract tests' Google Ads: one account under a manager, with one lead form."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Self

from connectors.google_ads.connector import GoogleAds
from connectors.google_ads.settings import GoogleAdsSettings
from connectors.setup import Intake, SourceSetup
from sandbox.app import Ground, new_ground
from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.google.app import google_app
from sandbox.google.tokens import CLIENT_ID, CLIENT_SECRET, DEVELOPER_TOKEN, REFRESH_TOKEN
from sandbox.google.webhook import WEBHOOK_KEY
from tests.contract.stage import GO_LIVE, NOON, QUICK, VOCABULARY, Options
from tests.contract.turntable import served

MANAGER, ACCOUNT, FORM, CAMPAIGN = "9000000001", "1000000001", "30001", "20001"


class GoogleStage:
    name = "google_ads"
    reads = ":searchStream"
    wrong_secret: Mapping[str, str] = {"FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN": "wrong"}
    renews_its_token = True

    def __init__(self, url: str, accounts: GoogleAdsAccounts) -> None:
        self.opened = ExitStack()
        self.url, self.accounts = url, accounts
        self.ground: Ground = accounts.ground

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        ground = new_ground("google")
        ground.clock.set(NOON)
        accounts = GoogleAdsAccounts(ground)
        accounts.chunk_size = 4
        accounts.add_customer(MANAGER, "Acme group", is_manager=True)
        # Half a day behind UTC, where a query's time is most easily got wrong.
        accounts.add_customer(ACCOUNT, "Acme", time_zone="Pacific/Honolulu", manager_id=MANAGER)
        accounts.add_campaign(ACCOUNT, CAMPAIGN, "ent-search")
        accounts.add_form(ACCOUNT, FORM, "Demo request")
        with served(google_app(accounts)) as url:
            stage = cls(url, accounts)
            with stage.opened:
                yield stage

    def source(self, options: Options = Options()) -> GoogleAds:  # noqa: B008  (frozen)
        setup = SourceSetup(
            name="google_ads",
            intake=Intake(object="leads", created_after=GO_LIVE),
            vocabulary=VOCABULARY,
            fields=options.fields,
        )
        environ = {
            "FIRSTTOUCH_GOOGLE_ADS_BASE_URL": self.url,
            "FIRSTTOUCH_GOOGLE_ADS_DEVELOPER_TOKEN": DEVELOPER_TOKEN,
            "FIRSTTOUCH_GOOGLE_ADS_CLIENT_ID": CLIENT_ID,
            "FIRSTTOUCH_GOOGLE_ADS_CLIENT_SECRET": CLIENT_SECRET,
            "FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN": REFRESH_TOKEN,
            "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY": WEBHOOK_KEY,
            **options.environ,
        }
        accounts = {"customer_ids": [ACCOUNT], "login_customer_id": MANAGER}
        connection = {**QUICK, **accounts, **options.connection}
        settings = GoogleAdsSettings.from_environment(connection, environ)
        connector = GoogleAds(settings, setup)
        self.opened.callback(connector.close)
        return connector

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        return [
            self.lead(
                ("FULL_NAME", f"Doe {n}"),
                ("EMAIL", email or f"p{n}.{at:%j%H%M%S}@example.com"),
                ("GOVERNMENT_ISSUED_ID_CPF_BR", "529.982.247-25"),
                at=at,
            )
            for n in range(count)
        ]

    def lead(self, *fields: tuple[str, str], at: datetime = NOON, **more: Any) -> str:
        return self.accounts.add_lead(FORM, CAMPAIGN, fields, created=at, **more)

    def disturb(self, lead_id: str) -> None:
        """A lead cannot be edited; a new one comes in before all that are listed."""
        assert lead_id in self.accounts.leads
        self.add(1, at=NOON)
