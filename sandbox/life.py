"""The world goes on: leads arrive, reps work theirs, somebody takes one by hand."""

import random
import threading
from collections.abc import Callable, Collection
from datetime import datetime

from sandbox.hubspot.properties import stamp
from sandbox.settling import Vendors
from sandbox.world.again import met_again
from sandbox.world.chance import happens, weighted
from sandbox.world.contacts import contact_keys
from sandbox.world.drafts import WORDING
from sandbox.world.prospects import Casting, Prospect
from sandbox.world.record import Record, Standing, World
from sandbox.world.roster import INTEGRATION_USER, REPS, WEB_LEADS
from sandbox.world.salesforce_leads import NOT_CONTACTED

_ARRIVALS = {
    "salesforce": 45.0,
    "hubspot": 35.0,
    "meta_ads": 20.0,
    "google_ads": 10.0,
    "linkedin_ads": 8.0,
}
_WORDED_AS = {"pipedrive": "hubspot"}
_WORK_PER_ARRIVAL, _TAKEN_PER_ARRIVAL = 0.5, 0.08
_COMES_AGAIN = 0.06
_STILL_EDITED = 500  # of a CRM's records, the newest
_NOBODYS = {INTEGRATION_USER.salesforce, WEB_LEADS.salesforce}
_REPS_SALESFORCE = {seat.salesforce for seat in REPS}
_REPS_HUBSPOT = {seat.hubspot for seat in REPS}


Herald = Callable[[str, str], object]
"""Who is told of the source and the id of each lead that arrives."""


class Life:
    """
    A thread that makes things happen; each method that does one thing may be called alone.

    `heralds` are told of every lead that arrives; `arrived` has them all, by source and id.
    """

    def __init__(self, vendors: Vendors, world: World) -> None:
        self.heralds: list[Herald] = []
        self.arrived: dict[tuple[str, str], Record] = {}
        self._vendors = vendors
        self._arrivals = {**_ARRIVALS, **({"pipedrive": 15.0} if vendors.pipedrive else {})}
        self._lock = threading.RLock()
        self._rng = random.Random(f"life {world.seed}")
        known = (
            key
            for records in world.records.values()
            for record in records
            for key in contact_keys(record.values)
        )
        self._casting = Casting(self._rng, known)
        self._last: Prospect | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(name="sandbox life", daemon=True)

    def start(self, rate_per_minute: float) -> None:
        """Let about so many leads arrive a minute, and people work, until `stop`."""
        if rate_per_minute <= 0:
            raise ValueError(f"leads a minute: {rate_per_minute} is not more than 0")
        self._thread = threading.Thread(
            target=self._live, args=(rate_per_minute,), name="sandbox life", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def lead_arrives(self, source: str | None = None) -> tuple[str, str]:
        """Somebody fills in a form; answer the source, drawn if none is given, and the new id."""
        with self._lock:
            source = source or weighted(self._rng, self._arrivals)
            record = self._newcomer(source)
        lead_id = self._vendors.add(source, record)
        self.arrived[source, lead_id] = record
        for tell in self.heralds:
            tell(source, lead_id)
        return source, lead_id

    def somebody_edits(self, source: str) -> str:
        """
        Change a record at a CRM, and nothing that says whose it is; answer its id.

        What an ad platform has is never edited: there somebody new comes.
        """
        match source:
            case "salesforce":
                lead_id = self._one_of(self._vendors.salesforce.leads)
                self._vendors.salesforce.person_updates(lead_id, {"Description": "Asked again"})
                return lead_id
            case "hubspot":
                contact_id = self._one_of(self._vendors.hubspot.contacts)
                self._vendors.hubspot.person_updates(contact_id, {"website": "www.example.com"})
                return contact_id
            case "pipedrive" if account := self._vendors.pipedrive:
                lead_id = self._one_of(account.leads)
                account.person_edits(lead_id, title="Asked again")
                return lead_id
            case _:
                return self.lead_arrives(source)[1]

    def _one_of(self, records: Collection[str]) -> str:
        with self._lock:
            return self._rng.choice(list(records)[-_STILL_EDITED:])

    def _newcomer(self, source: str) -> Record:
        prospect = self._casting.draw()
        if source == "salesforce" and self._last and happens(self._rng, _COMES_AGAIN):
            prospect, _ = met_again(self._last, self._rng)
        elif source != "salesforce":
            self._last = prospect
        return Record(
            key="",
            standing=Standing.WAITING,
            created=self._now(),
            values=WORDING[_WORDED_AS.get(source, source)](prospect, self._rng),
        )

    def rep_works(self) -> None:
        """A rep calls somebody and notes it, in either CRM; sometimes that is the end of it."""
        if happens(self._rng, 0.6):
            self._works_in_salesforce()
        else:
            self._works_in_hubspot()

    def person_takes_a_lead(self) -> str | None:
        """Somebody does not wait for the routing; answer the lead, if one was free."""
        org = self._vendors.salesforce
        free = [
            lead_id
            for lead_id, row in org.leads.items()
            if not row["IsDeleted"]
            and row["OwnerId"] in _NOBODYS
            and row["Status"] == NOT_CONTACTED
        ]
        if not free:
            return None
        lead_id, seat = self._rng.choice(free[-20:]), self._rng.choice(REPS)
        org.person_sets_owner(lead_id, seat.salesforce, by=seat.salesforce)
        return lead_id

    def _works_in_salesforce(self) -> None:
        org = self._vendors.salesforce
        mine = [
            (lead_id, row)
            for lead_id, row in org.leads.items()
            if not row["IsDeleted"]
            and row["OwnerId"] in _REPS_SALESFORCE
            and row["Status"].startswith(("Open", "Working"))
        ]
        if not mine:
            return
        lead_id, row = self._rng.choice(mine)
        owner = str(row["OwnerId"])
        org.person_logs_call(lead_id, by=owner)
        if row["Status"] == NOT_CONTACTED:
            org.person_updates(lead_id, {"Status": "Working - Contacted"}, by=owner)
        elif happens(self._rng, 0.3):
            org.person_converts(lead_id, by=owner)
        elif happens(self._rng, 0.4):
            org.person_updates(lead_id, {"Status": "Closed - Not Converted"}, by=owner)

    def _works_in_hubspot(self) -> None:
        portal = self._vendors.hubspot
        with portal.lock:
            mine = [
                contact.id
                for contact in portal.contacts.values()
                if not contact.archived
                and contact.state.values.get("hubspot_owner_id") in _REPS_HUBSPOT
                and contact.state.values.get("lifecyclestage") != "customer"
            ]
        if not mine:
            return
        noted = {"hs_lead_status": "IN_PROGRESS", "notes_last_contacted": stamp(self._now())}
        if happens(self._rng, 0.2):
            noted["lifecyclestage"] = "opportunity"
        portal.person_updates(self._rng.choice(mine), noted)

    def _now(self) -> datetime:
        return self._vendors.salesforce.ground.clock.now()

    def _live(self, rate: float) -> None:
        per_arrival = 1 + _WORK_PER_ARRIVAL + _TAKEN_PER_ARRIVAL
        seconds = 60 / (rate * per_arrival)
        events: dict[Callable[[], object], float] = {
            self.lead_arrives: 1.0,
            self.rep_works: _WORK_PER_ARRIVAL,
            self.person_takes_a_lead: _TAKEN_PER_ARRIVAL,
        }
        while not self._stopping.wait(self._rng.expovariate(1 / seconds)):
            weighted(self._rng, events)()
