"""The contract tests' Meta business: one page with one form."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Self

from connectors.meta_ads.connector import MetaAds
from connectors.meta_ads.settings import MetaAdsSettings
from connectors.setup import Intake, SourceSetup
from sandbox.app import Ground, new_ground
from sandbox.meta.app import SECRET, TOKEN, meta_app
from sandbox.meta.pages import MetaBusiness
from tests.contract.stage import GO_LIVE, NOON, QUICK, VOCABULARY, Options
from tests.contract.turntable import served

PAGE, FORM = "1001", "2001"
_QUESTIONS = (
    {"key": "full_name", "label": "Name", "type": "FULL_NAME"},
    {"key": "email", "label": "E-mail", "type": "EMAIL"},
    {"key": "documento", "label": "CPF", "type": "ID_CPF"},
)


class MetaStage:
    name = "meta_ads"
    reads = "/leads"
    wrong_secret: Mapping[str, str] = {"FIRSTTOUCH_META_ADS_TOKEN": "wrong"}
    renews_its_token = False

    def __init__(self, url: str, business: MetaBusiness) -> None:
        self.opened = ExitStack()
        self.url, self.business = url, business
        self.ground: Ground = business.ground
        self._added = 0

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        ground = new_ground("meta")
        ground.clock.set(NOON)
        business = MetaBusiness(ground)
        business.require_appsecret_proof = True
        business.add_page(PAGE, "Acme")
        business.add_form(PAGE, FORM, "Demo request", _QUESTIONS)
        with served(meta_app(business)) as url:
            stage = cls(url, business)
            with stage.opened:
                yield stage

    def source(self, options: Options = Options()) -> MetaAds:  # noqa: B008  (frozen)
        setup = SourceSetup(
            name="meta_ads",
            intake=Intake(object="leads", created_after=GO_LIVE),
            vocabulary=VOCABULARY,
            fields=options.fields,
        )
        environ = {
            "FIRSTTOUCH_META_ADS_TOKEN": TOKEN,
            "FIRSTTOUCH_META_ADS_APP_SECRET": SECRET,
            "FIRSTTOUCH_META_ADS_BASE_URL": self.url,
            **options.environ,
        }
        connection = {**QUICK, **options.connection}
        settings = MetaAdsSettings.from_environment(connection, environ)
        connector = MetaAds(settings, setup, clock=lambda: self.ground.clock.now().timestamp())
        self.opened.callback(connector.close)
        return connector

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        self._added += count
        return [
            self.business.add_lead(
                FORM,
                [
                    {"name": "full_name", "values": [f"Doe {n}"]},
                    {"name": "email", "values": [email or f"p{n}.{at:%j%H%M%S}@example.com"]},
                    {"name": "documento", "values": ["529.982.247-25"]},
                ],
                created=at,
            )
            for n in range(count)
        ]

    def disturb(self, lead_id: str) -> None:
        """A lead cannot be edited; a new one comes in before all that are listed."""
        assert lead_id in self.business.leads
        self.add(1, at=NOON)
