"""Where one record stands, given what the vendor shows of it and what the store knows. Pure."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.reconciling.findings import Difference, Kind, Place, Repair, Weighed
from leads.keys import CrmOwnerId, OwnerId
from leads.sighting import IgnoreReason, Sighting, Verdict
from store.rows import DeliveryState, LeadStanding, LeadState, StandingDelivery

LATE = timedelta(hours=1)
"""What waits this much longer than it should is a difference: the syncs in between had their go."""

_NEW = {Verdict.NEW, Verdict.HELD}
_WRITTEN = {DeliveryState.WRITTEN, DeliveryState.UNCHANGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class InCrm:
    """A lead's record in its CRM; `owner` None: blank, or not there."""

    owner: CrmOwnerId | None
    is_there: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What everything is weighed by. `configured`: who may be given leads."""

    now: datetime
    unowned: AbstractSet[CrmOwnerId | None]
    configured: AbstractSet[OwnerId]


def weigh(shown: Sighting, known: LeadStanding | None, crm: InCrm | None, by: Measure) -> Weighed:
    """Say where a record that its source shows counts; `crm` is None where it has no record."""
    if known is None:
        return _unknown(shown)
    match known.state:
        case LeadState.ERASED:
            return Weighed(place=Place.IGNORED, reason=IgnoreReason.ERASED)
        case LeadState.FORGOTTEN:
            return Weighed(place=Place.IGNORED, reason=_head(known.reason))
        case LeadState.REJECTED:
            return _set_aside(shown, known)
        case LeadState.IGNORED:
            return _ignored(shown, known)
        case LeadState.WAITING | LeadState.HELD:
            return _undecided(known, by)
        case LeadState.DECIDED | LeadState.DUPLICATE:
            return _decided(shown, known, crm, by)


def _unknown(shown: Sighting) -> Weighed:
    if shown.verdict is Verdict.IGNORED:
        return Weighed(place=Place.IGNORED, reason=_head(shown.reason))
    text = f"the source shows it ({shown.verdict}), the store has never heard of it"
    return _differs(
        Difference(
            kind=Kind.NEVER_SEEN,
            lead=shown.key,
            text=text,
            repair=Repair.TAKE_IN,
            sighting=shown,
        )
    )


def _set_aside(shown: Sighting, known: LeadStanding) -> Weighed:
    """One that its source has completed since is a lead, however long after it was read first."""
    if shown.verdict not in _NEW or shown.version == known.version:
        return Weighed(place=Place.SET_ASIDE, reason=known.reason)
    return _differs(
        Difference(
            kind=Kind.MISSED,
            lead=shown.key,
            text="it was set aside, and its source has completed it since",
            repair=Repair.TAKE_IN,
            sighting=shown,
        )
    )


def _ignored(shown: Sighting, known: LeadStanding) -> Weighed:
    # Of the same version it was looked at as it is: another policy, or our own creation.
    if shown.verdict not in _NEW or shown.version == known.version:
        return Weighed(place=Place.IGNORED, reason=_head(known.reason))
    return _differs(
        Difference(
            kind=Kind.MISSED,
            lead=shown.key,
            text=f"it was ignored ({_head(known.reason)}) and has changed since",
            repair=Repair.TAKE_IN,
            sighting=shown,
        )
    )


def _undecided(known: LeadStanding, by: Measure) -> Weighed:
    due = known.deadline or known.first_seen
    if by.now <= due + LATE:
        return Weighed(place=Place.PENDING)
    text = f"it was to be decided by {due:%Y-%m-%d %H:%M} UTC; is its source paused or failing?"
    return _differs(Difference(kind=Kind.OVERDUE, lead=known.key, text=text))


def _decided(shown: Sighting, known: LeadStanding, crm: InCrm | None, by: Measure) -> Weighed:
    delivery = known.delivery
    if delivery is None:
        return _again(shown, Kind.UNDELIVERED, "nothing is to be written of it")
    if delivery.is_being_undone:
        return Weighed(place=Place.PENDING)
    if delivery.state is DeliveryState.PENDING:
        return _pending(shown, known, delivery, by)
    if delivery.is_taken_back:
        owner = crm.owner if crm else None
        return Weighed(place=Place.UNDONE if owner in by.unowned | {None} else Place.A_PERSONS)
    if crm is None or not crm.is_there:
        return _gone(shown, known, delivery)
    return _owned(shown, known, delivery, crm.owner, by)


def _owned(
    shown: Sighting,
    known: LeadStanding,
    delivery: StandingDelivery,
    owner: CrmOwnerId | None,
    by: Measure,
) -> Weighed:
    if owner == delivery.crm_owner:
        is_duplicate = known.state is LeadState.DUPLICATE
        return Weighed(place=Place.DUPLICATES if is_duplicate else Place.ASSIGNED)
    if owner not in by.unowned:
        return Weighed(place=Place.A_PERSONS)
    if delivery.state in _WRITTEN:
        who = f"{delivery.owner} was given it, and nobody owns it now"
        return _again(shown, Kind.UNASSIGNED, who)
    return _again(shown, Kind.UNDELIVERED, f"{delivery.state}: {delivery.reason}")


def _pending(
    shown: Sighting, known: LeadStanding, delivery: StandingDelivery, by: Measure
) -> Weighed:
    if delivery.owner not in by.configured:
        return _again(shown, Kind.OWNER_REMOVED, f"{delivery.owner} is no longer configured")
    # What was not tried yet may wait for a person's review until then.
    due = delivery.created_at if delivery.reason else delivery.due_at
    if by.now <= due + LATE:
        return Weighed(place=Place.PENDING)
    why = delivery.reason or "not tried"
    text = f"{delivery.crm} should own it since {due:%Y-%m-%d %H:%M} UTC: {why}"
    return _differs(Difference(kind=Kind.STUCK, lead=known.key, text=text))


def _gone(shown: Sighting, known: LeadStanding, delivery: StandingDelivery) -> Weighed:
    if delivery.state is DeliveryState.GONE:
        return Weighed(place=Place.DELETED)
    if delivery.record_id is None:
        return _again(shown, Kind.UNDELIVERED, f"{delivery.state}: {delivery.reason}")
    text = f"{delivery.crm} no longer has {delivery.record_id}; it is not created again"
    return _differs(
        Difference(
            kind=Kind.RECORD_GONE,
            lead=known.key,
            text=text,
            repair=Repair.CONCEDE,
            delivery=delivery.id,
        )
    )


def _again(shown: Sighting, kind: Kind, text: str) -> Weighed:
    return _differs(
        Difference(kind=kind, lead=shown.key, text=text, repair=Repair.DECIDE_AGAIN, sighting=shown)
    )


def _differs(difference: Difference) -> Weighed:
    return Weighed(place=Place.DIFFERENT, difference=difference)


def _head(reason: str) -> str:
    """The reason without its detail, of which there may be as many as records."""
    return reason.partition(": ")[0]
