"""The model against its control group: leads that a lot put to turns, on the same kinds of lead."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports.facts import Facts
from reports.intervals import Interval, difference, wilson
from reports.method_rates import cohort, each_lead, worth_of
from reports.mix import KINDS, gap_of, standardised
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
    value: float | None
    adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """How much better the model does, where `is_adjusted` on the kinds of lead that both had."""

    between: Interval
    plain: Interval
    is_adjusted: bool


def model_section(facts: Facts) -> Iterator[Section]:
    """
    Yield it where a model was asked; leads count for the arm that the lot gave them, at first.

    So it stays who was given on, or lost: whatever else is done with them is part of the outcome.
    """
    if not facts.leads["tried"].notna().any():
        return
    leads = cohort(facts)
    leads = leads[leads["tried"].notna()].assign(method=leads["tried"])
    arms = {arm.name: arm for arm in _arms(leads)}
    model, control = arms.get(_MODEL), arms.get(_CONTROL)
    told = _gap(leads, model, control)
    gap = told.between if told else None
    yield Section(
        key="model",
        title="Model against control",
        headline=_headline(model, control, gap),
        figure=f"{gap.at * 100:+.1f} pp" if gap else "",
        tone=_tone(gap),
        said=tuple(_said(told)),
        figures={
            "model_leads": model.leads if model else 0,
            "control_leads": control.leads if control else 0,
            "difference": gap.at if gap else None,
            "low": gap.low if gap else None,
            "high": gap.high if gap else None,
            "difference_unadjusted": told.plain.at if told else None,
            "is_adjusted": told.is_adjusted if told else None,
        },
        tables=(_table(list(arms.values()), facts.currency),) if arms else (),
    )


def _gap(leads: pd.DataFrame, model: _Arm | None, control: _Arm | None) -> _Gap | None:
    """
    Compare as methods are: a lot makes the arms alike in the long run, and in a short one only so.

    Where they share too few kinds of lead for that, it is the plain difference.
    """
    if model is None or control is None or min(model.leads, control.leads) < FEWEST:
        return None
    plain = difference((model.hits, model.leads), (control.hits, control.leads))
    alike = gap_of(leads, _MODEL, _CONTROL)
    is_adjusted = alike.leads >= FEWEST
    between = alike.gap if is_adjusted else plain
    return _Gap(between=between, plain=plain, is_adjusted=is_adjusted)


def _arms(leads: pd.DataFrame) -> Iterator[_Arm]:
    rates = standardised(leads) if len(leads) else {}
    for name, part in leads.groupby("method", observed=True):
        yield _Arm(
            name=str(name),
            leads=len(part),
            hits=int(part["hit"].sum()),
            won=int(part["win"].sum()),
            value=worth_of(part["won_amount"][part["win"]]),
            adjusted=rates[str(name)][0],
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


def _said(told: _Gap | None) -> Iterator[str]:
    if told is None:
        return
    gap = told.between
    low, high = gap.low * 100, gap.high * 100
    yield f"The difference is between {low:+.1f} and {high:+.1f} points, as sure as 95 %."
    if told.is_adjusted:
        yield (
            f"That is on the same kinds of lead ({KINDS}), {gap.at * 100:+.1f} points; "
            f"whatever the arms got, {told.plain.at * 100:+.1f}."
        )
    else:
        yield f"The arms got too few leads of the same kind ({KINDS}) to take the mix out."
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
        Column(key="adjusted", title="Mix taken out", kind=Kind.SHARE),
        Column(key="won", title="Won"),
        Column(key="won_value", title=f"Won, {currency}", kind=Kind.MONEY),
        Column(key="value_per_lead", title=f"{currency} a lead", kind=Kind.MONEY),
    )
    rows = []
    for arm in sorted(arms, key=lambda each: -each.leads):
        rate = wilson(arm.hits, arm.leads)
        shares = (rate.at, rate.low, rate.high, arm.adjusted)
        worth = (arm.won, arm.value, each_lead(arm.value, arm.leads))
        rows.append((_NAMES.get(arm.name, arm.name), arm.leads, arm.hits, *shares, *worth))
    note = (
        "A lot drawn from the lead's key says which; a lead stays in its arm whoever has it later."
    )
    return table("model_against_control", "By arm of the trial", columns, rows, note)
