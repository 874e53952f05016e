"""What was decided over a time, in the order it was: for whoever decides it all again."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from leads.decision import Decision
from leads.lead import Lead
from store import codec
from store.rows import DecidedLead, LeadState
from store.schema import decision, lead

_BATCH = 1_000
_FIRST_SEEN = select(func.min(lead.c.first_seen)).where(lead.c.source == bindparam("of"))


def decided_leads(connection: Connection, since: datetime, until: datetime) -> list[DecidedLead]:
    """List each lead's first decision within the time; those erased since have no lead."""
    return list(_decided(connection, since, until))


def _decided(connection: Connection, since: datetime, until: datetime) -> Iterator[DecidedLead]:
    of_lead = (lead.c.source == decision.c.source) & (lead.c.source_id == decision.c.source_id)
    wanted = (
        select(decision.c.document, lead.c.document.label("lead"))
        .join(lead, of_lead)
        .where(decision.c.decided_at >= since, decision.c.decided_at < until)
        .where(lead.c.document.is_not(None))
        .order_by(decision.c.decided_at, decision.c.id)
    )
    seen = set()
    for row in connection.execution_options(yield_per=_BATCH).execute(wanted):
        decided = codec.loads(row.document, Decision)
        if decided.lead not in seen:
            seen.add(decided.lead)
            yield DecidedLead(lead=codec.loads(row.lead, Lead), decision=decided)


def leads_between(
    connection: Connection, source: str, since: datetime, until: datetime, limit: int
) -> list[Lead]:
    """List the leads of a source first seen at or after `since`, before `until`; newest first."""
    wanted = (
        select(lead.c.document)
        .where(lead.c.source == source, lead.c.document.is_not(None))
        .where(lead.c.first_seen >= since, lead.c.first_seen < until)
        .order_by(lead.c.first_seen.desc(), lead.c.created_at.desc(), lead.c.source_id)
        .limit(limit)
    )
    return [codec.loads(text, Lead) for text in connection.execute(wanted).scalars()]


def count_leads(connection: Connection, source: str, since: datetime, until: datetime) -> int:
    """
    Count the leads of a source first seen at or after `since` and before `until`.

    Records that were ignored do not count: a CRM shows us what we created in it ourselves.
    """
    wanted = (
        select(func.count())
        .select_from(lead)
        .where(lead.c.source == source, lead.c.first_seen >= since, lead.c.first_seen < until)
        .where(lead.c.state != LeadState.IGNORED.value)
    )
    found: int = connection.execute(wanted).scalar_one()
    return found


def first_lead_at(connection: Connection, source: str) -> datetime | None:
    """Answer when the store saw the first record of a source; None where it has none."""
    found: datetime | None = connection.execute(_FIRST_SEEN, {"of": source}).scalar_one()
    return found


def count_methods(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """Count the decisions of a period by their method."""
    wanted = (
        select(decision.c.method, func.count().label("decisions"))
        .where(decision.c.decided_at >= since, decision.c.decided_at < until)
        .group_by(decision.c.method)
    )
    return {row.method: row.decisions for row in connection.execute(wanted)}


def latest_leads(connection: Connection, source: str, limit: int) -> list[Lead]:
    """List the leads of a source that came last, the newest first; those erased are left out."""
    wanted = (
        select(lead.c.document)
        .where(lead.c.source == source, lead.c.document.is_not(None))
        .order_by(lead.c.first_seen.desc(), lead.c.source_id)
        .limit(limit)
    )
    return [codec.loads(text, Lead) for text in connection.execute(wanted).scalars()]
