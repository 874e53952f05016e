"""A prospect as the properties of a HubSpot contact."""

import random

from sandbox.world.chance import happens, weighted
from sandbox.world.prospects import Prospect
from sandbox.world.work import hubspot_size, size_answer

# Source and its two drill-downs, as HubSpot's analytics fill them in.
_ORIGINS = {
    ("PAID_SEARCH", "ent-security-2026", "security software"): 14.0,
    ("PAID_SEARCH", "smb-trial-q4", "free crm trial"): 9.0,
    ("PAID_SEARCH", "brand-2026", "northlight"): 4.0,
    ("PAID_SOCIAL", "LinkedIn", "ent-platform-emea"): 11.0,
    ("PAID_SOCIAL", "Facebook", "smb-trial-q4"): 6.0,
    ("ORGANIC_SEARCH", "Unknown keywords (SSL)", None): 18.0,
    ("DIRECT_TRAFFIC", "www.northlight.example/demo", None): 14.0,
    ("REFERRALS", "reviews.example", None): 7.0,
    ("EMAIL_MARKETING", "November newsletter", None): 6.0,
    ("AI_REFERRALS", "chat.example", None): 3.0,
    ("OFFLINE", "CONTACTS", "CRM_UI"): 5.0,
    ("OTHER_CAMPAIGNS", "trade fair 2026", None): 3.0,
}
_STAGES = {"lead": 65.0, "marketingqualifiedlead": 35.0}
_MESSAGES = (
    "Please call me back",
    "Precio para 40 licencias?",
    "Wir suchen einen Ersatz",
    "asap!!",
)


def hubspot_properties(prospect: Prospect, rng: random.Random) -> dict[str, str]:
    """A contact as a form leaves it: nobody's yet, blank properties left out."""
    source, first, second = weighted(rng, _ORIGINS)
    properties = {
        "email": prospect.email,
        "mobilephone" if happens(rng, 0.2) else "phone": prospect.phone,
        "firstname": prospect.first_name,
        "lastname": prospect.last_name,
        "company": prospect.company,
        "website": prospect.website,
        "jobtitle": prospect.job_title,
        "city": prospect.city,
        "state": None if happens(rng, 0.25) else prospect.place.region,
        "country": prospect.country_text,
        "zip": prospect.postal_code,
        "industry": prospect.industry,
        "numemployees": _size(prospect, rng),
        "product_interest": prospect.product,
        "lifecyclestage": weighted(rng, _STAGES),
        "hs_lead_status": "NEW" if happens(rng, 0.5) else None,
        "hs_language": prospect.country.language if happens(rng, 0.6) else None,
        "message": rng.choice(_MESSAGES) if happens(rng, 0.1) else None,
        "hs_analytics_source": source,
        "hs_analytics_source_data_1": first,
        "hs_analytics_source_data_2": second,
    }
    return {name: text for name, text in properties.items() if text}


def _size(prospect: Prospect, rng: random.Random) -> str | None:
    """Mostly an option of the portal's list; else what an import or a form left there."""
    if prospect.employees is None:
        return None
    written = {
        hubspot_size(prospect.employees): 70.0,
        size_answer(prospect.employees, prospect.country.language): 18.0,
        str(prospect.employees): 8.0,
        f"~{prospect.employees}": 4.0,
    }
    return weighted(rng, written)
