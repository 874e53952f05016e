"""What a record is at first sight: a lead, a reject, or nobody's to route."""

from dataclasses import replace

from config.configuration import Hold
from connectors.base import Created, LeadSource, Merging
from flows.native_sync import with_twin
from flows.wiring import Wiring
from leads.errors import RecordError
from leads.keys import LeadKey
from leads.lead import Lead
from leads.record import RawRecord
from leads.sighting import IgnoreReason, Sighting, Verdict
from leads.validate import created_by
from routing.fields import read_text


def sight(wiring: Wiring, source: LeadSource, raw: RawRecord) -> Sighting:
    """Judge a record as a source shows it: inside the intake, readable, not a test, not held."""
    judged = _sight(wiring, source, raw)
    if isinstance(source, Merging):
        judged = replace(judged, merged=source.merged_into(raw))
    if isinstance(source, Created):
        judged = replace(judged, created_for=source.created_for(raw))
    return judged


def _sight(wiring: Wiring, source: LeadSource, raw: RawRecord) -> Sighting:
    outside = source.is_intake(raw)
    if outside is None:
        return with_twin(wiring, source, raw, _hold(wiring, read(wiring, source, raw)))
    if outside == IgnoreReason.TEST:
        return replace(_bare(source, raw), reason=outside)
    crm = wiring.crms.get(source.name)
    passed = replace(
        _bare(source, raw),
        reason=f"{IgnoreReason.OUTSIDE_INTAKE}: {outside}",
        handed_back=crm.handed_back(raw) if crm else None,
    )
    return with_twin(wiring, source, raw, passed)


def read(wiring: Wiring, source: LeadSource, raw: RawRecord) -> Sighting:
    """Judge a record by its fields alone, whoever owns it."""
    bare = _bare(source, raw)
    try:
        lead = created_by(source.normalise(raw), wiring.now())
    except RecordError as error:
        return replace(bare, verdict=Verdict.REJECTED, reason=error.reason, field=error.field)
    if lead.is_test:
        return replace(bare, reason=IgnoreReason.TEST)
    return replace(bare, verdict=Verdict.NEW, lead=lead)


def _bare(source: LeadSource, raw: RawRecord) -> Sighting:
    return Sighting(
        key=LeadKey(source.name, raw.source_id),
        version=raw.version,
        verdict=Verdict.IGNORED,
        body=raw.body,
        owner_seen=source.owner_of(raw),
    )


def _hold(wiring: Wiring, sighting: Sighting) -> Sighting:
    """Hold a lead back, as long as allowed, while a field an enrichment may fill is blank."""
    hold, lead = wiring.configuration.hold, sighting.lead
    if hold is None or lead is None:
        return sighting
    blank = _blank(lead, hold)
    until = lead.created_at + hold.at_most
    if not blank or until <= wiring.now():
        return sighting
    why = f"waits for {', '.join(blank)}"
    return replace(sighting, verdict=Verdict.HELD, reason=why, until=until)


def _blank(lead: Lead, hold: Hold) -> list[str]:
    return [name for name in hold.until if read_text(lead, name) is None]
