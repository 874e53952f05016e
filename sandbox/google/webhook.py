"""The other road of a lead: a form's webhook, sent over real HTTP and repeated on a 5xx."""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import httpx

from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.google.records import Lead

WEBHOOK_KEY = "sandbox-google-webhook-key"
TEST_ID = (
    "TeSter-123-ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz-0123456789-"
    "AaBbCcDdEeFfGgHhIiJjKkLl"
)
_NAMES = {
    "FULL_NAME": "Full Name",
    "FIRST_NAME": "First Name",
    "LAST_NAME": "Last Name",
    "EMAIL": "User Email",
    "PHONE_NUMBER": "User Phone",
    "POSTAL_CODE": "Postal Code",
    "CITY": "City",
    "COUNTRY": "Country",
    "COMPANY_NAME": "Company Name",
    "WORK_EMAIL": "Work Email",
    "WORK_PHONE": "Work Phone",
    "JOB_TITLE": "Job Title",
}
"""Column names as seen; of category and custom questions none comes."""
_TEST_ANSWERS = {
    "FULL_NAME": "FirstName LastName",
    "EMAIL": "test@example.com",
    "WORK_EMAIL": "work-test@example.com",
    "PHONE_NUMBER": "+16505550123",
    "POSTAL_CODE": "94043",
    "COMPANY_NAME": "CompanyName",
    "JOB_TITLE": "JobTitle",
}
_SERVER_ERROR = 500


def payload(lead: Lead, *, key: str = WEBHOOK_KEY, **over: Any) -> dict[str, Any]:
    """The webhook's body for a lead the API has; `over` replaces fields, None leaves them out."""
    told: dict[str, Any] = {
        "lead_id": lead.id,
        "user_column_data": [
            *(_column(kind, value) for kind, value in lead.fields),
            *({"string_value": v, "column_id": column_id(q)} for q, v in lead.custom),
        ],
        "api_version": "1.0",
        "form_id": int(lead.form_id),
        "campaign_id": int(lead.campaign_id),
        "google_key": key,
        "is_test": False,
        "gcl_id": lead.gclid or "",
        "adgroup_id": int(lead.ad_group_id or 0),
        "creative_id": int(lead.ad_id or 0),
        "lead_submit_time": f"{lead.submitted.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    return {name: value for name, value in {**told, **over}.items() if value is not None}


def dummy_payload(
    form_id: str, kinds: Sequence[str] = tuple(_TEST_ANSWERS), *, key: str = WEBHOOK_KEY
) -> dict[str, Any]:
    """What "send test data" sends: the form's own id, and round numbers for all the rest."""
    return {
        "lead_id": TEST_ID,
        "user_column_data": [
            _column(kind, _TEST_ANSWERS.get(kind, kind.title())) for kind in kinds
        ],
        "api_version": "1.0",
        "form_id": int(form_id),
        "campaign_id": 10000000000,
        "google_key": key,
        "is_test": True,
        "gcl_id": TEST_ID,
        "adgroup_id": 20000000000,
        "creative_id": 30000000000,
    }


def column_id(question: str) -> str:
    """A custom question's id: its text in small letters, with "_" for spaces."""
    return re.sub(r"\s+", "_", question.strip().lower())


def send_webhook(
    url: str, lead: Mapping[str, Any], *, attempts: int = 3, pause: float = 0.01
) -> httpx.Response:
    """
    POST one body (see `payload`) to `url`; answer the last response.

    Repeated while the receiver answers 5xx or not at all; a 4xx is final, as the receiver means it.
    """
    with httpx.Client(trust_env=False, timeout=5.0) as http:
        for attempt in range(1, attempts + 1):
            last = attempt == attempts
            try:
                response = http.post(url, json=dict(lead))
            except httpx.TransportError:
                if last:
                    raise
            else:
                if last or response.status_code < _SERVER_ERROR:
                    return response
            time.sleep(pause * 2**attempt)
    raise ValueError("attempts: at least one is needed")


def deliver(accounts: GoogleAdsAccounts, lead_id: str, url: str, **over: Any) -> httpx.Response:
    """Send the webhook of a lead that is there, and note in the journal what came of it."""
    response = send_webhook(url, payload(accounts.leads[lead_id], **over))
    accounts.ground.log("webhook", "leads", (lead_id,), status=response.status_code)
    return response


def _column(kind: str, value: str) -> dict[str, str]:
    named = {"column_name": _NAMES[kind]} if kind in _NAMES else {}
    return {**named, "string_value": value, "column_id": kind}
