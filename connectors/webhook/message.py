"""What is known of a lead, said once more as a message about it."""

from decimal import Decimal

from leads.fields import CUSTOM
from leads.lead import Headcount, Lead

_FIELDS = (
    *("email", "phone", "first_name", "last_name", "company", "website", "job_title"),
    *("country", "region", "city", "postal_code", "industry", "employees", "product"),
    *("deal_type", "deal_value", "currency", "score", "language"),
    *("lead_source", "channel", "campaign", "form", "click_id", "current_owner", "status"),
    "consent",
)


def fields_of(lead: Lead) -> dict[str, str | bool]:
    """Answer the fields of a message that would be read as `lead`; blanks are left out."""
    told = {name: _told(getattr(lead, name)) for name in _FIELDS}
    custom = {f"{CUSTOM}{name}": value for name, value in lead.custom.items()}
    known = {name: value for name, value in {**told, **custom}.items() if value is not None}
    return {"id": lead.key.source_id, "created_at": lead.created_at.isoformat(), **known}


def _told(value: object) -> str | bool | None:
    match value:
        case None | bool():
            return value
        case Headcount(least=least, most=most):
            return str(least) if least == most else f"{least}-{most}" if most else f"{least}+"
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)
