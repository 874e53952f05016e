"""The contract tests' LinkedIn business: one ad account with one form, in Spanish."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Self

from connectors.linkedin_ads.connector import LinkedInAds
from connectors.linkedin_ads.settings import LinkedInAdsSettings
from connectors.setup import Intake, SourceSetup
from sandbox.app import Ground, new_ground
from sandbox.linkedin.app import linkedin_app
from sandbox.linkedin.business import TOKEN, LinkedInBusiness
from sandbox.linkedin.records import question
from tests.contract.stage import GO_LIVE, NOON, QUICK, VOCABULARY, Options
from tests.contract.turntable import served

ACCOUNT, OTHER_ACCOUNT, PAGE = "1234567", "5678910", "11223344"
FORM, CAMPAIGN = 7234246, "198356826"
FIRST, LAST, EMAIL, COLOUR, GENDER = (int(f"{n}0{FORM}") for n in range(1, 6))
_QUESTIONS = (
    question(FORM, 1, "Nombre", "es_ES", asks="FIRST_NAME", name="Förnamn"),
    question(FORM, 2, "Apellidos", "es_ES", asks="LAST_NAME", name="Efternamn"),
    question(FORM, 3, "Correo electrónico", "es_ES", asks="EMAIL", name="E-postadress"),
    question(FORM, 4, "¿Cuál es tu color favorito?", "es_ES", asks="Rojo|Azul"),
    question(FORM, 5, "Sexo", "es_ES", asks="GENDER"),
)


class LinkedInStage:
    name = "linkedin_ads"
    reads = "/leadFormResponses"
    wrong_secret: Mapping[str, str] = {"FIRSTTOUCH_LINKEDIN_ADS_TOKEN": "wrong"}
    renews_its_token = False

    def __init__(self, url: str, business: LinkedInBusiness) -> None:
        self.opened = ExitStack()
        self.url, self.business = url, business
        self.ground: Ground = business.ground
        self._added = 0

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        ground = new_ground("linkedin")
        ground.clock.set(NOON)
        business = LinkedInBusiness(ground)
        owner = business.add_owner("sponsoredAccount", ACCOUNT, "Acme ads")
        business.add_campaign(CAMPAIGN, "ent-iberia-2026")
        business.add_form(
            owner.urn,
            FORM,
            "Demo",
            _QUESTIONS,
            locale="es_ES",
            hidden={"utm_source": "linkedin", "Producto": "GTX Pro"},
        )
        with served(linkedin_app(business)) as url:
            stage = cls(url, business)
            with stage.opened:
                yield stage

    def source(self, options: Options = Options()) -> LinkedInAds:  # noqa: B008  (frozen)
        setup = SourceSetup(
            name="linkedin_ads",
            intake=Intake(object="leads", created_after=GO_LIVE),
            vocabulary=VOCABULARY,
            fields=options.fields,
        )
        environ = {
            "FIRSTTOUCH_LINKEDIN_ADS_TOKEN": TOKEN,
            "FIRSTTOUCH_LINKEDIN_ADS_BASE_URL": self.url,
            **options.environ,
        }
        connection = {**QUICK, "accounts": [ACCOUNT], **options.connection}
        settings = LinkedInAdsSettings.from_environment(connection, environ)
        connector = LinkedInAds(settings, setup, clock=self.ground.clock.now)
        self.opened.callback(connector.close)
        return connector

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        self._added += count
        return [
            self.business.add_lead(
                FORM,
                {
                    FIRST: "Ana",
                    LAST: f"Doe {n}",
                    EMAIL: email or f"p{n}.{at:%j%H%M%S}@example.com",
                    COLOUR: [0],
                    GENDER: "prefiero no decirlo",
                },
                created=at,
                campaign_id=CAMPAIGN,
                consents={0: True},
            )
            for n in range(count)
        ]

    def disturb(self, lead_id: str) -> None:
        """A lead cannot be edited; a new one comes in before all that are listed."""
        assert lead_id in self.business.leads
        self.add(1, at=NOON)
