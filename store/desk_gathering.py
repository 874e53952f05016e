"""What was decided at the desk and is not written yet: it is written together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from leads.decision import Held
from leads.keys import LeadKey
from store import holds, outbox, rejects, returns
from store.people import People
from store.recording import Recorded, record
from store.rows import WaitingLead


class Gathering:
    """
    What every part of the desk stands on: one transaction of somebody who decides alone.

    `flush` comes before whatever is asked that the decisions gathered here bear on.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._people = People(connection)
        self._recorded = dict[LeadKey, Recorded]()
        self._holds = dict[LeadKey, Held]()
        self._held = set[LeadKey]()
        self._steward_rows: list[dict[str, object]] = []
        self._stewarded: list[LeadKey] = []

    def flush(self) -> None:
        """Write what was gathered."""
        if self._holds:
            holds.save_holds(self._connection, list(self._holds.values()))
            self._holds.clear()
        if self._recorded:
            holds.end_hold(self._connection, sorted(self._held & self._recorded.keys()))
            record(self._connection, list(self._recorded.values()), self._now)
            self._recorded.clear()
        if self._stewarded:
            outbox.add_missing_deliveries(self._connection, self._steward_rows)
            rejects.mark_owned(self._connection, self._stewarded, self._now)
            self._steward_rows, self._stewarded = [], []

    def _noting_holds(self, found: list[WaitingLead]) -> list[WaitingLead]:
        self._held |= {each.lead.key for each in found if each.held_since is not None}
        return self._with_backs(found)

    def _with_backs(self, found: Sequence[WaitingLead]) -> list[WaitingLead]:
        back = returns.backs(self._connection, [e.lead.key for e in found if e.attempt > 1])
        return [replace(each, back=back.get(each.lead.key)) for each in found] if back else [*found]
