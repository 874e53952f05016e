"""Where recent leads come from, and who has had those of each country."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pycountry

from config.starting.people import Seat, Staff
from config.starting.seen import SeenCrm, SeenLead, counted
from leads.normalise.text import plain

_MOST: Final = 8
_SMALLEST_SHARE: Final = 0.04
_FEWEST: Final = 3
_TWICE: Final = 2
"""One lead may be an accident; two from one country are taken for somebody's country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country worth a rule; `takers` are who owns its leads, with how many."""

    code: str
    name: str
    leads: int
    regions: tuple[tuple[str, int], ...]
    takers: tuple[tuple[Seat, int], ...]


def places(crms: Sequence[SeenCrm], staff: Staff) -> list[Place]:
    """Answer the countries that enough leads come from, the most frequent first."""
    leads = [lead for crm in crms for lead in crm.leads]
    least = max(_FEWEST, _SMALLEST_SHARE * len(leads))
    found = [(code, n) for code, n in counted(leads, lambda lead: lead.country) if n >= least]
    return [_place(crms, staff, code, leads) for code, _ in found[:_MOST]]


def _place(crms: Sequence[SeenCrm], staff: Staff, code: str, leads: Sequence[SeenLead]) -> Place:
    here = [lead for lead in leads if lead.country == code]
    had: Counter[str] = Counter()
    seats: dict[str, Seat] = {}
    for crm in crms:
        known = staff.by_crm_id(crm.name)
        for lead in crm.leads:
            if lead.country == code and (seat := known.get(lead.owner or "")):
                had[seat.id] += 1
                seats[seat.id] = seat
    takers = [(seats[id_], n) for id_, n in had.most_common() if n >= _TWICE]
    return Place(
        code=code,
        name=_name(code),
        leads=len(here),
        regions=tuple(counted(here, lambda lead: lead.region)[:3]),
        takers=tuple(takers),
    )


def _name(code: str) -> str:
    """A short name for a territory: `united-states`."""
    country = pycountry.countries.get(alpha_2=code)
    said = country.name.partition(",")[0] if country else code
    return plain(said).replace(" ", "-") or code.lower()
