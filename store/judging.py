"""What a record seen again means, given what is known of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from leads.sighting import IgnoreReason, Sighting, Verdict
from store.rows import LeadState
from store.twins import MIRRORED

_STILL_TO_WRITE = f"{IgnoreReason.DECIDED}: its owner is still to be written"
_A_COPY = f"{IgnoreReason.OUTSIDE_INTAKE}: a copy of another CRM's record"
_A_PERSONS = f"{IgnoreReason.DECIDED}: owned by a person since"

_STATES = {
    Verdict.NEW: LeadState.WAITING,
    Verdict.HELD: LeadState.HELD,
    Verdict.REJECTED: LeadState.REJECTED,
    Verdict.IGNORED: LeadState.IGNORED,
}
_GONE = {
    LeadState.ERASED: IgnoreReason.ERASED,
    LeadState.FORGOTTEN: f"{IgnoreReason.OUTSIDE_INTAKE}: decided long ago",
}
_UNDECIDED = {LeadState.WAITING, LeadState.HELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store has on a record."""

    version: str
    state: LeadState
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """
    What we wrote, or are still to write, as the owner of this very record.

    `begun` are those of the pending that somebody is writing: they may be shown before their
    outcome is stored.
    """

    owners: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()

    @property
    def echoes(self) -> frozenset[str]:
        return self.owners | self.begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How the sighting counts, and whether the lead takes what was seen as its new self."""

    verdict: Verdict
    reason: str
    until: datetime | None = None
    takes: bool = True

    @property
    def state(self) -> LeadState:
        return _STATES[self.verdict]


def judge(sighting: Sighting, known: Known | None, writes: Writes, now: datetime) -> Judgement:
    """Say what `sighting` is. A lead once decided, or erased, never takes a new self."""
    if known is None:
        return _at_face_value(sighting, writes)
    match known.state:
        case LeadState.ERASED | LeadState.FORGOTTEN:
            return Judgement(verdict=Verdict.IGNORED, reason=_GONE[known.state], takes=False)
        case LeadState.DUPLICATE if known.reason == MIRRORED:
            return Judgement(verdict=Verdict.IGNORED, reason=_A_COPY, takes=False)
        case LeadState.DECIDED | LeadState.DUPLICATE:
            reason = _since_decided(sighting, writes)
            return Judgement(verdict=Verdict.IGNORED, reason=reason, takes=False)
        case LeadState.REJECTED if sighting.owner_seen in writes.owners | writes.pending:
            # The steward was made its owner, or is being made it, as another worker's write is
            # shown before its outcome is stored: it is set aside until somebody mends it.
            return Judgement(verdict=Verdict.IGNORED, reason=IgnoreReason.ECHO, takes=False)
        case LeadState.WAITING | LeadState.HELD if sighting.owner_seen in writes.owners:
            # Mended and replayed: the steward still owns it, and it is about to be decided.
            return Judgement(verdict=Verdict.NEW, reason="", until=known.until, takes=False)
        case LeadState.WAITING | LeadState.HELD | LeadState.REJECTED | LeadState.IGNORED:
            return _once_more(_at_face_value(sighting, writes), sighting, known, now)


def _at_face_value(sighting: Sighting, writes: Writes) -> Judgement:
    reason = sighting.reason
    if sighting.verdict is Verdict.IGNORED and sighting.owner_seen in writes.echoes:
        reason = IgnoreReason.ECHO
    return Judgement(verdict=sighting.verdict, reason=reason, until=sighting.until)


def _since_decided(sighting: Sighting, writes: Writes) -> str:
    if sighting.owner_seen in writes.echoes:
        return IgnoreReason.ECHO
    if writes.pending:
        return _STILL_TO_WRITE
    is_unowned = sighting.verdict is Verdict.NEW or sighting.owner_seen is None
    return IgnoreReason.DECIDED if is_unowned else _A_PERSONS


def _once_more(fresh: Judgement, sighting: Sighting, known: Known, now: datetime) -> Judgement:
    verdict, until = fresh.verdict, fresh.until
    if known.state in _UNDECIDED and known.until is not None:
        # Seen again, a lead is not held for longer: the deadline it had comes before its SLA.
        until = min(until or known.until, known.until)
        verdict = Verdict.NEW if verdict is Verdict.HELD and until <= now else verdict
    is_same = (
        known.version == sighting.version
        and known.state is _STATES[verdict]
        and known.reason == fresh.reason
    )
    return Judgement(verdict=verdict, reason=fresh.reason, until=until, takes=not is_same)
