"""A vendor that is down, or answers nonsense: the others are served, it is named, it catches up."""

import socket
from datetime import timedelta

import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.town import SERVED, Town
from tests.e2e.town_case import QUICK, sync, wired
from tests.e2e.witness import (
    CRMS,
    PLATFORMS,
    created_for,
    everything_ownerless,
    ownerless,
    owners_written,
)

MINUTES = timedelta(minutes=5)
NEEDS = {crm: {crm} for crm in CRMS} | {name: {name, "hubspot"} for name in PLATFORMS}


@pytest.fixture
def town():
    with Town.open(seed=11, leads=60) as opened:
        yield opened


def _nobody_listens() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _problems(ticks):
    return {tick.source: " / ".join(map(str, tick.problems)) for tick in ticks if tick.problems}


@pytest.mark.parametrize("down", SERVED)
def test_a_vendor_that_is_down_delays_nobody_else(town, tmp_path, down):
    gone = {f"FIRSTTOUCH_{down.upper()}_BASE_URL": _nobody_listens()}
    with wired(town, tmp_path, environment=gone) as wiring:
        run, ticks = sync(wiring)
        ledger = wiring.store.ledger(run)
    served = {source for source in SERVED if down not in NEEDS[source]}
    problems = _problems(ticks)
    # Several sources deliver into one CRM: who comes first claims what the others would meet.
    assert {down} <= problems.keys() <= set(SERVED) - served
    assert all(f"{down}: " in problem for problem in problems.values())
    assert "cannot be reached" in problems[down]
    assert [key for source in served for key in ownerless(town, source)] == []
    assert all(ownerless(town, source) for source in problems)
    assert all(entry.balanced for entry in ledger.values())
    _catches_up(town, tmp_path)


def _catches_up(town, folder):
    """The next tick finishes what the last one left, and writes nothing a second time."""
    with wired(town, folder, later=MINUTES) as wiring:
        run, ticks = sync(wiring)
        assert _problems(ticks) == {}
        assert all(entry.balanced for entry in wiring.store.ledger(run).values())
    assert everything_ownerless(town) == []
    _once_each(town)


def _once_each(town):
    assert {r: owners for r, owners in owners_written(town).items() if len(owners) > 1} == {}
    assert len(created_for(town)) == len(set(created_for(town)))


# What each vendor is asked for its leads, and the answers that end a tick's patience.
READS = {
    "salesforce": "/query",
    "hubspot": "/search",
    "meta_ads": "/leads",
    "google_ads": ":searchStream",
    "linkedin_ads": "/leadFormResponses",
}


@pytest.mark.parametrize(
    ("vendor", "kind"),
    [
        ("salesforce", FaultKind.MALFORMED),
        ("hubspot", FaultKind.HTML_ERROR),
        ("meta_ads", FaultKind.RATE_LIMITED),
        ("google_ads", FaultKind.MALFORMED),
        ("linkedin_ads", FaultKind.RATE_LIMITED),
    ],
)
def test_a_vendor_that_answers_nonsense_is_named_and_the_others_go_on(town, tmp_path, vendor, kind):
    fault = Fault(kind=kind, path=READS[vendor], retry_after="0")
    town.faults[vendor].script(*[fault] * 100)
    with wired(town, tmp_path) as wiring:
        _, ticks = sync(wiring)
    served = {source for source in SERVED if vendor not in NEEDS[source]}
    assert {vendor} <= _problems(ticks).keys() <= set(SERVED) - served
    assert all(p.startswith(f"{vendor}: ") for p in _problems(ticks).values())
    assert ownerless(town, vendor)
    assert [key for source in served for key in ownerless(town, source)] == []
    town.faults[vendor].clear()
    _catches_up(town, tmp_path)


# Two on one path meet one request and its repetition; the third try passes.
PASSING = {
    "salesforce": (
        Fault(kind=FaultKind.TOKEN_EXPIRED, path="/query"),
        Fault(kind=FaultKind.MALFORMED, path="/query"),
        Fault(kind=FaultKind.TRUNCATED, path="/describe"),
        Fault(kind=FaultKind.HTML_ERROR, path="/composite"),
        Fault(kind=FaultKind.RATE_LIMITED, path="/composite"),
    ),
    "hubspot": (
        Fault(kind=FaultKind.MALFORMED, path="/search"),
        Fault(kind=FaultKind.RATE_LIMITED, path="/search", retry_after="0"),
        Fault(kind=FaultKind.HTML_ERROR, path="/batch/read"),
        Fault(kind=FaultKind.SERVER_ERROR, path="/batch/update"),
        Fault(kind=FaultKind.TRUNCATED, path="/properties"),
    ),
    "meta_ads": (
        Fault(kind=FaultKind.TRUNCATED, path="/me/accounts"),
        Fault(kind=FaultKind.HTML_ERROR, path="/leadgen_forms"),
        Fault(kind=FaultKind.RATE_LIMITED, path="/leads", retry_after="0"),
        Fault(kind=FaultKind.MALFORMED, path="/leads"),
    ),
    "google_ads": (
        Fault(kind=FaultKind.TRUNCATED, path=":searchStream"),
        Fault(kind=FaultKind.MALFORMED, path=":searchStream"),
    ),
    "linkedin_ads": (
        Fault(kind=FaultKind.TOKEN_EXPIRED, path="/leadFormResponses"),
        Fault(kind=FaultKind.MALFORMED, path="/leadFormResponses"),
        Fault(kind=FaultKind.TRUNCATED, path="/oauth"),
    ),
}


def test_what_passes_costs_nothing_but_a_repetition(town, tmp_path):
    """In the middle of a tick, an expired session too: the tick has no problem to tell."""
    for vendor, faults in PASSING.items():
        town.faults[vendor].script(*faults)
    with wired(town, tmp_path) as wiring:
        _, ticks = sync(wiring)
    assert _problems(ticks) == {}
    assert everything_ownerless(town) == []
    met = [(entry.vendor, entry.detail["kind"]) for entry in town.journal.entries(event="fault")]
    assert sorted(met) == sorted((v, f.kind) for v, faults in PASSING.items() for f in faults)
    _once_each(town)


ANSWERS_LOST = {
    "salesforce": ("/composite/sobjects",),
    "hubspot": ("/batch/update", "/batch/create"),
}


@pytest.mark.parametrize("attempts", [3, 1], ids=["same_tick", "next_tick"])
def test_a_write_whose_answer_was_lost_is_not_repeated(town, tmp_path, attempts):
    """The vendor did as it was told and hung up: what was written is found, not written again."""
    for vendor, paths in ANSWERS_LOST.items():
        town.faults[vendor].script(*[Fault(kind=FaultKind.TRUNCATED, path=p) for p in paths] * 2)
    with wired(town, tmp_path, connection={**QUICK, "attempts": attempts}) as wiring:
        _, ticks = sync(wiring)
    problems = _problems(ticks)
    if attempts == 1:
        assert "writes wait for the next sync: salesforce: " in problems["salesforce"]
        # Whose tick it is in depends on who of those that deliver there comes first.
        assert "writes wait for the next sync: hubspot: " in " ".join(problems.values())
    else:
        assert (problems, everything_ownerless(town)) == ({}, [])
    for vendor in ANSWERS_LOST:
        assert town.journal.entries(vendor, "fault")
        town.faults[vendor].clear()
    _catches_up(town, tmp_path)
