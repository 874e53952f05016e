"""Companies that are customers already: some of the leads that wait come from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.world.record import Standing, World
from sandbox.world.roster import REPS, Seat

_EVERY = 15
_FIRST = timedelta(days=700)
_FIELDS = {"salesforce": ("Company", "Email"), "hubspot": ("company", "email")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`domain` is the one its people write from."""

    crm: str
    name: str
    domain: str
    owner: Seat
    since: datetime


def customers_of(world: World) -> Iterator[Customer]:
    """Yield the company of every fifteenth lead that waits in a CRM."""
    number = 0
    for crm, (company, email) in _FIELDS.items():
        for record in world.records[crm]:
            name = record.values.get(company)
            domain = str(record.values.get(email) or "").strip().lower().rpartition("@")[2]
            if record.standing is not Standing.WAITING or not (name and _is_theirs(domain)):
                continue
            number += 1
            if number % _EVERY == 0:
                yield Customer(
                    crm=crm,
                    name=str(name),
                    domain=domain,
                    owner=REPS[number // _EVERY % len(REPS)],
                    since=world.now - _FIRST + timedelta(days=number),
                )


def _is_theirs(domain: str) -> bool:
    """Tell a company's own domain from one where anybody can have an address."""
    return "-" in domain and domain.endswith(".example")
