"""Wild values that come out of Google's lead forms."""

import random

from sandbox.world.google_forms import BY_NAME
from sandbox.world.google_leads import filled_form
from sandbox.world.set_piece import SetPiece, wild

_INSURANCE = "What type of insurance are you looking for?"
_SLUG = "what_type_of_insurance_are_you_looking_for?"
_LISTED = f"{{'column_id':'{_SLUG}','string_value':'Condo'}}"

WILD_GOOGLE: tuple[SetPiece, ...] = (
    wild(
        "wild-condo",
        "google_ads",
        filled_form(
            BY_NAME["Insurance offices"],
            {
                "FULL_NAME": "Delphine Oakhurst",
                "EMAIL": "delphine@oakhurst-realty.example",
                "PHONE_NUMBER": "(305) 555-0171",
                "POSTAL_CODE": "33130",
                "COUNTRY": "US",
                "SERVICE": "Roofing",
            },
            {_INSURANCE: "Condo"},
            random.Random("wild google"),
        ),
        (_LISTED, "Condo", _INSURANCE, f"custom.{_SLUG.rstrip('?')}", "Condo"),
        (_LISTED, "Roofing", "SERVICE", "custom.service", "Roofing"),
    ),
)
