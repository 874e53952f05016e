"""How it was before go-live: the manual process, measured in the CRMs' own history."""

from dataclasses import dataclass

import pandas as pd

from reports.facts import Facts
from reports.response import response_figures
from reports.section import Section, Tone
from reports.tables import Cell, Column, Kind, table
from reports.wording import count_of, length, percent

_FIGURES = ("mean", "median", "p90", "within_1", "within_5", "within_30", "within_60")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """
    Leads that came before go-live, as facts; and minutes until each first went to a person.

    `assigned` has only leads whose change of owner the CRM's history shows. `notes` say what could
    not be measured, and why.
    """

    facts: Facts
    assigned: tuple[float, ...]
    notes: tuple[str, ...] = ()


def baseline_section(before: Before, facts: Facts) -> Section:
    """Compare the two, side by side."""
    leads = before.facts.recent[before.facts.recent["flaw"].isna()]
    then = response_figures(leads)
    now = response_figures(facts.recent[facts.recent["flaw"].isna()])
    columns = (
        Column(key="when", title="When", kind=Kind.TEXT),
        Column(key="leads", title="Leads"),
        Column(key="touched", title="Touched"),
        *(Column(key=name, title=_title(name), kind=_kind(name)) for name in _FIGURES),
    )
    rows: list[list[Cell]] = [
        [when, int(found["leads"]), int(found["touched"]), *(found[name] for name in _FIGURES)]
        for when, found in (("before go-live", then), ("this period", now))
    ]
    return Section(
        key="baseline",
        title="Before Firsttouch",
        headline=_headline(then, now),
        figure=length(then["mean"]) if then["touched"] else "",
        tone=Tone.PLAIN,
        said=(*_assigned(before.assigned), *before.notes),
        figures={"leads": int(then["leads"]), "mean": _known(then["mean"])},
        tables=(table("baseline", "Response time before and now", columns, rows),),
    )


def _title(name: str) -> str:
    told = {"mean": "Average", "median": "Median", "p90": "90 % within"}
    return told.get(name) or f"≤ {name.removeprefix('within_')} min"


def _kind(name: str) -> Kind:
    return Kind.SHARE if name.startswith("within") else Kind.MINUTES


def _headline(then: dict[str, float], now: dict[str, float]) -> str:
    if not then["touched"]:
        return "The CRMs' history shows no first touch from before go-live."
    text = (
        f"Before go-live a lead heard after {length(then['mean'])} on average (median "
        f"{length(then['median'])}); {percent(then['within_5'])} within 5 minutes"
    )
    return f"{text}. Now: {length(now['mean'])}." if now["touched"] else f"{text}."


def _assigned(minutes: tuple[float, ...]) -> tuple[str, ...]:
    if not minutes:
        return ()
    found = pd.Series(minutes)
    leads = count_of(len(found), "lead")
    took = f"{length(found.mean())} on average (median {length(found.median())})"
    return (f"By hand, a lead got its first owner after {took}, of {leads} with a history.",)


def _known(value: float) -> float | None:
    return None if value != value else value  # noqa: PLR0124  (NaN alone)
