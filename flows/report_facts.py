"""The store's rows as a report counts them: compact columns, a million rows at a time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from leads.keys import CrmOwnerId, OwnerId
from reports.facts import COLUMNS, MANUAL
from routing.availability import HORIZON, Schedule
from routing.local_day import Span
from routing.policy import Policy
from store.given_facts import INSTANTS, NUMBERS, WORDS, Money, Rows
from store.store import Store

SOMEBODY = "somebody else"
_REPEATED = tuple(name for name in WORDS if name != "lead")
_SIZES = ("1-49", "50-499", "500+")
_EDGES = (0, 50, 500, np.inf)


def read_rows(store: Store, policy: Policy, since: datetime) -> pd.DataFrame:
    """Return what was decided since, as `reports.facts.COLUMNS` says."""
    rates = {code: float(rate) for code, rate in policy.money.rates.items()}
    money = Money(base=policy.money.base, rates=rates)
    frame = store.given_facts(since, money, _collected).drop_duplicates("id", keep="last")
    frame = _without_takings(frame)
    _number_attempts(frame)
    _name_people(frame, policy)
    frame["size"] = pd.cut(frame["employees"], _EDGES, right=False, labels=list(_SIZES))
    frame["channel"] = frame["channel"].astype(object).fillna(frame["lead_source"].astype(object))
    frame["is_flawed"] = frame["touch_flawed"] == 1
    frame["out_of_hours"] = _out_of_hours(frame, policy)
    return frame.reindex(columns=list(COLUMNS))


def _collected(rows: Rows) -> pd.DataFrame:
    """Take the rows part by part; a word that repeats is kept once."""
    names = (NUMBERS[0], *WORDS, *NUMBERS[1:], *INSTANTS)
    known: dict[str, dict[object, int]] = {name: {None: -1} for name in _REPEATED}
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for part in rows:
        for name, cells in zip(names, zip(*part, strict=True), strict=True):
            parts[name].append(_compact(name, cells, known))
    return pd.DataFrame({name: _whole(name, parts[name], known) for name in names})


def _compact(
    name: str, cells: Sequence[object], known: Mapping[str, dict[object, int]]
) -> np.ndarray:
    if name in INSTANTS:
        given = pd.Series(list(cells), dtype=object)
        stamps = pd.to_datetime(given, utc=True, format="ISO8601")
        return stamps.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    if name in NUMBERS:
        numbers = [np.nan if cell is None else float(str(cell)) for cell in cells]
        return np.array(numbers)
    if name not in known:
        return np.array(cells, dtype=object)
    codes = known[name]
    return np.fromiter(
        (codes.setdefault(cell, len(codes) - 1) for cell in cells), "int32", len(cells)
    )


def _whole(
    name: str, parts: Sequence[np.ndarray], known: Mapping[str, dict[object, int]]
) -> "pd.Series":
    kind = "datetime64[us]" if name in INSTANTS else "float64"
    values = np.concatenate(parts) if parts else np.array([], dtype=kind)
    if name not in known:
        return pd.Series(values)
    words = pd.Index([str(word) for word in known[name] if word is not None], dtype=object)
    return pd.Series(pd.Categorical.from_codes(values.astype("int32"), categories=words))


def _without_takings(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Let a person's taking of what we had given end the wait: it is no assignment of its own.

    When it was seen counts as their touch, if none is on record before.
    """
    if not frame["taken_at"].notna().any():
        return frame
    lead = [frame["source"].cat.codes, frame["lead"]]
    is_ours = frame["taken_by"].isna()
    was_given = is_ours.groupby(lead, sort=False).cumsum() > 0
    taken = frame["taken_at"].where(was_given)
    touched = pd.Series(np.fmin(frame["touched_at"], taken), index=frame.index)
    frame["touched_at"] = touched.groupby(lead, sort=False).transform("min")
    return frame[is_ours | ~was_given].copy()


def _number_attempts(frame: pd.DataFrame) -> None:
    """Number the rows of a lead that count, whatever numbers they had; the oldest first."""
    lead = [frame["source"].cat.codes, frame["lead"]]
    groups = frame.groupby(lead, sort=False)["id"]
    frame["attempt"] = groups.cumcount() + 1
    frame["attempts"] = groups.transform("size")
    frame["first_assigned_at"] = frame["decided_at"]
    frame["ended_at"] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    again = frame[frame["attempts"] > 1]
    if len(again):
        same = again.groupby([again["source"].cat.codes, again["lead"]], sort=False)
        frame.loc[again.index, "ended_at"] = same["decided_at"].shift(-1)
        frame.loc[again.index, "first_assigned_at"] = same["decided_at"].transform("first")
        frame.loc[again.index, "touched_at"] = same["touched_at"].transform("min")


def _name_people(frame: pd.DataFrame, policy: Policy) -> None:
    """Where a person took the lead before us, say so, and who of our owners that is."""
    taken = frame["taken_by"].notna()
    if not taken.any():
        return
    for name, said in (("method", [MANUAL]), ("owner", [SOMEBODY, *map(str, policy.owners)])):
        column = frame[name].cat
        frame[name] = column.add_categories([w for w in said if w not in column.categories])
    ours = {
        (crm, i): str(owner.id) for owner in policy.owners.values() for crm, i in owner.crm.items()
    }
    who = frame.loc[taken, ["crm", "taken_by"]].astype(object)
    frame.loc[taken, "method"] = MANUAL
    frame.loc[taken, "owner"] = [
        ours.get((crm, CrmOwnerId(by)), SOMEBODY) for crm, by in who.itertuples(index=False)
    ]


def _out_of_hours(frame: pd.DataFrame, policy: Policy) -> "pd.Series[bool]":
    """Whether each row's owner was off work when the lead was given to them."""
    is_off = pd.Series(data=False, index=frame.index)
    for owner, rows in frame.groupby("owner", observed=True)["decided_at"]:
        known = policy.owners.get(OwnerId(str(owner)))
        schedule = Schedule(known) if known else None
        if schedule is not None and not schedule.is_always_on:
            is_off[rows.index] = _is_off(schedule, rows)
    return is_off


def _is_off(schedule: Schedule, at: "pd.Series[pd.Timestamp]") -> np.ndarray:
    first, last = (each.tz_localize("UTC").to_pydatetime() for each in (at.min(), at.max()))
    spans = list(_working(schedule, first, last))
    begins = np.array([each.begin.replace(tzinfo=None) for each in spans], "datetime64[us]")
    ends = np.array([each.end.replace(tzinfo=None) for each in spans], "datetime64[us]")
    if not spans:
        return np.ones(len(at), dtype=bool)
    stamps = at.to_numpy(dtype="datetime64[us]")
    latest = np.searchsorted(begins, stamps, "right") - 1
    return (latest < 0) | (ends[latest] <= stamps)


def _working(schedule: Schedule, first: datetime, last: datetime) -> Iterator[Span]:
    """Yield the times at work from `first` to `last`, beyond the horizon of one look too."""
    while first <= last:
        for span in schedule.working(first):
            if span.begin > last:
                return
            yield span
        first += timedelta(days=HORIZON)
