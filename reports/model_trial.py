"""The model against its control group: leads that a lot put to turns, all else alike."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports.facts import Facts
from reports.intervals import Interval, difference, wilson
from reports.method_rates import cohort
from reports.section import Section, Tone
from reports.tables import Column, Kind, Table, table
from reports.wording import count_of, percent

FEWEST = 30
"""Leads of an arm; of fewer nothing is concluded."""
_MODEL, _CONTROL = "model", "control"
_NAMES = {
    _MODEL: "by the model",
    _CONTROL: "by turns (control)",
    "explored": "to anybody, to learn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arm:
    name: str
    leads: int
    hits: int
    won: int
    value: float


def model_section(facts: Facts) -> Iterator[Section]:
    """
    Yield it where a model was asked; leads count for the arm that the lot gave them, at first.

    So it stays who was given on, or lost: whatever else is done with them is part of the outcome.
    """
    if not facts.leads["tried"].notna().any():
        return
    leads = cohort(facts)
    arms = {arm.name: arm for arm in _arms(leads)}
    model, control = arms.get(_MODEL), arms.get(_CONTROL)
    gap = None
    if model and control and min(model.leads, control.leads) >= FEWEST:
        gap = difference((model.hits, model.leads), (control.hits, control.leads))
    yield Section(
        key="model",
        title="Model against control",
        headline=_headline(model, control, gap),
        figure=f"{gap.at * 100:+.1f} pp" if gap else "",
        tone=_tone(gap),
        said=tuple(_said(gap)),
        figures={
            "model_leads": model.leads if model else 0,
            "control_leads": control.leads if control else 0,
            "difference": gap.at if gap else None,
            "low": gap.low if gap else None,
            "high": gap.high if gap else None,
        },
        tables=(_table(list(arms.values()), facts.currency),) if arms else (),
    )


def _arms(leads: pd.DataFrame) -> Iterator[_Arm]:
    for name, part in leads.groupby("tried", observed=True):
        yield _Arm(
            name=str(name),
            leads=len(part),
            hits=int(part["hit"].sum()),
            won=int(part["win"].sum()),
            value=float(part["won_amount"][part["win"]].sum()),
        )


def _headline(model: _Arm | None, control: _Arm | None, gap: Interval | None) -> str:
    if gap is None or model is None or control is None:
        have = " and ".join(
            f"{count_of(arm.leads if arm else 0, 'lead')} {_NAMES[name]}"
            for name, arm in ((_MODEL, model), (_CONTROL, control))
        )
        return f"Too early to compare: {have} are old enough, of {FEWEST} each."
    rates = (
        f"{percent(model.hits / model.leads)} of leads by the model converted, "
        f"{percent(control.hits / control.leads)} of those by turns"
    )
    if not gap.excludes_zero:
        return f"{rates}: no more of a difference than chance explains."
    return f"{rates}: the model does {'better' if gap.at > 0 else 'worse'}."


def _tone(gap: Interval | None) -> Tone:
    if gap is None or not gap.excludes_zero:
        return Tone.PLAIN
    return Tone.GOOD if gap.at > 0 else Tone.BAD


def _said(gap: Interval | None) -> Iterator[str]:
    if gap is None:
        return
    low, high = gap.low * 100, gap.high * 100
    yield f"The difference is between {low:+.1f} and {high:+.1f} points, as sure as 95 %."
    if gap.high < 0:
        yield '`firsttouch model rollback rules --reason "..."` lets its pools go by turns.'


def _table(arms: list[_Arm], currency: str) -> Table:
    columns = (
        Column(key="arm", title="Leads went", kind=Kind.TEXT),
        Column(key="leads", title="Leads"),
        Column(key="converted", title="Converted"),
        Column(key="rate", title="Rate", kind=Kind.SHARE, bar=True),
        Column(key="low", title="At least", kind=Kind.SHARE),
        Column(key="high", title="At most", kind=Kind.SHARE),
        Column(key="won", title="Won"),
        Column(key="won_value", title=f"Won, {currency}", kind=Kind.MONEY),
        Column(key="value_per_lead", title=f"{currency} a lead", kind=Kind.MONEY),
    )
    rows = []
    for arm in sorted(arms, key=lambda each: -each.leads):
        rate = wilson(arm.hits, arm.leads)
        shares = (rate.at, rate.low, rate.high)
        worth = (arm.won, arm.value, arm.value / arm.leads)
        rows.append((_NAMES.get(arm.name, arm.name), arm.leads, arm.hits, *shares, *worth))
    note = (
        "A lot drawn from the lead's key says which; a lead stays in its arm whoever has it later."
    )
    return table("model_against_control", "By arm of the trial", columns, rows, note)
