"""What HubSpot says of a refusal is told as far as nobody can be found in it."""

import json

import pytest

from connectors.hubspot.failures import reason_of, sort_response
from leads.keys import CrmOwnerId

ANA = CrmOwnerId("7")
LISTED = [
    {"isValid": False, "message": "Zoe Quill was not", "error": "INVALID_OPTION", "name": "x"}
]


def refusal(message: str, **context: list[str]) -> dict[str, object]:
    return {"category": "VALIDATION_ERROR", "message": message, "context": context}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            refusal("Some required properties were not set: [budget]", properties=["budget"]),
            "VALIDATION_ERROR budget: Some required properties were not set: [budget]",
        ),
        (
            refusal('Property "budget_eur" is required'),
            'VALIDATION_ERROR: Property "budget_eur" is required',
        ),
        (
            refusal("Zoe Quill (zoe@quill.example) was not one of the allowed options: [Big Corp]"),
            "VALIDATION_ERROR: … was not one of the allowed options: …",
        ),
        (
            refusal("Email address zoe@quill.example is invalid"),
            "VALIDATION_ERROR: Email … is invalid",
        ),
        (
            refusal(f"Values were not valid: {json.dumps(LISTED)}"),
            "VALIDATION_ERROR INVALID_OPTION x: Values were not valid",
        ),
        (refusal("zoe quill, +34 600 100 200"), "VALIDATION_ERROR"),
        (refusal("Not valid", properties=["Zoe Quill"]), "VALIDATION_ERROR: Not valid"),
    ],
)
def test_names_of_properties_and_plain_words_are_told_and_nobody_s(error, told):
    assert reason_of(error, ANA, {"budget_eur"}) == told


def test_a_record_refused_alone_is_told_in_the_same_way():
    body = json.dumps(refusal("Some required properties were not set", properties=["budget"]))
    error = sort_response(400, body, {}, "create contacts")
    assert str(error) == (
        "hubspot: create contacts: VALIDATION_ERROR budget: Some required properties were not set "
        "(HTTP 400)"
    )
