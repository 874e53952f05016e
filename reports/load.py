"""What each owner gets against what each manages in time; and a cap that would fit."""

from dataclasses import dataclass

import pandas as pd

from reports.beside import Load
from reports.facts import Facts
from reports.intervals import wilson
from reports.tables import Column, Kind, Table, table
from reports.wording import count_of, percent

_FEWEST = 10
_LEAST_CAP = 5
_FULL = 0.9
_DAY = pd.Timedelta(days=1)
_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """An owner's leads a week, those contacted in time, open ones and the cap; with a proposal."""

    owner: str
    a_week: float
    in_time: float
    open_leads: float | None
    cap: int | None
    proposal: str


def room_of(facts: Facts, aged: pd.DataFrame, loads: tuple[Load, ...]) -> list[Room]:
    """Compare, of the rows that were due; those with the most late ones come first."""
    weeks, is_new = weeks_of(facts), days_of(facts) < _DAYS
    groups = aged.groupby("owner", observed=True)["late"]
    found = pd.DataFrame({"due": groups.size(), "late": groups.sum()})
    overall = float(aged["late"].mean()) if len(aged) else 0.0
    known = {load.owner: load for load in loads}
    found = found.sort_values(["late", "due"], ascending=False, kind="stable")
    rooms = []
    for owner, due, late in found.itertuples(name=None):
        load = known.get(str(owner))
        usual = max(overall, facts.targets.aging_rate)
        # The first days are of what had waited for go-live: they say nothing of anybody's hands.
        judged = None if is_new else load
        proposal = _proposal((int(late), int(due)), usual, judged) if judged else ""
        room = Room(
            owner=str(owner),
            a_week=due / weeks,
            in_time=(due - late) / weeks,
            open_leads=load.open_leads if load else None,
            cap=load.cap if load else None,
            proposal=proposal,
        )
        rooms.append(room)
    return rooms


def days_of(facts: Facts) -> float:
    """Return of how many days there is anything to tell: the period, or since the first lead."""
    began = pd.Timestamp(facts.first_lead or facts.since)
    return float((pd.Timestamp(facts.now) - began) / _DAY)


def weeks_of(facts: Facts) -> float:
    """Return the same in weeks; of less than one nothing is said by the week."""
    return max(1.0, days_of(facts) / _DAYS)


def when_of(facts: Facts) -> str:
    """Follows a count: what it is of."""
    days = days_of(facts)
    return "a week" if days >= _DAYS else f"in {count_of(max(1, round(days)), 'day')}"


def _proposal(counts: tuple[int, int], usual: float, load: Load) -> str:
    """
    Propose a cap for who is later than all are, or late and full, beyond chance.

    In proportion to what is done in time: of 25 leads at once with a third late, 17.
    """
    late, due = counts
    sure = wilson(late, due).low
    is_full = load.cap is not None and load.open_leads >= _FULL * load.cap
    if due < _FEWEST or (sure <= usual and not (is_full and late)):
        return ""
    share = percent(late / due)
    if load.cap is None:
        return f"give {share} fewer leads (a lower weight): that share is late."
    fits = max(_LEAST_CAP, round(load.cap * (1 - late / due)))
    if fits >= load.cap:
        return "the cap is low already: add people or hours." if sure > usual else ""
    return f"max_open {load.cap} → {fits}: {share} of what {load.cap} lets through is late."


def room_table(rooms: list[Room], facts: Facts) -> Table:
    columns = (
        Column(key="owner", title="Owner", kind=Kind.TEXT),
        Column(key="due_a_week", title=f"Assignments {when_of(facts)}", kind=Kind.NUMBER),
        Column(key="in_time_a_week", title="Contacted in time", kind=Kind.NUMBER),
        Column(key="open", title="Open now", kind=Kind.NUMBER),
        Column(key="cap", title="Cap"),
        Column(key="proposal", title="Proposed", kind=Kind.TEXT),
    )
    rows = [(r.owner, r.a_week, r.in_time, r.open_leads, r.cap, r.proposal) for r in rooms]
    return table("capacity", "Capacity: what arrives against what is managed", columns, rows)
