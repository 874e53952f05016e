"""People who take a lead in the very moment in which we write somebody else to it."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.town import Town
from sandbox.world.roster import REPS
from tests.e2e.town_case import NOBODY_YET

WRITES = {"salesforce": "/composite", "hubspot": "/contacts/batch/update"}
_OWNER = {"salesforce": "OwnerId", "hubspot": "hubspot_owner_id"}


@dataclass(slots=True, kw_only=True)
class Takers:
    """Whom they took, by CRM and record; each takes one that is nobody's yet."""

    town: Town
    rng: random.Random
    taken: dict[tuple[str, str], str] = field(default_factory=dict)

    def stand_by(self) -> None:
        """EDITED_BEFORE is from now on somebody who takes a lead that the request writes."""
        for crm in WRITES:
            self.town.faults[crm].edit_before = self._taking(crm)

    def _taking(self, crm: str) -> Callable[[bytes], None]:
        def take(body: bytes) -> None:
            free = [each for each in _written(body, _OWNER[crm]) if self._is_free(crm, each)]
            if not free:
                return
            record, seat = self.rng.choice(free), self.rng.choice(REPS)
            owner = str(getattr(seat, crm))
            vendor: Any = getattr(self.town.vendors, crm)
            vendor.person_sets_owner(record, owner)
            self.taken[crm, record] = owner

        return take

    def _is_free(self, crm: str, record_id: str) -> bool:
        return owner_of(self.town, crm, record_id) in NOBODY_YET


def owner_of(town: Town, crm: str, record_id: str) -> str | None:
    if crm == "salesforce":
        row = town.vendors.salesforce.leads.get(record_id)
        return row["OwnerId"] if row else ""
    contact = town.vendors.hubspot.contacts.get(record_id)
    return contact.state.values.get("hubspot_owner_id") if contact else ""


def _written(body: bytes, owner: str) -> Iterator[str]:
    """Ids of the records whose owner a request writes, one by one or many at once."""
    asked: Mapping[str, Any] = json.loads(body)
    for part in asked.get("compositeRequest", ()):
        if part.get("method") == "PATCH" and owner in part.get("body", {}):
            yield part["url"].rpartition("/")[2]
    for row in (*asked.get("records", ()), *asked.get("inputs", ())):
        if owner in row.get("properties", row) and row.get("id"):
            yield str(row["id"])
