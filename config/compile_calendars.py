"""Calendars as the policy has them."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import holidays

from config.draft import Draft
from config.model_people import CalendarModel
from config.problems import KeyPath, Problems, echo, suggestion
from config.time_words import Span, read_days, read_span
from routing.working_hours import Calendar


def calendars(draft: Draft) -> dict[str, Calendar]:
    return {
        name: _calendar(name, model, draft.problems)
        for name, model in draft.parts.calendars.items()
    }


def _calendar(name: str, model: CalendarModel, problems: Problems) -> Calendar:
    path: KeyPath = ("calendars", name)
    if model.holidays is not None:
        _check_holidays(model.holidays, (*path, "holidays"), problems)
    hours: dict[int, tuple[Span, ...]] = {}
    for days, spans in model.hours.items():
        here = (*path, "hours", days)
        worked = _spans(spans, here, problems)
        for day in _days(days or model.days or "", here, problems):
            if day in hours:
                problems.add(here, "a day of this group is in another group too; name it once")
            hours[day] = worked
    return Calendar(name=name, hours=dict(sorted(hours.items())), holidays=model.holidays)


def _days(text: str, path: KeyPath, problems: Problems) -> list[int]:
    try:
        return sorted(read_days(text))
    except ValueError as error:
        problems.add(path, f"{echo(text)}: {error}")
        return []


def _spans(texts: tuple[str, ...], path: KeyPath, problems: Problems) -> tuple[Span, ...]:
    found: list[Span] = []
    for at, text in enumerate(texts):
        try:
            found.append(read_span(text))
        except ValueError as error:
            problems.add((*path, at), f"{echo(text)}: {error}")
    found.sort()
    if any(after[0] < before[1] for before, after in pairwise(found)):
        problems.add(path, "two spans overlap; join them into one")
    return _joined(found)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Make one span of two that touch, so that nobody goes home for no time at all."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


@cache
def _supported() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=True)


def _check_holidays(text: str, path: KeyPath, problems: Problems) -> None:
    country, dash, part = text.partition("-")
    if country not in _supported():
        hint = "write a country's ISO code such as ES, or a region's such as ES-MD"
        problems.add(path, f"no public holidays are known for {echo(text)}; {hint}")
    elif dash and part not in _supported()[country]:
        known = [f"{country}-{region}" for region in _supported()[country]]
        problems.add(path, f"unknown region {echo(text)}{suggestion(text, known)}")
