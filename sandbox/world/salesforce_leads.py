"""A prospect as the fields of a Salesforce Lead."""

import random
from typing import Any

from sandbox.world.chance import happens, weighted
from sandbox.world.prospects import Prospect
from sandbox.world.roster import INTEGRATION_USER, WEB_LEADS

NOT_CONTACTED = "Open - Not Contacted"
_SOURCES = {
    "Web": 40.0,
    "Google Ads": 14.0,
    "LinkedIn Ads": 9.0,
    "Partner Referral": 9.0,
    "Phone Inquiry": 8.0,
    "Trial Signup": 8.0,
    "Purchased List": 5.0,
    "google": 3.0,
    "Other": 4.0,
}
_STREETS = ("12 Mill Lane", "Unit 4, Harbour Yard", "3rd floor", "Hauptstr. 7", "Calle Mayor 21")


def salesforce_fields(prospect: Prospect, rng: random.Random) -> dict[str, Any]:
    """A lead as web-to-lead or an integration leaves it: nobody's yet, blank fields left out."""
    fields: dict[str, Any] = {
        "FirstName": prospect.first_name,
        "LastName": prospect.last_name,
        "Company": prospect.company or "[not provided]",  # Salesforce requires one
        "Email": prospect.email,
        "MobilePhone" if happens(rng, 0.3) else "Phone": prospect.phone,
        "Title": prospect.job_title,
        "Website": prospect.website,
        "Street": rng.choice(_STREETS) if happens(rng, 0.3) else None,
        "City": prospect.city,
        "State": _state(prospect, rng),
        "PostalCode": prospect.postal_code,
        "Country": prospect.country_text,
        "Industry": prospect.industry,
        "NumberOfEmployees": prospect.employees,
        "AnnualRevenue": _revenue(prospect, rng),
        "Product_Interest__c": prospect.product,
        "LeadSource": weighted(rng, _SOURCES),
        "Status": NOT_CONTACTED,
        "OwnerId": INTEGRATION_USER.salesforce if happens(rng, 0.4) else WEB_LEADS.salesforce,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _state(prospect: Prospect, rng: random.Random) -> str | None:
    place = prospect.place
    if not place.region or happens(rng, 0.1):
        return None
    by_code = prospect.country.code in {"US", "CA", "AU", "BR"} and happens(rng, 0.6)
    return place.region_code if by_code else place.region


def _revenue(prospect: Prospect, rng: random.Random) -> int | None:
    told = happens(rng, 0.25)
    return prospect.employees * 120_000 if told and prospect.employees else None
