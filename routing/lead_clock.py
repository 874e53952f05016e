"""What the clock on the lead's own wall reads, as far as country, region and phone tell."""

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

_NOWHERE: tuple[str, ...] = ()


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
            return "blank (no country, region or phone number tells a time zone)"
        told = listed([f"{reading:%H:%M}" for reading in self.readings], "or")
        return told if self.is_certain else f"{told}, by where in the country it is"


def local_times(lead: Lead, now: datetime) -> LocalTimes:
    """Read the clocks of all time zones that the lead may be in."""
    return _readings(zones_of(lead), now.replace(second=0, microsecond=0))


def zones_of(lead: Lead) -> tuple[str, ...]:
    """Give the IANA zones of the region, else of the country, else of the phone's country."""
    if lead.region and lead.region in REGION_ZONES:
        return REGION_ZONES[lead.region]
    country = lead.country or (lead.region or "").partition("-")[0] or _country_of(lead.phone)
    return _country_zones().get(country, _NOWHERE)


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
