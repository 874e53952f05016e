"""One list of leads at each vendor of a town, asked for by a plain client."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from sandbox.google.tokens import CLIENT_ID, CLIENT_SECRET, DEVELOPER_TOKEN, REFRESH_TOKEN
from sandbox.hubspot.app import TOKEN as HUBSPOT_TOKEN
from sandbox.linkedin.business import TOKEN as LINKEDIN_TOKEN
from sandbox.meta.app import TOKEN as META_TOKEN
from sandbox.salesforce.sessions import CLIENT_ID as SALESFORCE_CLIENT
from sandbox.salesforce.sessions import CLIENT_SECRET as SALESFORCE_SECRET
from sandbox.town import Town
from sandbox.world.google_forms import EUROPE, MANAGER
from sandbox.world.linkedin_forms import NORTH

_GOOGLE = "SELECT lead_form_submission_data.id FROM lead_form_submission_data"
Ask = Callable[[httpx.Client, Town], httpx.Response]


def salesforce(http: httpx.Client, town: Town) -> httpx.Response:
    base = town.addresses["salesforce"]
    token = http.post(
        f"{base}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(SALESFORCE_CLIENT, SALESFORCE_SECRET),
    ).json()["access_token"]
    query = {"q": "SELECT Id FROM Lead ORDER BY Id"}
    headers = {"Authorization": f"Bearer {token}"}
    return http.get(f"{base}/services/data/v64.0/query", params=query, headers=headers)


def hubspot(http: httpx.Client, town: Town) -> httpx.Response:
    url = f"{town.addresses['hubspot']}/crm/v3/objects/contacts/search"
    body = {"sorts": [{"propertyName": "createdate", "direction": "ASCENDING"}], "limit": 50}
    return http.post(url, json=body, headers={"Authorization": f"Bearer {HUBSPOT_TOKEN}"})


def meta_ads(http: httpx.Client, town: Town) -> httpx.Response:
    forms = town.vendors.meta.forms
    form = max(forms, key=lambda form: len(town.vendors.meta.leads_of(form)))
    query = {"access_token": META_TOKEN}
    return http.get(f"{town.addresses['meta_ads']}/v26.0/{form}/leads", params=query)


def google_ads(http: httpx.Client, town: Town) -> httpx.Response:
    base = town.addresses["google_ads"]
    grant = {
        "grant_type": "refresh_token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
    }
    token = http.post(f"{base}/token", data=grant).json()["access_token"]
    headers = {
        "Authorization": f"Bearer {token}",
        "developer-token": DEVELOPER_TOKEN,
        "login-customer-id": MANAGER,
    }
    url = f"{base}/v26/customers/{EUROPE}/googleAds:searchStream"
    return http.post(url, json={"query": _GOOGLE}, headers=headers)


def linkedin_ads(http: httpx.Client, town: Town) -> httpx.Response:
    owner = f"(sponsoredAccount:{quote(NORTH, safe='')})"
    which = f"owner={owner}&leadType=(leadType:SPONSORED)&limitedToTestLeads=false"
    query = f"q=owner&{which}&count=50&start=0"
    headers = {
        "Authorization": f"Bearer {LINKEDIN_TOKEN}",
        "LinkedIn-Version": "202606",
        "X-Restli-Protocol-Version": "2.0.0",
    }
    return http.get(
        f"{town.addresses['linkedin_ads']}/rest/leadFormResponses?{query}", headers=headers
    )


ASK: Mapping[str, Ask] = {
    "salesforce": salesforce,
    "hubspot": hubspot,
    "meta_ads": meta_ads,
    "google_ads": google_ads,
    "linkedin_ads": linkedin_ads,
}
PATHS: Mapping[str, str] = {
    "salesforce": "/query",
    "hubspot": "/search",
    "meta_ads": "/leads",
    "google_ads": ":searchStream",
    "linkedin_ads": "/leadFormResponses",
}


def listed(answer: httpx.Response) -> list[str]:
    """The records of an answer, in its order."""
    content: Any = answer.json()
    if isinstance(content, list):
        records = [record for chunk in content for record in chunk["results"]]
    else:
        kept = ("records", "results", "data", "elements")
        records = next(content[name] for name in kept if name in content)
    return [str(record.get("id", record)) for record in records]
