"""Leads whose values could not be read: owned all the same, with a field less."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from leads.keys import LeadKey, RunId
from leads.lead import Lead
from leads.sighting import Verdict
from leads.validate import MALFORMED
from store import codec
from store.running_rows import Flawed
from store.schema import lead, sighting

_READ = (Verdict.NEW.value, Verdict.HELD.value)
_KINDS = tuple(f'%"kind":"{kind.value}"%' for kind in sorted(MALFORMED))
"""As they stand in a lead's document: few of many have one, and only those are read."""


def in_run(connection: Connection, run_id: RunId) -> list[Flawed]:
    """Count by source and field what was unreadable in the leads that a run took in."""
    same = (lead.c.source == sighting.c.source) & (lead.c.source_id == sighting.c.source_id)
    wanted = (
        select(lead.c.source, lead.c.source_id, lead.c.document)
        .join(sighting, same)
        .where(sighting.c.run == run_id, sighting.c.verdict.in_(_READ), _has_one())
        .order_by(lead.c.source, lead.c.source_id)
    )
    return _counted(connection.execute(wanted))


def since(connection: Connection, at: datetime, source: str | None) -> list[Flawed]:
    """Count the same of the leads first seen since `at`."""
    wanted = (
        select(lead.c.source, lead.c.source_id, lead.c.document)
        .where(lead.c.first_seen >= at, _has_one())
        .order_by(lead.c.source, lead.c.source_id)
    )
    of_source = wanted if source is None else wanted.where(lead.c.source == source)
    return _counted(connection.execute(of_source))


def _has_one() -> ColumnElement[bool]:
    return or_(*(lead.c.document.like(kind) for kind in _KINDS))


def _counted(rows: Iterable[Row[tuple[str, str, str]]]) -> list[Flawed]:
    """Count each field, the most frequent first."""
    found: dict[tuple[str, str], list[LeadKey]] = {}
    for row in rows:
        read = codec.loads(row.document, Lead)
        for name in {flaw.field for flaw in read.flaws if flaw.kind in MALFORMED}:
            found.setdefault((row.source, name), []).append(LeadKey(row.source, row.source_id))
    each = [
        Flawed(source=source, field=name, leads=len(keys), example=keys[0])
        for (source, name), keys in found.items()
    ]
    return sorted(each, key=lambda one: (-one.leads, one.source, one.field))
