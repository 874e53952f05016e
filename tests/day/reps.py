"""The sandbox's reps at work: by their own hours, each calls the oldest lead nobody has called."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.hubspot.properties import stamp
from sandbox.town import Town
from sandbox.world.roster import REPS, Seat
from sandbox.world.salesforce_leads import NOT_CONTACTED

_OFFICE, _ON_CALL = (9, 18), (7, 23)
SHIFTS = {
    "Ana Ruiz": ("Europe/Madrid", _OFFICE),
    "Ben Okafor": ("Europe/London", _OFFICE),
    "Chloe Martin": ("Europe/Paris", _OFFICE),
    "Dieter Vogel": ("Europe/Berlin", _OFFICE),
    "Emma Clark": ("America/New_York", _OFFICE),
    "Frank Miller": ("America/Chicago", _OFFICE),
    "Grace Kim": ("America/Los_Angeles", _ON_CALL),
    "Hiro Tanaka": ("Asia/Singapore", _ON_CALL),
    "Ines Duarte": ("Europe/Lisbon", _ON_CALL),
    "Jack Reilly": ("America/New_York", _ON_CALL),
}
CALLS = 0.35
"""The chance that somebody at work calls one of their leads within a step of five minutes."""


@dataclass(slots=True, kw_only=True)
class Reps:
    """`ill` has the names of those who stay at home today."""

    town: Town
    rng: random.Random
    ill: set[str] = field(default_factory=set)

    def work(self) -> int:
        """Let a step go by; answer how many leads were called."""
        now = self.town.clock.now()
        return sum(self._calls(seat) for seat in REPS if self._is_at_work(seat, now))

    def _is_at_work(self, seat: Seat, now: datetime) -> bool:
        zone, (begin, end) = SHIFTS[seat.name]
        is_willing = seat.name not in self.ill and self.rng.random() < CALLS
        return is_willing and begin <= now.astimezone(ZoneInfo(zone)).hour < end

    def _calls(self, seat: Seat) -> bool:
        return self._calls_salesforce(seat) or self._calls_hubspot(seat)

    def _calls_salesforce(self, seat: Seat) -> bool:
        org = self.town.vendors.salesforce
        for lead_id, row in org.leads.items():
            if row["OwnerId"] == seat.salesforce and row["Status"] == NOT_CONTACTED:
                org.person_logs_call(lead_id, by=seat.salesforce)
                changed = {"Status": "Working - Contacted"}
                org.person_updates(lead_id, changed, by=seat.salesforce)
                return True
        return False

    def _calls_hubspot(self, seat: Seat) -> bool:
        portal = self.town.vendors.hubspot
        for contact in list(portal.contacts.values()):
            values = contact.state.values
            if (
                values.get("hubspot_owner_id") == seat.hubspot
                and not contact.archived
                and not values.get("notes_last_contacted")
            ):
                called = stamp(self.town.clock.now())
                portal.person_updates(
                    contact.id, {"notes_last_contacted": called, "hs_lead_status": "IN_PROGRESS"}
                )
                return True
        return False
