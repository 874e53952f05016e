"""What clock and calendar on the lead's own wall read, as far as its place and phone tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import phonenumbers

from leads.lead import Lead
from routing.region_zones import REGION_ZONES
from routing.wording import listed
from routing.zip_zones import zones_of_zip

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_PLACE = "blank (no country, region or phone number tells a time zone)"
_NOWHERE: tuple[str, ...] = ()
_VAGUE = ", of which no region is known"
_FEW = 3


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The IANA zones that a lead may be in, and what of it tells so, to follow "by"."""

    zones: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class LocalTimes:
    """Every reading, to the minute, that the lead's clock may have, least first; none: unknown."""

    readings: tuple[time, ...]

    @property
    def is_certain(self) -> bool:
        return len(self.readings) == 1

    @property
    def shown(self) -> str:
        if not self.readings:
            return NO_PLACE
        told = listed([f"{reading:%H:%M}" for reading in self.readings], "or")
        return told if self.is_certain else f"{told}, by where in the country it is"


def local_days(lead: Lead, now: datetime) -> tuple[str, ...]:
    """Give every weekday that the lead's calendar may show: mon to sun; none: unknown."""
    found = {now.astimezone(ZoneInfo(zone)).weekday() for zone in zones_of(lead)}
    return tuple(WEEKDAYS[day] for day in sorted(found))


def local_times(lead: Lead, now: datetime) -> LocalTimes:
    """Read the clocks of all time zones that the lead may be in."""
    return _readings(zones_of(lead), now.replace(second=0, microsecond=0))


def zones_of(lead: Lead) -> tuple[str, ...]:
    """Give the IANA zones that the lead may be in."""
    return whereabouts(lead).zones


def whereabouts(lead: Lead) -> Whereabouts:
    """Go by the region, else a ZIP code, else the country, else the country of the phone number."""
    if lead.region and lead.region in REGION_ZONES:
        return Whereabouts(REGION_ZONES[lead.region], f"its region {lead.region}")
    country = lead.country or (lead.region or "").partition("-")[0]
    if country == "US" and lead.postal_code and (zones := zones_of_zip(lead.postal_code)):
        return Whereabouts(zones, "its ZIP code")
    if country:
        found = _country_zones().get(country, _NOWHERE)
        several = len(found) > 1
        vague = ", of which neither region nor ZIP code is known" if country == "US" else _VAGUE
        return Whereabouts(found, f"its country {country}{vague if several else ''}")
    country = _country_of(lead.phone)
    return Whereabouts(_country_zones().get(country, _NOWHERE), "the country of its phone number")


def told(lead: Lead, now: datetime) -> str:
    """Say what the lead's own clock reads, in which zone, and what tells so."""
    place = whereabouts(lead)
    if not place.zones:
        return f"The lead's own time is not known: {NO_PLACE.removeprefix('blank ').strip('()')}."
    local = sorted({now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone in place.zones})
    read = [f"{WEEKDAYS[each.weekday()].capitalize()} {each:%H:%M}" for each in local]
    zones = "" if len(place.zones) > _FEW else f" ({listed(place.zones, 'or')})"
    return f"The lead's own clock read {listed(read, 'or')}{zones}, by {place.by}."


def _country_of(phone: str | None) -> str:
    if not phone:
        return ""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except phonenumbers.NumberParseException:
        return ""


@lru_cache(maxsize=4096)
def _readings(zones: tuple[str, ...], now: datetime) -> LocalTimes:
    found = {now.astimezone(ZoneInfo(zone)).time() for zone in zones}
    return LocalTimes(tuple(sorted(found)))


@cache
def _country_zones() -> Mapping[str, tuple[str, ...]]:
    """Read the list of zones by country that comes with the time zones themselves."""
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), zone)
    return found
