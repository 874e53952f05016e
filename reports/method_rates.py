"""What came of the leads of each assignment method, of those old enough to be judged."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from reports.facts import Facts
from reports.intervals import Interval, wilson
from reports.mix import standardised

_STRATA = ("source", "channel", "size", "country")
_METHODS = {
    "round_robin": "round robin",
    "least_loaded": "least loaded",
    "best_match": "best match (model)",
    "owner": "named owner",
    "account_owner": "account owner",
    "on_call": "on call",
    "same_person": "same person again",
}
AGAIN = "re-assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRate:
    """
    `adjusted`: the rate this method would have of everybody's leads; `covered` of their mix.

    `value` is what the won deals are worth, as far as their amounts are known; None: of none.
    """

    method: str
    leads: int
    hits: int
    rate: Interval
    adjusted: float
    covered: float
    won: int
    value: float | None
    days: float


def cohort(facts: Facts) -> pd.DataFrame:
    """Return the leads old enough to be judged, with `method`, `hit`, `win` and `stratum`."""
    leads, mature = facts.leads, facts.targets.mature
    if mature is not None:
        leads = leads[leads["created_at"] <= pd.Timestamp(facts.now - mature)]
    leads = leads[list({*_STRATA, *_OF_LEADS, *_ENDS})]
    again = leads["attempts"] > 1
    named = leads["method"].astype(object).map(method_name).where(~again, AGAIN)
    strata = [leads[name].cat.codes.astype("int64") for name in _STRATA]
    number = np.zeros(len(leads), dtype="int64")
    for part, name in zip(strata, _STRATA, strict=True):
        number = number * (len(leads[name].cat.categories) + 1) + (part.to_numpy() + 1)
    return leads.assign(
        method=named.astype("category"),
        stratum=number,
        hit=_within(leads["converted_at"], leads["created_at"], mature),
        win=_within(leads["won_at"], leads["created_at"], mature),
    )


def worth_of(amounts: "pd.Series[float]") -> float | None:
    """Add up what won deals are worth; None where there are some, and no amount is known."""
    return None if len(amounts) and amounts.isna().all() else float(amounts.sum())


def each_lead(worth: float | None, leads: int) -> float | None:
    return None if worth is None else worth / leads


_OF_LEADS = ("method", "attempts", "owner", "campaign", "created_at", "tried")
_ENDS = {"converted_at", "won_at", "won_amount"}


def method_name(method: object) -> str:
    return _METHODS.get(str(method), str(method).replace("_", " "))


def _within(
    at: "pd.Series[pd.Timestamp]", begun: "pd.Series[pd.Timestamp]", mature: timedelta | None
) -> "pd.Series[bool]":
    """One that came to its end before it came is no success of ours."""
    took = at - begun
    is_hit = took >= pd.Timedelta(0)
    return is_hit if mature is None else is_hit & (took <= pd.Timedelta(mature))


def rates_by_method(leads: pd.DataFrame) -> list[MethodRate]:
    """Return a rate for each method, most leads first."""
    adjusted = standardised(leads)
    found = []
    for method, part in leads.groupby("method", observed=True):
        took = (part["converted_at"] - part["created_at"])[part["hit"]]
        hits, number = int(part["hit"].sum()), len(part)
        rate, covered = adjusted[str(method)]
        found.append(
            MethodRate(
                method=str(method),
                leads=number,
                hits=hits,
                rate=wilson(hits, number),
                adjusted=rate,
                covered=covered,
                won=int(part["win"].sum()),
                value=worth_of(part["won_amount"][part["win"]]),
                days=float((took.dt.total_seconds() / 86_400).median()),
            )
        )
    return sorted(found, key=lambda each: (-each.leads, each.method))
