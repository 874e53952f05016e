"""Records outside the intake: reps' own leads, old ones, customers. None may change hands."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.world.chance import weighted
from sandbox.world.hubspot_contacts import hubspot_properties
from sandbox.world.prospects import Casting
from sandbox.world.record import Record, Standing
from sandbox.world.roster import LEFT_THE_COMPANY, REPS, WEB_LEADS, Seat
from sandbox.world.salesforce_leads import NOT_CONTACTED, salesforce_fields

# Open leads a rep starts with, at most: one is nearly full, one has hardly any.
_WORKLOAD = (9, 4, 12, 6, 3, 15, 7, 2, 5, 18)
# A list imported in one go, long before anybody thought of distributing leads.
_IMPORTED = datetime(2023, 3, 14, 9, 0, 0, tzinfo=UTC)
_KINDS = {
    Standing.OWNED: 50.0,
    Standing.CLOSED: 30.0,
    Standing.OUTSIDE: 20.0,
}
_SALESFORCE_SHARE = 0.6
_WORKED = "Working - Contacted"


def records_outside(
    rng: random.Random, casting: Casting, count: int, now: datetime
) -> Iterator[tuple[str, Record]]:
    """Answer `count` of them, each with its source."""
    owners = _busy_reps(rng)
    for number in range(count):
        source = "salesforce" if rng.random() < _SALESFORCE_SHARE else "hubspot"
        kind = weighted(rng, _KINDS)
        seat = next(owners, None) if kind is Standing.OWNED else None
        if kind is Standing.OWNED and seat is None:
            kind = Standing.CLOSED  # every rep has the open leads of the table
        owner = seat or rng.choice(REPS)
        prospect = casting.draw()
        if source == "salesforce":
            values = {**salesforce_fields(prospect, rng), **_salesforce(rng, kind, owner)}
        else:
            values = {**hubspot_properties(prospect, rng), **_hubspot(rng, kind, owner)}
        created = _IMPORTED if _is_imported(kind, values) else _earlier(rng, now)
        key = f"{source}-past-{number:04}"
        yield source, Record(key=key, standing=kind, created=created, values=values)


def _busy_reps(rng: random.Random) -> Iterator[Seat]:
    seats = [seat for seat, load in zip(REPS, _WORKLOAD, strict=True) for _ in range(load)]
    rng.shuffle(seats)
    return iter(seats)


def _salesforce(rng: random.Random, kind: Standing, owner: Seat) -> dict[str, Any]:
    match kind:
        case Standing.OWNED:
            return {"OwnerId": owner.salesforce, "Status": rng.choice((NOT_CONTACTED, _WORKED))}
        case Standing.CLOSED if rng.random() < 0.5:  # noqa: PLR2004 - half were won
            return {
                "OwnerId": owner.salesforce,
                "Status": "Closed - Converted",
                "IsConverted": True,
                "ConvertedDate": "2026-03-02",
            }
        case Standing.CLOSED:
            former = rng.choice((owner, LEFT_THE_COMPANY))
            return {"OwnerId": former.salesforce, "Status": "Closed - Not Converted"}
        case _:
            return {"OwnerId": WEB_LEADS.salesforce, "Status": NOT_CONTACTED}


def _hubspot(rng: random.Random, kind: Standing, owner: Seat) -> dict[str, str]:
    match kind:
        case Standing.OWNED:
            status = rng.choice(("OPEN", "IN_PROGRESS", "ATTEMPTED_TO_CONTACT"))
            return {"hubspot_owner_id": owner.hubspot, "hs_lead_status": status}
        case Standing.CLOSED:
            return {"hubspot_owner_id": owner.hubspot, "lifecyclestage": "customer"}
        case _:
            return {"lifecyclestage": rng.choice(("subscriber", "lead", "evangelist"))}


def _is_imported(kind: Standing, values: dict[str, Any]) -> bool:
    """Nobody's and of the intake's own stage: only its age keeps it outside."""
    return kind is Standing.OUTSIDE and values.get("lifecyclestage", "lead") == "lead"


def _earlier(rng: random.Random, now: datetime) -> datetime:
    days = timedelta(days=rng.uniform(2, 45))
    return (now - days).replace(microsecond=0)
