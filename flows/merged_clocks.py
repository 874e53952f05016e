"""Clocks of records that a person has merged into others since: what is left tells who called."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.base import Merging
from flows.activity import add_touches
from flows.aging_steps import OwnersThere
from flows.wiring import Wiring
from leads.keys import CrmOwnerId
from leads.record import RawRecord
from store.activity_rows import Clock

MERGED_AWAY = CrmOwnerId("merged into another record")
"""Nobody's id: an assignment whose record is no more is over, whoever owns what is left of it."""


def owners_now(wiring: Wiring, crm: str, due: Sequence[Clock]) -> OwnersThere:
    """
    Ask the CRM whose these are at this moment: a person's choice ends a clock.

    Of a record that was merged it answers with what is left, under another id: who was in touch
    with that was in touch with this lead. Only of those whose time is up; a reminder harms nobody.
    Raises ConnectorError.
    """
    late = {e.record_id: e for e in due if e.record_id and e.due_at <= wiring.now()}
    connector = wiring.crms[crm]
    found = list(connector.fetch(sorted(late))) if late else []
    owners = {each.source_id: connector.owner_of(each) for each in found}
    merged = _merged(connector, found, late) if isinstance(connector, Merging) else {}
    if merged:
        since = min(late[old].assigned_at for old in merged)
        _count(wiring, crm, merged, since)
    return {**owners, **dict.fromkeys(merged, MERGED_AWAY)}


def _merged(
    connector: Merging, found: Sequence[RawRecord], asked: Mapping[str, Clock]
) -> dict[str, str]:
    """By each record asked for that is no more: what is left of it."""
    there = {each.source_id for each in found}
    return {
        old: each.source_id
        for each in found
        for old in connector.merged_into(each)
        if old in asked and old not in there
    }


def _count(wiring: Wiring, crm: str, merged: Mapping[str, str], since: datetime) -> None:
    """Keep what was done with those that are left as done with the leads that went into them."""
    known: dict[str, list[str]] = {}
    for old, left in merged.items():
        known.setdefault(left, []).append(old)
    touches = (t for t in wiring.crms[crm].touches(since) if t.record_id in known)
    add_touches(
        wiring, crm, (replace(t, record_id=old) for t in touches for old in known[t.record_id])
    )
