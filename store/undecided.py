"""What is known of records that nobody has decided on yet: in words, or as they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from leads.lead import Lead
from store import codec
from store.rows import LeadState, RejectState
from store.schema import lead, reject
from store.upsert import chunks

_WAITS = (LeadState.WAITING.value, LeadState.HELD.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """By the source's id: leads as they were read, and those set aside as they came."""

    leads: dict[str, Lead] = field(default_factory=dict)
    bodies: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def undecided(connection: Connection, source: str, ids: Sequence[str]) -> Undecided:
    found = Undecided()
    for some in chunks(ids):
        waiting = select(lead.c.source_id, lead.c.document).where(
            lead.c.source == source, lead.c.source_id.in_(some), lead.c.state.in_(_WAITS)
        )
        for row in connection.execute(waiting):
            if row.document:
                found.leads[row.source_id] = codec.loads(row.document, Lead)
        aside = select(reject.c.source_id, reject.c.body).where(
            reject.c.source == source,
            reject.c.source_id.in_(some),
            reject.c.state == RejectState.OPEN.value,
        )
        for row in connection.execute(aside):
            found.bodies[row.source_id] = row.body
    return found
