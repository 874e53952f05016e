"""Reading a source back for a period, and weighing every record of it against the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.base import LeadSource, Rewindable
from flows.reconciling.findings import Comparison, Difference, Kind, Place, Repair, Weighed
from flows.reconciling.weighing import InCrm, Measure, weigh
from flows.sight import sight
from flows.wiring import Wiring
from leads.activity import OwnerShift
from leads.errors import RecordError
from leads.keys import CrmOwnerId, LeadKey
from leads.record import RawRecord
from leads.sighting import Sighting, Verdict
from store.rows import DeliveryState, LeadStanding

_CLOCKS = timedelta(minutes=10)
"""How far a vendor's clock may be from the one by which a period was stated."""
_AT_ONCE = 500
_WRITTEN = {DeliveryState.WRITTEN, DeliveryState.UNCHANGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Records created from `since` on and before `until`."""

    since: datetime
    until: datetime

    def has(self, at: datetime) -> bool:
        return self.since <= at < self.until


def compare(wiring: Wiring, source: str, period: Period) -> Comparison:
    """
    Account for every record that `source` shows of a period. Reads only; raises ConnectorError.

    A record that comes twice, as it was edited meanwhile, counts as it was last.
    """
    connector = wiring.sources[source]
    found = Comparison(source=source)
    weighed: dict[LeadKey, Weighed] = {}
    if isinstance(connector, Rewindable):
        start = connector.rewound(wiring.store.cursor(source), period.since - _CLOCKS)
        for page in connector.pull(start):
            weighed |= _weigh_page(wiring, connector, page.records, period)
    else:
        found.unasked = "whoever sends to it cannot be asked again: only what came is compared"
    known = wiring.store.standings_created(source, period.since, period.until)
    missing = {key: each for key, each in known.items() if key not in weighed}
    if found.unasked:
        weighed |= _weigh_known(wiring, connector, missing)
    else:
        weighed |= _weigh_missing(wiring, connector, missing, period)
        found.gone = len(missing.keys() - weighed.keys())
    found.shown = len(weighed)
    found.count(weighed)
    return found


def _weigh_known(
    wiring: Wiring, connector: LeadSource, known: Mapping[LeadKey, LeadStanding]
) -> dict[LeadKey, Weighed]:
    """Weigh what came by itself, by what was kept of it."""
    crm, by = (
        _in_crm(wiring, connector, {}, list(known.values())),
        _measure(wiring, connector.name),
    )
    return {key: weigh(_as_kept(each), each, crm.get(key), by) for key, each in known.items()}


def _as_kept(known: LeadStanding) -> Sighting:
    return Sighting(key=known.key, version=known.version, verdict=Verdict.IGNORED, body={})


def _weigh_missing(
    wiring: Wiring,
    connector: LeadSource,
    missing: Mapping[LeadKey, LeadStanding],
    period: Period,
) -> dict[LeadKey, Weighed]:
    """Ask by id for what the store knows of the period and the source did not show by itself."""
    weighed: dict[LeadKey, Weighed] = {}
    ids = sorted(key.source_id for key in missing)
    for start in range(0, len(ids), _AT_ONCE):
        records = list(connector.fetch(ids[start : start + _AT_ONCE]))
        weighed |= _weigh_page(wiring, connector, records, period)
    return weighed


def _weigh_page(
    wiring: Wiring, connector: LeadSource, records: Sequence[RawRecord], period: Period
) -> dict[LeadKey, Weighed]:
    raws = {LeadKey(connector.name, raw.source_id): raw for raw in records}
    known = wiring.store.standings(connector.name, [key.source_id for key in raws])
    within = {
        key: raw
        for key, raw in raws.items()
        if period.has(_created(connector, raw, known.get(key), period))
    }
    crm = _in_crm(wiring, connector, within, [known[key] for key in within if key in known])
    by = _measure(wiring, connector.name)
    weighed = {
        key: weigh(sight(wiring, connector, raw), known.get(key), crm.get(key), by)
        for key, raw in within.items()
    }
    return weighed | _lost(wiring, [known[k] for k, w in weighed.items() if _is_a_persons(w)], crm)


def _created(
    connector: LeadSource, raw: RawRecord, known: LeadStanding | None, period: Period
) -> datetime:
    """When a record came into being; where that cannot be read, when we saw it first, if ever."""
    try:
        return connector.normalise(raw).created_at
    except RecordError:
        return known.first_seen if known else period.since


def _in_crm(
    wiring: Wiring,
    connector: LeadSource,
    shown: Mapping[LeadKey, RawRecord],
    known: Sequence[LeadStanding],
) -> dict[LeadKey, InCrm]:
    """Answer each lead's record in its CRM: the one shown, or the one its delivery made."""
    if connector.name in wiring.crms:
        return {key: InCrm(owner=connector.owner_of(raw)) for key, raw in shown.items()}
    crm = wiring.crms[wiring.crm_of(connector.name)]
    records = {
        each.key: each.delivery.record_id
        for each in known
        if each.delivery is not None and each.delivery.record_id is not None
    }
    ids = sorted(set(records.values()))
    owners = {raw.source_id: crm.owner_of(raw) for raw in crm.fetch(ids)} if ids else {}
    return {
        key: InCrm(owner=owners.get(record), is_there=record in owners)
        for key, record in records.items()
    }


def _measure(wiring: Wiring, source: str) -> Measure:
    return Measure(
        now=wiring.now(),
        unowned=wiring.crms[wiring.crm_of(source)].unowned(),
        configured=wiring.configuration.policy.owners.keys(),
    )


def _is_a_persons(weighed: Weighed) -> bool:
    return weighed.place is Place.A_PERSONS


def _lost(
    wiring: Wiring, theirs: Sequence[LeadStanding], crm: Mapping[LeadKey, InCrm]
) -> dict[LeadKey, Weighed]:
    """
    Tell a person's choice from a write of ours that the CRM does not know, by its history.

    Where it keeps none it cannot be told, and counts as a person's.
    """
    written = [e for e in theirs if e.delivery is not None and e.delivery.state in _WRITTEN]
    shifts = _shifts(wiring, written)
    lost: dict[LeadKey, Weighed] = {}
    for each in written:
        assert each.delivery is not None
        told = shifts.get(each.delivery.record_id or "")
        if told and not any(_names(shift, each.delivery.crm_owner) for shift in told):
            text = f"{each.delivery.owner} was never its owner there; somebody else is"
            difference = Difference(
                kind=Kind.LOST,
                lead=each.key,
                text=text,
                repair=Repair.CONCEDE,
                delivery=each.delivery.id,
                owner=crm[each.key].owner,
            )
            lost[each.key] = Weighed(place=Place.DIFFERENT, difference=difference)
    return lost


def _names(shift: OwnerShift, owner: CrmOwnerId) -> bool:
    """The owner a record is created with is no change: only the next one says who had it."""
    return owner in {shift.before, shift.after}


def _shifts(wiring: Wiring, written: Sequence[LeadStanding]) -> dict[str, list[OwnerShift]]:
    found: dict[str, list[OwnerShift]] = {}
    records: dict[str, list[str]] = {}
    for each in written:
        if each.delivery is not None and each.delivery.record_id is not None:
            records.setdefault(each.delivery.crm, []).append(each.delivery.record_id)
    for crm, ids in records.items():
        for shift in wiring.crms[crm].owner_history(ids):
            found.setdefault(shift.record_id, []).append(shift)
    return found
