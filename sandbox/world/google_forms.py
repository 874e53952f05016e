"""The lead forms and campaigns of two Google Ads accounts under one manager."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MANAGER, EUROPE, AMERICA = "9080706050", "1234567890", "2345678901"
CUSTOMERS: tuple[Mapping[str, Any], ...] = (
    {"id": MANAGER, "name": "Northlight group", "is_manager": True},
    {
        "id": EUROPE,
        "name": "Northlight Europe",
        "time_zone": "Europe/Madrid",
        "manager_id": MANAGER,
    },
    {
        "id": AMERICA,
        "name": "Northlight America",
        "time_zone": "America/New_York",
        "manager_id": MANAGER,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchForm:
    """
    `asks`: Google's question types, each with what a prospect answers it with; `custom`: questions
    of the form's own, by their text. `ad_group_id` is empty for Performance Max, which has none.
    """

    id: str
    customer_id: str
    name: str
    campaigns: tuple[str, ...]
    countries: frozenset[str]
    asks: Mapping[str, str]
    custom: Mapping[str, str]
    language: str = "en"
    ad_group_id: str = ""


def _asks(text: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in text.split())
    return {kind: asks for kind, _, asks in pairs}


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMS = (
    SearchForm(
        id="18698608977",
        customer_id=AMERICA,
        name="Security assessment",
        campaigns=("ent-security-search", "ent-platform-us"),
        countries=_codes("US CA IN AU SG PH JP"),
        asks=_asks(
            "FULL_NAME=full_name WORK_EMAIL=email WORK_PHONE=phone COMPANY_NAME=company "
            "JOB_TITLE=job_title COUNTRY=country COMPANY_SIZE=size JOB_INDUSTRY=industry "
            "PRODUCT=product PREFERRED_CONTACT_TIME=hour"
        ),
        custom={"What is your budget?": "budget"},
        ad_group_id="150000000021",
    ),
    SearchForm(
        id="52083961646",
        customer_id=AMERICA,
        name="Insurance offices",
        campaigns=("vertical-insurance-search",),
        countries=_codes("US"),
        asks=_asks(
            "FULL_NAME=full_name EMAIL=email PHONE_NUMBER=phone POSTAL_CODE=postal_code "
            "CITY=city REGION=region COUNTRY=country SERVICE=service"
        ),
        custom={"What type of insurance are you looking for?": "insurance"},
        ad_group_id="150000000022",
    ),
    SearchForm(
        id="52083961701",
        customer_id=EUROPE,
        name="Free trial",
        campaigns=("smb-trial-search",),
        countries=_codes("GB IE SE NO DK FI NL IT PL FR DE AT CH PT AE ZA"),
        asks=_asks(
            "FIRST_NAME=first_name LAST_NAME=last_name EMAIL=email PHONE_NUMBER=phone "
            "COUNTRY=country"
        ),
        custom={},
        ad_group_id="150000000031",
    ),
    SearchForm(
        id="52083961733",
        customer_id=EUROPE,
        name="Demo Iberia",
        campaigns=("ent-iberia-pmax",),
        countries=_codes("ES PT MX AR CO CL BR"),
        asks=_asks(
            "FULL_NAME=full_name EMAIL=email PHONE_NUMBER=phone COMPANY_NAME=company "
            "COUNTRY=country COMPANY_SIZE=size"
        ),
        custom={"¿Cuál es la licenciatura de interés?": "degree"},
        language="es",
    ),
)
BY_NAME = {form.name: form for form in FORMS}
CAMPAIGNS: tuple[Mapping[str, Any], ...] = tuple(
    {"id": f"{20990000001 + number}", "name": name, "customer_id": customer_id}
    for number, (name, customer_id) in enumerate(
        (name, form.customer_id) for form in FORMS for name in form.campaigns
    )
)
CAMPAIGN_IDS = {str(campaign["name"]): str(campaign["id"]) for campaign in CAMPAIGNS}
