"""
What each member of a pool is due of one lead, where joiners or returners may catch up.

The parts always add up to one lead: what somebody is owed beyond their share, the others pay by
weight. So nobody's debt lifts everybody's, and the rotation keeps its bounds.
"""

from collections.abc import Mapping, Sequence

from leads.decision import Tally
from leads.keys import OwnerId
from routing.eligibility import Ask, lack
from routing.roster import Roster, Seat


def parts(
    roster: Roster, contending: Sequence[Seat], rotation: Mapping[OwnerId, Tally], ask: Ask
) -> dict[OwnerId, float]:
    """
    Give each member's part, those away included.

    Somebody away for days is due their share as well, until they are owed `returners` leads. Who
    has no tally though others have is new, and is owed `joiners` leads at once; so everybody has
    a part from the pool's first lead on, if only of nothing.
    """
    pool = roster.pool
    sharing = [*contending, *_away(roster, rotation, ask)] if pool.returners else contending
    total = sum(seat.weight for seat in sharing)
    due = dict.fromkeys(roster.owners, 0.0) if pool.joiners else {}
    due |= {seat.owner.id: seat.weight / total for seat in sharing}
    if pool.joiners and rotation:
        _welcome(roster, rotation, due)
    return due


def _away(roster: Roster, rotation: Mapping[OwnerId, Tally], ask: Ask) -> list[Seat]:
    return [
        seat
        for seat in roster.seats
        if seat.weight > 0
        and _is_away(seat, ask)
        and lack(seat.owner, ask) is None
        and _owed(rotation.get(seat.owner.id)) < roster.pool.returners
    ]


def _is_away(seat: Seat, ask: Ask) -> bool:
    switched_off = ask.standing.away.get(seat.owner.id, ask.now) > ask.now
    return switched_off or seat.schedule.is_on_leave(ask.now)


def _owed(tally: Tally | None) -> float:
    return tally.entitled - tally.assigned if tally else 0.0


def _welcome(roster: Roster, rotation: Mapping[OwnerId, Tally], due: dict[OwnerId, float]) -> None:
    new = [seat for seat in roster.seats if seat.owner.id not in rotation and seat.weight > 0]
    old = [seat for seat in roster.seats if seat.owner.id in rotation]
    weight = sum(seat.weight for seat in old)
    if not weight:
        return
    owed = roster.pool.joiners
    for seat in new:
        due[seat.owner.id] += owed
    for seat in old:
        due[seat.owner.id] -= owed * len(new) * seat.weight / weight
