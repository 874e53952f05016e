"""Records that HubSpot and Salesforce copy to each other: one of each pair is written."""

from dataclasses import replace
from datetime import datetime

from connectors.base import LeadSource, Twinned
from connectors.setup import NativeSync
from flows.wiring import Wiring
from leads.keys import LeadKey
from leads.matches import SamePerson
from leads.record import RawRecord
from leads.sighting import Sighting, Verdict
from store.rows import WaitingLead


def sync_of(wiring: Wiring, crm: str) -> NativeSync | None:
    """Return the native sync that `crm` takes part in."""
    for name, setup in wiring.configuration.sources.items():
        sync = setup.native_sync
        if sync is not None and crm in (name, sync.other):
            return sync
    return None


def with_twin(wiring: Wiring, source: LeadSource, raw: RawRecord, sighting: Sighting) -> Sighting:
    """Note the copy; a new lead of the side that is not written waits a while for the other's."""
    sync = sync_of(wiring, source.name)
    if sync is None:
        return sighting
    if isinstance(source, Twinned) and (twin := source.twin_of(raw)):
        sighting = replace(sighting, twin=twin, twin_leads=sync.master == twin.source)
    is_new = sighting.verdict is Verdict.NEW and sighting.lead is not None
    if not is_new or sync.master == source.name or sighting.lead is None:
        return sighting
    until = sighting.lead.created_at + sync.wait
    if until <= wiring.now():
        return sighting
    return replace(sighting, verdict=Verdict.HELD, until=until, reason=_waits(sync.master))


def until_told(
    wiring: Wiring, waiting: WaitingLead, person: SamePerson | None
) -> tuple[datetime, str] | None:
    """
    Return until when a lead waits for its copy to be named, as the other side has the person.

    Only if nothing names it by then is it a record of its own, and written.
    """
    crm = waiting.lead.key.source
    sync = sync_of(wiring, crm)
    if sync is None or person is None or not _is_across(wiring, person.record, crm):
        return None
    until = waiting.first_seen + sync.wait
    return (until, _waits(wiring.crm_of(person.record.source))) if until > wiring.now() else None


def _is_across(wiring: Wiring, record: LeadKey, crm: str) -> bool:
    other = wiring.crm_of(record.source)
    return other != crm and sync_of(wiring, other) is not None


def _waits(other: str) -> str:
    return f"waits to be told which record of {other} is its copy"
