"""The manual process that Firsttouch replaced, read from the CRMs: touches, and first owners."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pandas as pd

from connectors.base import ActivityReader
from flows.activity import nobodies
from flows.backfilling.reading import leave_calls
from flows.reporting import targets_of
from flows.wiring import Wiring
from leads.errors import ConnectorError, RecordError
from leads.lead import Lead
from reports.baseline import Before
from reports.facts import COLUMNS, facts_of

SPAN = timedelta(days=90)
_BY_HAND = "by hand"
_AT_ONCE = timedelta(seconds=1)


@dataclass(slots=True)
class _Read:
    """What was found so far."""

    rows: list[dict[str, object]] = field(default_factory=list)
    assigned: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def measure_before(wiring: Wiring) -> Before:
    """
    Ask each CRM for the leads of the 90 days before its `created_after`, and what became of them.

    A CRM that cannot be asked, or states no go-live, is named in the notes.
    """
    found, begins = _Read(), [wiring.now() - SPAN]
    for crm in wiring.crms:
        live = wiring.configuration.sources[crm].intake.created_after
        if live is None:
            found.notes.append(f"{crm}: not measured, as its intake states no created_after.")
            continue
        begins.append(live - SPAN)
        try:
            _read(wiring, crm, live, found)
        except ConnectorError as error:
            found.notes.append(f"{crm}: not measured: {error}")
    facts = facts_of(
        pd.DataFrame(found.rows, columns=list(COLUMNS)),
        since=min(begins),
        now=wiring.now(),
        zone=wiring.configuration.policy.timezone,
        targets=targets_of(wiring.configuration),
    )
    return Before(facts=facts, assigned=tuple(found.assigned), notes=tuple(found.notes))


def _read(wiring: Wiring, crm: str, live: datetime, found: _Read) -> None:
    reader = wiring.crms[crm]
    if not isinstance(reader, ActivityReader):
        return
    leave_calls(wiring, crm)
    leads = {lead.key.source_id: lead for lead in _older(wiring, crm, live)}
    machines, first = nobodies(wiring, crm), dict[str, datetime]()
    for touch in reader.touches(live - SPAN):
        if touch.record_id in leads and touch.owner not in machines:
            first[touch.record_id] = min(touch.at, first.get(touch.record_id, touch.at))
    found.rows += [_row(lead, first.get(each)) for each, lead in leads.items()]
    owned: dict[str, datetime] = {}
    for shift in reader.owner_history(list(leads)):
        if shift.after not in machines and not shift.by_us:
            owned.setdefault(shift.record_id, shift.at)
    took = (at - leads[each].created_at for each, at in owned.items())
    # A record that is made with its owner was never assigned: a rep typed it in.
    found.assigned += [each.total_seconds() / 60 for each in took if each > _AT_ONCE]


def _older(wiring: Wiring, crm: str, live: datetime) -> Iterator[Lead]:
    """Read the leads from before go-live, whoever owns them; what cannot be read is no lead."""
    configuration = wiring.configuration
    setup = configuration.sources[crm]
    intake = replace(
        setup.intake, created_after=live - SPAN, created_before=live, any_owner=True, statuses=()
    )
    sources = {**configuration.sources, crm: replace(setup, intake=intake)}
    connector = wiring.build(crm, replace(configuration, sources=sources))
    try:
        for page in connector.pull(None):
            for raw in page.records:
                try:
                    lead = connector.normalise(raw)
                except RecordError:
                    continue
                if live - SPAN <= lead.created_at < live:
                    yield lead
    finally:
        connector.close()


def _row(lead: Lead, touched: datetime | None) -> dict[str, object]:
    came = dict.fromkeys(("created_at", "first_seen", "first_assigned_at", "assigned_at"))
    return {
        **dict.fromkeys(COLUMNS),
        **dict.fromkeys(came, lead.created_at),
        "source": lead.key.source,
        "lead": lead.key.source_id,
        "method": _BY_HAND,
        "attempt": 1,
        "attempts": 1,
        "touched_at": touched,
        "out_of_hours": False,
        "is_flawed": False,
    }
