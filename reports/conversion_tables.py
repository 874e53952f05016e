"""Tables of conversion: by method, method against method, and whatever is drilled into."""

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from reports.intervals import wilson
from reports.method_rates import MethodRate, each_lead
from reports.mix import MixGap
from reports.tables import Cell, Column, Kind, Table, table

_BLANK = "(blank)"


def conversion_tables(
    rates: Sequence[MethodRate], compared: Sequence[MixGap], leads: pd.DataFrame, currency: str
) -> Iterator[Table]:
    """Yield them; `leads` are those old enough to be judged."""
    yield _rate_table(rates, currency)
    yield _gap_table(compared)
    yield from _drilled(leads, currency)


def _rate_table(rates: Sequence[MethodRate], currency: str) -> Table:
    columns = (
        Column(key="method", title="Method", kind=Kind.TEXT),
        Column(key="leads", title="Leads"),
        Column(key="converted", title="Converted"),
        Column(key="rate", title="Rate", kind=Kind.SHARE, bar=True),
        Column(key="low", title="At least", kind=Kind.SHARE),
        Column(key="high", title="At most", kind=Kind.SHARE),
        Column(key="adjusted", title="Mix taken out", kind=Kind.SHARE),
        Column(key="covered", title="Mix it had", kind=Kind.SHARE),
        *_worth(currency),
        Column(key="days", title="Median days", kind=Kind.DAYS),
    )
    rows = [
        (
            *(each.method, each.leads, each.hits, each.rate.at, each.rate.low, each.rate.high),
            *(
                each.adjusted,
                each.covered,
                each.won,
                each.value,
                each_lead(each.value, each.leads),
                each.days,
            ),
        )
        for each in rates
    ]
    note = "“Mix taken out”: its rate, had it got every kind of lead as often as all together."
    return table("conversion_by_method", "By method", columns, rows, note)


def _gap_table(compared: Sequence[MixGap]) -> Table:
    columns = (
        Column(key="one", title="Method", kind=Kind.TEXT),
        Column(key="other", title="Against", kind=Kind.TEXT),
        Column(key="difference", title="Difference", kind=Kind.POINTS),
        Column(key="low", title="At least", kind=Kind.POINTS),
        Column(key="high", title="At most", kind=Kind.POINTS),
        Column(key="sure", title="More than chance", kind=Kind.TEXT),
    )
    rows = [(g.one, g.other, g.gap.at, g.gap.low, g.gap.high, g.is_sure) for g in compared]
    note = (
        "Over the kinds of lead that both had (Mantel-Haenszel); intervals for all pairs at once."
    )
    return table("conversion_gaps", "Methods against each other", columns, rows, note)


def _drilled(leads: pd.DataFrame, currency: str) -> Iterator[Table]:
    leads = leads.assign(value=leads["won_amount"].where(leads["win"]))
    for key in ("source", "channel", "campaign", "owner"):
        groups = leads.groupby(leads[key].astype(object).fillna(_BLANK))
        found = pd.DataFrame({"leads": groups.size(), "hits": groups["hit"].sum()})
        found["won"], found["value"] = groups["win"].sum(), groups["value"].sum(min_count=1)
        found = found.sort_values("leads", ascending=False, kind="stable")
        columns = (
            Column(key=key, title=key.capitalize(), kind=Kind.TEXT),
            Column(key="leads", title="Leads"),
            Column(key="converted", title="Converted"),
            Column(key="rate", title="Rate", kind=Kind.SHARE, bar=True),
            Column(key="low", title="At least", kind=Kind.SHARE),
            Column(key="high", title="At most", kind=Kind.SHARE),
            *_worth(currency),
        )
        rows = [_drilled_row(*each) for each in found.itertuples(name=None)]
        yield table(f"conversion_by_{key}", f"By {key}", columns, rows)


def _drilled_row(name: object, leads: int, hits: int, won: int, value: float) -> tuple[Cell, ...]:
    rate = wilson(int(hits), int(leads))
    shares = (rate.at, rate.low, rate.high)
    known = None if won else 0.0
    worth = known if math.isnan(value) else float(value)
    return (str(name), int(leads), int(hits), *shares, int(won), worth, each_lead(worth, leads))


def _worth(currency: str) -> tuple[Column, ...]:
    return (
        Column(key="won", title="Won"),
        Column(key="won_value", title=f"Won, {currency}", kind=Kind.MONEY),
        Column(key="value_per_lead", title=f"{currency} a lead", kind=Kind.MONEY),
    )
