"""Which canonical field an answer is: by Google's question type, else by the question's text."""

import re
from collections.abc import Iterable, Mapping

from connectors.vendor_text import slug
from leads.fields import CUSTOM
from leads.normalise.private_answers import is_private_answer
from leads.normalise.private_questions import is_private_question
from leads.normalise.questions import standard_field

BY_TYPE: Mapping[str, str] = {
    "FULL_NAME": "full_name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "EMAIL": "email",
    "WORK_EMAIL": "work_email",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE": "work_phone",
    "COMPANY_NAME": "company",
    "COMPANY_SIZE": "employees",
    "JOB_TITLE": "job_title",
    "JOB_INDUSTRY": "industry",
    "STREET_ADDRESS": "street",
    "CITY": "city",
    "REGION": "region",
    "POSTAL_CODE": "postal_code",
    "COUNTRY": "country",
    "PRODUCT": "product",
}
_TYPE = re.compile(r"[A-Z][A-Z0-9_]*")
_GOVERNMENT_ID = "GOVERNMENT_ISSUED_ID"


def answers_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    Answers by question, in alphabetical order, whichever road they came by.

    The API gives a custom question's text and the webhook a slug of it: both become our slug. Of a
    government id neither question nor answer is kept. Several answers to one question are joined.
    """
    found: dict[str, str] = {}
    for asked, value in pairs:
        question = asked if _TYPE.fullmatch(asked) else slug(asked)
        if question and value and not (_is_private(question) or _tells_private(question, value)):
            found[question] = f"{found[question]}; {value}" if question in found else value
    return dict(sorted(found.items()))


def _is_private(question: str) -> bool:
    """By Google's type, or else by what a custom question asks."""
    return question.upper().startswith(_GOVERNMENT_ID) or is_private_question(question)


def _tells_private(question: str, value: str) -> bool:
    return field_of(question, {}).startswith(CUSTOM) and is_private_answer(value)


def field_of(question: str, configured: Mapping[str, str]) -> str:
    """
    The text field of one answer. `configured` maps slugs of questions and types to our fields.

    A category question (SERVICE, VEHICLE_MODEL...) that is none of our fields is custom.service.
    """
    key = slug(question)
    if known := configured.get(key) or BY_TYPE.get(question):
        return known
    return (None if _TYPE.fullmatch(question) else standard_field(key)) or f"custom.{key}"
