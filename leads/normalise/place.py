"""Where a lead is: country, region, and what each says about the other."""

from dataclasses import dataclass

from leads.lead import FlawKind
from leads.normalise.contact import phone_of
from leads.normalise.country import read_country
from leads.normalise.phone import Phone
from leads.normalise.reading import Reading
from leads.normalise.region import full_region_code, read_region
from leads.normalise.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The country, the region in it, and the phone number that the country was needed for."""

    country: str | None
    region: str | None
    phone: Phone | None


def place_of(sheet: Sheet) -> Place:
    """
    Read country, phone and region, in this order, each with the help of those before it.

    A country that is blank is taken from a region's full code ("US-CA"), else from a phone number
    written with its country code; both are ASSUMED. The phone never gets its country from itself.
    """
    country = sheet.read("country", read_country)
    if country is None:
        country = _country_from_region(sheet)
    phone = phone_of(sheet, country)
    if country is None and phone and phone.country:
        country = sheet.noted("country", Reading(phone.country, FlawKind.ASSUMED))
    region = sheet.read("region", lambda text: read_region(text, country))
    return Place(country=country, region=region, phone=phone)


def _country_from_region(sheet: Sheet) -> str | None:
    code = full_region_code(sheet.get("region") or "")
    return sheet.noted("country", Reading(code[:2], FlawKind.ASSUMED)) if code else None
