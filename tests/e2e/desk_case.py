"""A store, a configuration and a clock of one's own: deciding without any vendor."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.load import from_document
from flows.decide import decide_waiting
from flows.wiring import Wiring, wire
from leads.decision import Decision
from leads.keys import RunId
from leads.lead import Lead
from leads.record import Cursor
from leads.sighting import Sighting, Verdict
from store.store import Store
from tests.builders import lead
from tests.e2e.town_case import empty_store

SOURCE = "csv_file"
RUN = RunId("run-1")
_CRM = {"owners": [None]}
BASE: dict[str, Any] = {
    "sources": {
        "hubspot": {"intake": {"owners": [None]}},
        SOURCE: {"destination": "hubspot", "connection": {"path": "leads.csv"}},
    },
    "fallback": {"assign": "desk", "sla": "standard"},
    "sla": {"standard": {"first_touch": "24h"}, "hot": {"first_touch": "4h"}},
    "calendars": {"office": {"days": "mon-fri", "hours": ["09:00-18:00"]}},
}


def person(name: str, **more: object) -> dict[str, object]:
    number = sum(map(ord, name))
    return {"id": name, "name": name.capitalize(), "crm": {"hubspot": str(number)}, **more}


DESK = person("desk", kind="queue")


class Office:
    """Leads come in, time passes, everything is decided."""

    def __init__(self, wiring: Wiring, clock: list[datetime]) -> None:
        self.wiring = wiring
        self._clock = clock

    @property
    def now(self) -> datetime:
        return self._clock[0]

    def later(self, **time: float) -> None:
        self._clock[0] += timedelta(**time)

    def show(self, *leads: Lead) -> None:
        shown = [
            Sighting(key=each.key, version="1", verdict=Verdict.NEW, body={}, lead=each)
            for each in leads
        ]
        self.wiring.store.save_page(
            SOURCE, shown, Cursor("c"), run=RUN, now=self.now, pulled=len(shown)
        )

    def bring(self, *numbers: int, **fields: Any) -> None:
        self.show(*(self.lead(number, **fields) for number in numbers))

    def lead(self, number: int, **fields: Any) -> Lead:
        fields.setdefault("created_at", self.now + timedelta(seconds=number - 1_000))
        fields.setdefault("email", f"lead{number}@example.com")
        return lead(number, source=SOURCE, **fields)

    def decide(self) -> dict[int, str]:
        """Decide what waits; answer who got which lead."""
        made = decide_waiting(self.wiring, SOURCE, RUN)
        return {int(each.lead.source_id): each.owner for each in made}

    def decision(self, number: int) -> Decision:
        key = self.lead(number).key
        found = self.wiring.store.stored_lead(key).decision
        assert found is not None
        return found


@contextmanager
def office(folder: Path, now: datetime, document: dict[str, Any]) -> Iterator[Office]:
    clock = [now]
    configuration = from_document({**BASE, **document})
    store = Store.open(empty_store(folder / "office.db"))
    wiring = wire(configuration, store, {"FIRSTTOUCH_HUBSPOT_TOKEN": "a-token"})
    try:
        yield Office(replace(wiring, now=lambda: clock[0]), clock)
    finally:
        for source in wiring.sources.values():
            source.close()
        store.close()
