"""A sandbox Google Ads behind real HTTP, and a plain client at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.app import new_ground
from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.google.app import google_app
from sandbox.google.tokens import CLIENT_ID, CLIENT_SECRET, DEVELOPER_TOKEN, REFRESH_TOKEN
from tests.sandbox.stage import Stage

MANAGER, ACCOUNT, FORM, CAMPAIGN = "9000000001", "1000000001", "30001", "20001"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEAD = "lead_form_submission_data"
GRANT = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`ask` sends everything that is required; a header given as None is left out."""

    accounts: GoogleAdsAccounts
    http: httpx.Client

    def ask(
        self,
        query: str,
        *,
        method: str = "search",
        account: str = ACCOUNT,
        version: str = "v26",
        headers: dict[str, str | None] | None = None,
        **body: Any,
    ) -> httpx.Response:
        sent = {
            "Authorization": f"Bearer {self.token()}",
            "developer-token": DEVELOPER_TOKEN,
            "login-customer-id": MANAGER,
            **(headers or {}),
        }
        return self.http.post(
            f"/{version}/customers/{account}/googleAds:{method}",
            json={"query": query, **body},
            headers={name: value for name, value in sent.items() if value is not None},
        )

    def rows(self, query: str) -> list[dict[str, Any]]:
        response = self.ask(query)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json().get("results", [])
        return found

    def ids(self, rest: str = "") -> list[str]:
        """Ids of the leads that a query with these clauses finds."""
        query = f"SELECT {LEAD}.id, {LEAD}.submission_date_time FROM {LEAD} {rest}"
        return [row["leadFormSubmissionData"]["id"] for row in self.rows(query)]

    def token(self) -> str:
        token: str = self.http.post("/token", data=GRANT).json()["access_token"]
        return token

    def lead(self, name: str, *, seconds: float = 0, **more: Any) -> str:
        """One lead, `seconds` after NOON."""
        at = NOON + timedelta(seconds=seconds)
        return self.accounts.add_lead(FORM, CAMPAIGN, [("FULL_NAME", name)], created=at, **more)

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The journal's entries of one kind: ids and detail."""
        entries = self.accounts.ground.journal.entries(event=event)
        return [{"ids": e.ids, **e.detail} for e in entries]


@contextmanager
def google_desk(stage: Stage) -> Iterator[Desk]:
    """One account under a manager, one form, one campaign; the clock stands an hour after NOON."""
    accounts = GoogleAdsAccounts(new_ground("google"))
    accounts.ground.clock.set(NOON + timedelta(hours=1))
    accounts.add_customer(MANAGER, "Example group", is_manager=True)
    accounts.add_customer(ACCOUNT, "Example Ltd", time_zone="America/New_York", manager_id=MANAGER)
    accounts.add_campaign(ACCOUNT, CAMPAIGN, "ent-2026")
    accounts.add_form(ACCOUNT, FORM, "Book a demo")
    stage.app = google_app(accounts)
    with httpx.Client(base_url=stage.url) as http:
        yield Desk(accounts=accounts, http=http)


def failure(response: httpx.Response) -> dict[str, Any]:
    """The first error of an answer in Google's envelope."""
    body = response.json()
    error = (body[0] if isinstance(body, list) else body)["error"]
    assert error.keys() == {"code", "message", "status", "details"}
    assert error["code"] == response.status_code
    (detail,) = error["details"]
    version = response.request.url.path.split("/")[1]
    assert detail["@type"].endswith(f"google.ads.googleads.{version}.errors.GoogleAdsFailure")
    assert detail["requestId"]
    first: dict[str, Any] = detail["errors"][0]
    return first
