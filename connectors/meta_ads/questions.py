"""Which canonical field an answer on a form is: by the question's type, else by its name."""

from collections.abc import Mapping

from connectors.vendor_text import slug
from leads.normalise.questions import standard_field

BY_TYPE: Mapping[str, str] = {
    "EMAIL": "email",
    "EMAIL_ALIAS": "email",
    "WORK_EMAIL": "work_email",
    "PHONE": "phone",
    "PHONE_OTP": "phone",
    "USER_PROVIDED_PHONE_NUMBER": "phone",
    "WHATSAPP_NUMBER": "whatsapp",
    "WORK_PHONE_NUMBER": "work_phone",
    "FULL_NAME": "full_name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "COMPANY_NAME": "company",
    "JOB_TITLE": "job_title",
    "CITY": "city",
    "STATE": "region",
    "PROVINCE": "region",
    "COUNTRY": "country",
    "ZIP": "postal_code",
    "POST_CODE": "postal_code",
    "WEBSITE": "website",
}
_PRIVATE_TYPES = frozenset(
    {
        *("DOB", "GENDER", "MARITIAL_STATUS", "RELATIONSHIP_STATUS", "MILITARY_STATUS"),
        *("VIN", "LICENSE_PLATE"),
    }
)
_NATIONAL_ID = "ID_"


def is_private(kind: str) -> bool:
    """A national id, or what no rule may depend on: it is not even kept raw."""
    return kind.startswith(_NATIONAL_ID) or kind in _PRIVATE_TYPES


def field_of(name: str, kind: str, configured: Mapping[str, str]) -> str:
    """
    The text field of one answer. `configured` maps slugs of questions to canonical fields.

    A form may name its questions as it likes, so that the type goes first; some forms' keys are
    the types themselves, in capitals.
    """
    key = slug(name)
    field = configured.get(key) or BY_TYPE.get(kind) or BY_TYPE.get(key.upper())
    return field or standard_field(key) or f"custom.{key}"
