"""How a person is reached, out of the several fields in which forms ask for it."""

from typing import Final

from leads.normalise.domains import is_free_mail
from leads.normalise.email import read_email
from leads.normalise.phone import Phone, read_phone
from leads.normalise.sheet import Sheet

_PHONES: Final = ("phone", "mobile_phone", "work_phone", "whatsapp")


def email_of(sheet: Sheet) -> str | None:
    """
    Answer `email`; `work_email` where that is blank, or is at a free provider and the other is not.

    An address at a company tells the company, so it is the better one of the two.
    """
    private = sheet.read("email", read_email)
    work = sheet.read("work_email", read_email)
    if private and work:
        return work if is_free_mail(private) and not is_free_mail(work) else private
    return private or work


def phone_of(sheet: Sheet, country: str | None) -> Phone | None:
    """Answer the first number that reads; the others are spare and are not looked at."""
    default = sheet.vocabulary.default_country
    for field in _PHONES:
        phone = sheet.read(field, lambda text: read_phone(text, country, default))
        if phone:
            return phone
    return None
