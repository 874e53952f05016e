"""What was seen of a CRM, for whoever proposes a configuration: nothing of any person but staff."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from leads.keys import CrmOwnerId
from leads.record import CrmOwner, TimeZones


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLead:
    """A recent lead: who owns it, where it is and how it came."""

    owner: CrmOwnerId | None
    country: str | None = None
    region: str | None = None
    status: str | None = None
    lifecycle: str | None = None
    lead_source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCrm:
    """
    `notable` are fields, of those that a note could go to, which are there to be written.

    With `is_always_owned` no lead is without an owner: a user stands for nobody.
    """

    name: str
    owners: tuple[CrmOwner, ...]
    leads: tuple[SeenLead, ...]
    connection: Mapping[str, str] = field(default_factory=dict)
    notable: Mapping[str, str] = field(default_factory=dict)
    zones: TimeZones | None = None
    is_always_owned: bool = False

    def owned(self) -> Counter[str | None]:
        """How many of the leads each owner has."""
        return Counter(lead.owner for lead in self.leads)

    def of(self, owners: Iterable[str | None]) -> list[SeenLead]:
        wanted = set(owners)
        return [lead for lead in self.leads if lead.owner in wanted]


def counted(
    leads: Iterable[SeenLead], what: Callable[[SeenLead], str | None]
) -> list[tuple[str, int]]:
    """Answer values with how many leads have each, the most frequent first."""
    found = Counter(value for lead in leads if (value := what(lead)))
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def share(part: int, leads: int) -> str:
    """Write it the way a person checks it."""
    return f"{part:,} of {leads:,} recent leads"
