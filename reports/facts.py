"""The facts that a report counts: a row for each time a lead was given to somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

WORDS = (
    "source",
    "channel",
    "campaign",
    "country",
    "size",
    "rule",
    "pool",
    "method",
    "owner",
    "told",
    "arm",
)
INSTANTS = (
    "created_at",
    "first_seen",
    "first_assigned_at",
    "assigned_at",
    "ended_at",
    "sla_due",
    "touched_at",
    "converted_at",
    "won_at",
    "lost_at",
)
COLUMNS = (
    *WORDS,
    *INSTANTS,
    "lead",
    "attempt",
    "attempts",
    "out_of_hours",
    "is_flawed",
    "won_amount",
)
"""
Columns of the rows: `lead` is its id at `source`; `attempt` numbers the rows of one lead, of
`attempts`. `ended_at`: when this owner had it no longer. `touched_at` is the lead's first touch,
`converted_at` when it first became an opportunity or was won. `told`: "failed" where the owner
could not be told, "told", or blank where nobody is told. `method` is "manual" where a person had
taken it before us. `arm` of the model's trial; blank where no model was asked. `is_flawed`: its
touch cannot be of this assignment. `won_amount`: what its won deals are worth, in one currency;
blank where nobody knows.
"""

WITHIN = (1, 5, 30, 60)
"""Minutes; a report says which share of leads was touched within each."""

OLD = timedelta(days=1)
"""A lead that was older when it was first seen (a backfill, an import) was never ours to answer."""

EARLY, BEFORE_IT_CAME = "before it was given", "before it came"
TOO_OLD, TAKEN = "old when it came", "a person took it"
IS_NONE = "it is no lead"
"""Why a lead's response time is not counted."""

MANUAL, NO_LEAD = "manual", "steward"
"""Methods of a row that nobody was to answer: a person had it before us, or somebody said spam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What is compared with; leads count as conversions `mature` after they came."""

    response_minutes: float = 5.0
    aging_rate: float = 0.05
    mature: timedelta | None = timedelta(days=30)
    alarm_minutes: float = 30.0
    alarm_points: float = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    `rows` as COLUMNS says, with what follows from them; `leads` the last row of each lead.

    They reach back before `since`, for trends; `recent` are the leads that came since then.
    `first_row` is the index of the lead's first row, `placed_by` the method of that and `tried` its
    arm: what routing did. Whatever moved the lead afterwards (a breach, a hand-back) is a
    re-assignment. `answered` has of each of `leads` the row of whoever had it when it was first
    touched, else the last.
    """

    rows: pd.DataFrame
    leads: pd.DataFrame
    recent: pd.DataFrame
    answered: pd.DataFrame
    since: datetime
    now: datetime
    zone: str
    targets: Targets
    currency: str

    @property
    def first_lead(self) -> datetime | None:
        """When the first lead was given, if that was within the period: nothing is known before."""
        first = self.rows["assigned_at"].min()
        if pd.isna(first) or first <= pd.Timestamp(self.since):
            return None
        return datetime.fromisoformat(first.isoformat())


def facts_of(
    rows: pd.DataFrame,
    *,
    since: datetime,
    now: datetime,
    zone: str = "UTC",
    targets: Targets = Targets(),
    currency: str = "EUR",
) -> Facts:
    """Work out what follows from `rows`. Takes them over: they are changed in place."""
    for name in WORDS:
        rows[name] = rows[name].astype("category")
    rows["won_amount"] = rows["won_amount"].astype("float64")
    for name in INSTANTS:
        rows[name] = pd.to_datetime(rows[name], utc=True).astype("datetime64[us, UTC]")
    _respond(rows, pd.Timestamp(now))
    rows["first_row"] = _first_rows(rows)
    rows["tried"] = rows["arm"].loc[rows["first_row"]].set_axis(rows.index)
    rows["placed_by"] = rows["method"].loc[rows["first_row"]].set_axis(rows.index)
    arrived = rows["created_at"].dt.tz_convert(zone)
    rows["hour"] = arrived.dt.hour.astype("int8")
    rows["week"] = week_of(rows["created_at"], zone)
    leads = rows[rows["attempt"] == rows["attempts"]]
    recent = leads[leads["created_at"] >= pd.Timestamp(since)]
    return Facts(
        rows=rows,
        leads=leads,
        recent=recent,
        answered=_answered(rows, leads),
        since=since,
        now=now,
        zone=zone,
        targets=targets,
        currency=currency,
    )


def week_of(instants: "pd.Series[pd.Timestamp]", zone: str) -> "pd.Series[pd.Timestamp]":
    """Return the Monday of each, by the local calendar."""
    day = instants.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return day - pd.to_timedelta(day.dt.day_of_week, unit="D")


def minutes(later: "pd.Series[pd.Timestamp]", earlier: "pd.Series[pd.Timestamp]") -> pd.Series:
    return (later - earlier).dt.total_seconds() / 60


def _first_rows(rows: pd.DataFrame) -> "pd.Series[int]":
    first = pd.Series(rows.index, index=rows.index)
    again = rows[rows["attempts"] > 1]
    if len(again):
        lead = [again["source"].cat.codes, again["lead"]]
        first.loc[again.index] = first.loc[again.index].groupby(lead, sort=False).transform("first")
    return first


def _answered(rows: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Of a lead that was given on after somebody was in touch, the answer is that somebody's."""
    again = rows[rows["attempts"] > 1]
    was_theirs = again["assigned_at"] <= again["touched_at"]
    gone = again["ended_at"] <= again["touched_at"]
    earlier = again[was_theirs & ~gone & (again["attempt"] < again["attempts"])]
    if not len(earlier):
        return leads
    key = ["source", "lead"]
    told = pd.MultiIndex.from_frame(earlier[key].astype(str))
    is_told = pd.MultiIndex.from_frame(leads[key].astype(str)).isin(told)
    return pd.concat([leads[~is_told], earlier]).sort_index()


def _respond(rows: pd.DataFrame, now: pd.Timestamp) -> None:
    took = minutes(rows["touched_at"], rows["created_at"])
    is_early = rows["touched_at"] < rows["first_assigned_at"]
    is_old = rows["first_seen"] - rows["created_at"] > OLD
    flaw = pd.Series(None, index=rows.index, dtype=object)
    flaw[is_early | rows["is_flawed"].astype(bool)] = EARLY
    flaw[took < 0] = BEFORE_IT_CAME
    flaw[is_old] = TOO_OLD
    flaw[(rows["method"] == MANUAL) & rows["touched_at"].isna()] = TAKEN
    flaw[(rows["method"] == NO_LEAD) & rows["touched_at"].isna()] = IS_NONE
    rows["flaw"] = flaw.astype(
        pd.CategoricalDtype([EARLY, BEFORE_IT_CAME, TOO_OLD, TAKEN, IS_NONE])
    )
    rows["response"] = took.where(rows["flaw"].isna())
    rows["since_given"] = minutes(rows["touched_at"], rows["assigned_at"]).where(
        rows["response"].notna()
    )
    age = (now - rows["created_at"]).dt.total_seconds() / 60
    for limit in WITHIN:
        hit = (rows["response"] <= limit).astype("float32")
        # One that came a moment ago may still be answered in time.
        rows[f"within_{limit}"] = hit.where((rows["response"].notna()) | (age >= limit))
    is_counted = rows["flaw"].isna()
    for limit in WITHIN:
        rows[f"within_{limit}"] = rows[f"within_{limit}"].where(is_counted)
