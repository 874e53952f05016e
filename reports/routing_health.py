"""How the routing itself did: fallbacks, conflicts, leads given again, calls of the vendors."""

from collections.abc import Iterator, Mapping

import pandas as pd

from reports.beside import Beside, Calls, Made, Returner
from reports.facts import Facts
from reports.method_rates import method_name
from reports.section import Section, Tone
from reports.tables import Column, Kind, Table, table
from reports.wording import count_of, percent

_FALLBACK = ("fallback", "steward")
_MUCH = 0.1
_REASONS = 12


def routing_section(facts: Facts, beside: Beside) -> Section:
    leads = facts.recent
    number = len(leads)
    fell = int(leads["placed_by"].isin(_FALLBACK).sum())
    again = int((leads["attempts"] > 1).sum())
    manual = int((leads["placed_by"] == "manual").sum())
    rate = fell / number if number else 0.0
    return Section(
        key="routing",
        title="Routing",
        headline=_headline(number, fell, rate),
        figure=percent(rate) if number else "",
        counts="at the fallback",
        tone=Tone.PLAIN if not number else Tone.GOOD if rate <= _MUCH else Tone.WATCH,
        said=tuple(_said(number, again, manual, beside)),
        figures={
            "leads": number,
            "fallback": fell,
            "fallback_rate": rate if number else None,
            "given_again": again,
            "breached": beside.breached,
            "taken_by_people": manual,
            "set_aside": beside.rejected,
        },
        tables=tuple(_tables(leads, beside)),
    )


def _headline(number: int, fell: int, rate: float) -> str:
    if not number:
        return "No lead was routed in this time."
    if not fell:
        return f"Rules placed all of {count_of(number, 'lead')}; none went to the fallback."
    went = f"{percent(rate)} of leads ({fell:,} of {number:,}) went to the fallback"
    return f"{went}: no rule could place them."


def _said(number: int, again: int, manual: int, beside: Beside) -> Iterator[str]:
    if again:
        given = count_of(again, "lead was given", "leads were given")
        yield f"{given} again ({percent(again / number)})."
    if beside.breached:
        moved = count_of(beside.breached, "assignment was", "assignments were")
        yield f"{moved} moved on: nobody was in touch in time."
    if manual:
        text = "had been taken by a person before us, and stayed theirs"
        yield f"{count_of(manual, 'lead')} {text}."
    if beside.rejected:
        text = count_of(beside.rejected, "record is", "records are")
        yield f"{text} set aside, unreadable: `firsttouch rejects` lists them."
    if beside.undecided:
        waits = count_of(beside.undecided, "lead waits", "leads wait")
        yield f"{waits} to be given to anybody: held for a pool, or new."
    made = sum(each.calls for each in beside.made)
    if made:
        each = f", {made / number:,.1f} a lead" if number else ""
        yield f"The sources were sent {made:,} requests{each}."


def _tables(leads: pd.DataFrame, beside: Beside) -> Iterator[Table]:
    counts = leads["placed_by"].value_counts()
    methods = [
        (method_name(name), int(n), n / len(leads)) for name, n in counts[counts > 0].items()
    ]
    columns = (_text("method", "Method"), Column(key="leads", title="Leads"), _SHARE)
    if methods:
        yield table("methods", "By what method, at first", columns, methods)
    if beside.fallbacks:
        yield _reasons("fallback_reasons", "Why leads went to the fallback", beside.fallbacks)
    if beside.returns:
        yield _reasons("returned", "Why leads were handed back", beside.returns)
    if beside.deliveries:
        columns = (_text("crm", "CRM"), _text("state", "What became of it"), _LEADS)
        rows = sorted(
            (crm, state.replace("_", " "), n) for (crm, state), n in beside.deliveries.items()
        )
        yield table("deliveries", "Owners written to the CRMs", columns, rows)
    if beside.returners:
        yield _returners(beside.returners)
    if beside.made:
        yield _made(beside.made, len(leads))
    if beside.calls:
        yield _calls(beside.calls)


_LEADS = Column(key="leads", title="Leads")
_SHARE = Column(key="share", title="Share", kind=Kind.SHARE, bar=True)


def _text(key: str, title: str) -> Column:
    return Column(key=key, title=title, kind=Kind.TEXT)


def _reasons(name: str, title: str, counted: Mapping[str, int]) -> Table:
    rows = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    note = f"The first {_REASONS} of {len(rows)} reasons." if len(rows) > _REASONS else ""
    return table(name, title, (_text("reason", "Reason"), _LEADS), rows[:_REASONS], note)


def _returners(returners: tuple[Returner, ...]) -> Table:
    columns = (_text("owner", "Owner"), _LEADS, Column(key="no_lead", title="As no lead"))
    rows = [(each.owner, each.leads, each.no_lead) for each in returners]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return table("returned_by_owner", "Who handed leads back", columns, rows)


def _made(made: tuple[Made, ...], leads: int) -> Table:
    columns = (
        _text("source", "Source"),
        Column(key="requests", title="Requests"),
        Column(key="a_day", title="A day", kind=Kind.NUMBER),
        Column(key="most", title="Most in a day"),
        Column(key="a_lead", title="A lead", kind=Kind.NUMBER),
    )
    rows = [
        (e.source, e.calls, e.calls / e.days, e.most, e.calls / leads if leads else None)
        for e in sorted(made, key=lambda each: -each.calls)
    ]
    note = "Counted where they are made, repeated ones too; a lead: of all leads of the report."
    return table("requests", "Requests made", columns, rows, note)


def _calls(calls: tuple[Calls, ...]) -> Table:
    columns = (
        _text("source", "Source"),
        _text("part", "Part"),
        Column(key="calls_a_day", title="Calls a day", kind=Kind.NUMBER),
        _text("reason", "Why at this pace"),
    )
    rows = [(each.source, each.part, each.a_day, each.reason) for each in calls]
    return table("api_calls", "How often sources are polled, and why", columns, rows)
