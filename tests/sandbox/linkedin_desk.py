"""A sandbox business behind real HTTP, and a client that says no more than it is told to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.app import new_ground
from sandbox.linkedin.app import linkedin_app
from sandbox.linkedin.business import TOKEN, LinkedInBusiness
from sandbox.linkedin.records import milliseconds, question
from tests.sandbox.stage import Stage

ACCOUNT, PAGE = "urn:li:sponsoredAccount:1234567", "urn:li:organization:11223344"
FORM, ORGANIC_FORM, CAMPAIGN = 7234246, 6955637458260688897, "198356826"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWNER = "(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A1234567)"
FIELDS = (
    "ownerInfo,associatedEntityInfo,leadMetadataInfo,owner,leadType,versionedLeadGenFormUrn,id,"
    "submittedAt,testLead,formResponse,form:(hiddenFields,creationLocale,name,id,content)"
)
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "LinkedIn-Version": "202606",
    "X-Restli-Protocol-Version": "2.0.0",
}
QUESTIONS = (
    question(FORM, 1, "Nombre", "es_ES", asks="FIRST_NAME", name="First name"),
    question(FORM, 3, "Correo electrónico", "es_ES", asks="EMAIL", name="Email address"),
    question(FORM, 7, "Cuál es tu color favorito", "es_ES", asks="Rojo|Azul"),
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`get` sends the address as it stands: nothing is encoded on the way."""

    business: LinkedInBusiness
    http: httpx.Client
    url: str

    def get(self, address: str, **headers: str) -> tuple[int, Any]:
        response = self.http.get(f"{self.url}{address}", headers={**HEADERS, **headers})
        return response.status_code, response.json()

    def leads(self, **parameters: str) -> tuple[int, Any]:
        """The finder as it is documented, but for `parameters`."""
        return self.get(finder(**parameters))

    def lead(self, name: str = "Kevin", *, seconds: float = 0, **more: Any) -> str:
        """One lead, `seconds` after NOON."""
        answers: dict[int, str | Sequence[int]] = {
            107234246: name,
            307234246: "kevin@example.com",
            707234246: [0],
        }
        return self.business.add_lead(
            FORM, answers, created=NOON + timedelta(seconds=seconds), campaign_id=CAMPAIGN, **more
        )


def finder(**parameters: str) -> str:
    start, end = milliseconds(NOON - timedelta(days=9)), milliseconds(NOON + timedelta(days=1))
    asked = {
        "q": "owner",
        "owner": OWNER,
        "leadType": "(leadType:SPONSORED)",
        "limitedToTestLeads": "false",
        "submittedAtTimeRange": f"(start:{start},end:{end})",
        "fields": FIELDS,
        "count": "10",
        "start": "0",
        **parameters,
    }
    return "/rest/leadFormResponses?" + "&".join(f"{k}={v}" for k, v in asked.items() if v)


@contextmanager
def linkedin_desk(stage: Stage) -> Iterator[Desk]:
    """One account and one page with a form each; the clock stands an hour after NOON."""
    business = LinkedInBusiness(new_ground("linkedin"))
    business.ground.clock.set(NOON + timedelta(hours=1))
    business.add_owner("sponsoredAccount", "1234567", "Ad Account A")
    business.add_owner("organization", "11223344", "Highlander Cranberries LLC")
    business.add_campaign(CAMPAIGN, "ent-2026")
    hidden = {"hidden_field": "abc678", "campo_escondido": "def789"}
    business.add_form(ACCOUNT, FORM, "Spanish", QUESTIONS, locale="es_ES", hidden=hidden)
    email = question(ORGANIC_FORM, 1, "Email", "en_US", asks="EMAIL", name="email")
    business.add_form(PAGE, ORGANIC_FORM, "Page", [email])
    stage.app = linkedin_app(business)
    with httpx.Client() as http:
        yield Desk(business=business, http=http, url=stage.url)


def ids(answer: tuple[int, Any]) -> list[str]:
    status, body = answer
    assert status == 200, body
    return [lead["id"] for lead in body["elements"]]
