"""Why leads wait: the likely cause of each slow one, by what is stored about it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.facts import Facts, minutes
from reports.wording import percent

ROUTED_LATE = 5.0
"""Minutes from arrival to its owner, above which the routing itself was slow."""
IN_HAND = 10
"""Untouched leads of the same owner, from which on it is too much at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`share` is of the slow leads; `remedy` what to look at."""

    name: str
    leads: int
    share: float
    remedy: str

    def __str__(self) -> str:
        return f"{percent(self.share)} of the slow leads: {self.name}. {self.remedy}."


NO_RULE = "no rule fired, the fallback got them"
LATE = "they were given out late"
UNTOLD = "their owner could not be told"
OFF = "they came out of hours"
FULL = "their owner had ten or more untouched leads in hand"
IDLE = "their owner was at work and had room"
_REMEDIES = {
    NO_RULE: "Ask `firsttouch explain` of one: a field that a rule needs is blank, or a rule lacks",
    LATE: "Look at the sync's runs, at holds and reviews, and at owners that wait to be written",
    UNTOLD: "`firsttouch doctor` checks the channels of `notify`",
    OFF: "Cover those hours: a pool on call, `seen_within`, or another time zone's pool",
    FULL: "Capacity, not routing: see each owner's load below, and lower caps or add people",
    IDLE: "Nothing of the routing is in the way: talk to the owners that lead the list",
}


def slow_causes(facts: Facts) -> list[Cause]:
    """Sort the slow leads of the period by cause, the first that holds; the most frequent first."""
    in_hand = untouched_in_hand(facts.rows)
    leads = facts.recent
    age = (pd.Timestamp(facts.now) - leads["created_at"]).dt.total_seconds() / 60
    waited = leads["response"].fillna(age)
    slow = leads[(waited > facts.targets.alarm_minutes) & leads["flaw"].isna()]
    if slow.empty:
        return []
    # Its first assignment says what kept it waiting; later ones came of the waiting.
    first = facts.rows.loc[slow["first_row"]]
    causes = _cause_of(first, in_hand.loc[first.index])
    counts = causes.value_counts()
    return [
        Cause(name=str(name), leads=int(n), share=int(n) / len(slow), remedy=_REMEDIES[str(name)])
        for name, n in counts[counts > 0].items()
    ]


def _cause_of(slow: pd.DataFrame, in_hand: "pd.Series[int]") -> "pd.Series[str]":
    tests = [
        slow["method"].isin(["fallback", "steward"]).to_numpy(),
        (minutes(slow["first_assigned_at"], slow["created_at"]) > ROUTED_LATE).to_numpy(),
        (slow["told"] == "failed").to_numpy(),
        slow["out_of_hours"].fillna(value=False).to_numpy(dtype=bool),
        (in_hand >= IN_HAND).to_numpy(),
    ]
    names = [NO_RULE, LATE, UNTOLD, OFF, FULL]
    return pd.Series(np.select(tests, names, default=IDLE), index=slow.index)


def untouched_in_hand(rows: pd.DataFrame) -> "pd.Series[int]":
    """Return how many leads each row's owner had been given and not touched, when it was given."""
    found = np.zeros(len(rows), dtype="int64")
    given = rows["assigned_at"].to_numpy(dtype="datetime64[us]").astype("int64")
    never = np.iinfo("int64").max
    ends = [_instants(rows[name], never) for name in ("touched_at", "ended_at")]
    # It is over after it has begun: what was touched before it was given was never in hand.
    done = np.maximum(np.minimum(*ends), given + 1)
    codes = rows["owner"].cat.codes.to_numpy()
    order = np.argsort(codes, kind="stable")
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    for places in np.split(order, cuts):
        begun, over = np.sort(given[places]), np.sort(done[places])
        at = given[places]
        found[places] = np.searchsorted(begun, at, "left") - np.searchsorted(over, at, "right")
    return pd.Series(np.maximum(found, 0), index=rows.index, dtype="int64")


def _instants(
    column: "pd.Series[pd.Timestamp]", never: int
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    known = column.notna().to_numpy()
    stamps = column.dt.tz_localize(None).to_numpy(dtype="datetime64[us]").astype("int64")
    return np.where(known, stamps, never)
