"""When a lead can be called: the hours that its own clock reads, as instants in UTC."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from leads.keys import OwnerId
from leads.lead import Lead
from routing.availability import Schedule
from routing.lead_clock import zones_of
from routing.local_day import Span
from routing.policy import Owner
from routing.sla_terms import Calling, Sla, SlaClock

Zones = tuple[str, ...]
"""The IANA zones that a lead may be in; none: nobody knows."""

NOWHERE: Zones = ()

_SOON = timedelta(days=14)
"""Longer than any weekend: where no hour so soon is one in all zones, there is none."""


def zones_for(sla: Sla | None, lead: Lead | None) -> Zones:
    """Give the zones of `lead` where an SLA asks for its clock."""
    asks = sla is not None and sla.clock is SlaClock.LEAD and lead is not None
    return zones_of(lead) if asks and lead is not None else NOWHERE


def calling_spans(calling: Calling, zones: Zones, after: datetime) -> Iterator[Span]:
    """
    Yield the times at which the lead can be called, from `after` on.

    Of several zones only what is such an hour in all: so that nobody is woken. Where there is none
    soon (Russia is eleven hours wide), or no zone is known, it is `calling.timezone`.
    """
    there = [_schedule(calling, zone) for zone in zones]
    if there and _have_some_soon(there, after):
        yield from _in_all([each.working(after) for each in there])
    else:
        yield from _schedule(calling, calling.timezone).working(after)


@lru_cache(maxsize=512)
def _schedule(calling: Calling, zone: str) -> Schedule:
    lead = Owner(id=OwnerId("the lead"), name="", timezone=zone, calendar=calling.calendar)
    return Schedule(lead)


def _have_some_soon(there: Sequence[Schedule], after: datetime) -> bool:
    def soon(span: Span) -> bool:
        return span.begin < after + _SOON

    common = _in_all([takewhile(soon, each.working(after)) for each in there])
    return next(common, None) is not None


def _in_all(spans: Sequence[Iterator[Span]]) -> Iterator[Span]:
    common = spans[0]
    for each in spans[1:]:
        common = _in_both(common, each)
    return common


def _in_both(one: Iterator[Span], other: Iterator[Span]) -> Iterator[Span]:
    here, there = next(one, None), next(other, None)
    while here is not None and there is not None:
        begin, end = max(here.begin, there.begin), min(here.end, there.end)
        if begin < end:
            yield Span(begin, end)
        if here.end <= there.end:
            here = next(one, None)
        else:
            there = next(other, None)
