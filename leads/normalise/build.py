"""A lead from one record's texts."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from leads.errors import RecordError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Headcount, Lead
from leads.normalise.answers import custom_of, read_postal_code, read_score
from leads.normalise.contact import email_of
from leads.normalise.deal import deal_of
from leads.normalise.employees import read_bounds, read_employees
from leads.normalise.language import read_language
from leads.normalise.moments import read_moment
from leads.normalise.names import name_of
from leads.normalise.place import place_of
from leads.normalise.sheet import Sheet
from leads.normalise.vocabulary import Vocabulary
from leads.normalise.website import read_website
from leads.normalise.yes_no import read_yes_no
from leads.validate import require_contact

_LIKE_A_TIME: Final = re.compile(
    r"(\d{1,2}[-./]\d{1,2}[-./](\d{2}|\d{4})|\d{4}[-./]\d{1,2}[-./]\d{1,2})"
    r"([T ]{1,2}\d{1,2}[\d:., APMapmZ+-]{0,24})?|\d{1,5}(\.\d{1,6})?",
    re.ASCII,
)


def lead_from(key: LeadKey, text: Mapping[str, str | None], vocabulary: Vocabulary) -> Lead:
    """
    Read every canonical field of `text`; what cannot be read is blank, with a flaw.

    Raises RecordError for a record without a readable `created_at`, and for one that nobody could
    contact. A test lead is let through without a contact: it is counted, and goes to nobody.
    """
    created_at = _created_at(key, text)
    sheet = Sheet(text, vocabulary)
    place = place_of(sheet)
    deal = deal_of(sheet, place.country)
    name = name_of(sheet)
    lead = Lead(
        key=key,
        created_at=created_at,
        email=email_of(sheet),
        phone=place.phone.number if place.phone else None,
        phone_written=place.phone.written if place.phone else None,
        first_name=name.first,
        last_name=name.last,
        company=sheet.word("company"),
        website=sheet.read("website", read_website),
        job_title=sheet.word("job_title"),
        country=place.country,
        region=place.region,
        city=sheet.word("city"),
        postal_code=sheet.read("postal_code", read_postal_code),
        industry=sheet.word("industry"),
        employees=_employees(sheet),
        product=sheet.word("product"),
        deal_type=sheet.word("deal_type"),
        deal_value=deal.value,
        currency=deal.currency,
        score=sheet.read("score", read_score),
        language=sheet.read("language", read_language),
        lead_source=sheet.word("lead_source"),
        channel=sheet.word("channel"),
        campaign=sheet.word("campaign"),
        form=sheet.word("form"),
        click_id=sheet.word("click_id"),
        current_owner=_current_owner(sheet),
        status=sheet.word("status"),
        consent=_consent(sheet),
        is_test=_is_test(sheet),
        custom=custom_of(sheet),
        flaws=tuple(sheet.flaws),
    )
    if not lead.is_test:
        require_contact(lead, vocabulary.required_any)
    return lead


def _created_at(key: LeadKey, text: Mapping[str, str | None]) -> datetime:
    raw = (text.get("created_at") or "").strip()
    if not raw:
        raise RecordError(key.source_id, "created_at", "missing: map the source's creation time")
    at = read_moment(raw).value
    if at is None:
        reason = f"{_told(raw)} is not an instant from 1990 to 2100 with its time zone"
        raise RecordError(key.source_id, "created_at", f"{reason}; write 2026-11-23T10:00:00Z")
    return at


def _told(text: str) -> str:
    """Quote what is a time at least to the eye; of anything else, which may be a name, the size."""
    return f'"{text}"' if _LIKE_A_TIME.fullmatch(text) else f"text of {len(text)} characters"


def _employees(sheet: Sheet) -> Headcount | None:
    headcount = sheet.read("employees", read_employees)
    least, most = sheet.get("employees_min"), sheet.get("employees_max")
    if headcount or not (least or most):
        return headcount
    field = "employees_min" if least else "employees_max"
    return sheet.noted(field, read_bounds(least, most))


def _current_owner(sheet: Sheet) -> CrmOwnerId | None:
    owner = sheet.word("current_owner")
    return CrmOwnerId(owner) if owner else None


def _consent(sheet: Sheet) -> bool | None:
    """None when nobody asked; a box left unchecked came as an empty text, and means no."""
    if sheet.get("consent") is None and (
        sheet.has_flaw("consent") or not sheet.was_given("consent")
    ):
        return None
    return sheet.noted("consent", read_yes_no(sheet.get("consent") or ""))


def _is_test(sheet: Sheet) -> bool:
    return sheet.has_test_text or bool(sheet.read("is_test", read_yes_no))
