"""What becomes of an open record that nobody owns: by the intake, and by what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors.base import LeadSource
from flows.sight import sight
from flows.wiring import Wiring
from leads.keys import LeadKey
from leads.record import RawRecord
from leads.sighting import IgnoreReason, Sighting, Verdict
from store.rows import DeliveryState, LeadStanding, LeadState
from store.twins import MIRRORED

_PREFIX = f"{IgnoreReason.OUTSIDE_INTAKE}: "


class Standing(StrEnum):
    """Where such a record stands."""

    FRESH = "fresh"  # never decided: it is routed like any new lead
    DECIDED = "decided"  # decided before: it is decided again
    ON_ITS_WAY = "on_its_way"  # to somebody or back from them; or the data steward has it
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A record, and where it stands; `why` it is outside."""

    shown: Sighting
    standing: Standing
    why: str = ""


def place(wiring: Wiring, reader: LeadSource, raw: RawRecord, known: LeadStanding | None) -> Placed:
    """Say what becomes of `raw`, which is nobody's; `reader` asks nothing of its owner."""
    shown = sight(wiring, reader, raw)
    if known is not None and (told := _told(known)) is not None:
        return Placed(shown=shown, standing=told[0], why=told[1])
    if shown.verdict is Verdict.IGNORED:
        why = shown.reason.removeprefix(_PREFIX)
        return Placed(shown=shown, standing=Standing.OUTSIDE, why=why)
    if known is None or known.state is LeadState.IGNORED:
        return Placed(shown=shown, standing=Standing.FRESH)
    if shown.verdict is Verdict.REJECTED:
        why = f"decided before, and cannot be read any more: {shown.field or 'the record'}"
        return Placed(shown=shown, standing=Standing.OUTSIDE, why=why)
    return Placed(shown=shown, standing=Standing.DECIDED)


def begun_meanwhile(wiring: Wiring, crm: str, left: Sequence[LeadKey]) -> set[LeadKey]:
    """Tell of which of these leads somebody began to write or undo the owner a moment ago."""
    known = wiring.store.standings(crm, [each.source_id for each in left]) if left else {}
    return {key for key, each in known.items() if is_on_its_way(each)}


def _told(known: LeadStanding) -> tuple[Standing, str] | None:
    """Say where it stands, where that hangs on nothing but what is known of it."""
    match known.state:
        case LeadState.ERASED:
            return Standing.OUTSIDE, "erased"
        case LeadState.FORGOTTEN:
            return Standing.OUTSIDE, "decided long ago"
        case LeadState.WAITING | LeadState.HELD | LeadState.REJECTED:
            return Standing.ON_ITS_WAY, ""
        case LeadState.DUPLICATE if known.reason == MIRRORED:
            return Standing.OUTSIDE, "a copy of another CRM's record"
        case LeadState.DECIDED | LeadState.DUPLICATE if is_on_its_way(known):
            return Standing.ON_ITS_WAY, ""
        case LeadState.DECIDED | LeadState.DUPLICATE if _is_taken_back(known):
            return Standing.OUTSIDE, "the run that gave it was undone: backfill its days"
        case LeadState.DECIDED | LeadState.DUPLICATE | LeadState.IGNORED:
            return None


def is_on_its_way(known: LeadStanding) -> bool:
    """Tell whether its owner is still to be written, or to be taken back."""
    written = known.delivery
    if written is None:
        return False
    return written.state is DeliveryState.PENDING or written.is_being_undone


def _is_taken_back(known: LeadStanding) -> bool:
    return known.delivery is not None and known.delivery.is_taken_back
