"""Killed without warning at any step, a sync is finished by the next: nothing lost or repeated."""

from datetime import timedelta

import pytest

from flows.sync_story import sync_story
from flows.tick import new_run, sync_all
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from tests.e2e.crash_choice import one_in
from tests.e2e.killed_sync import killed
from tests.e2e.town_case import (
    crm_records,
    empty_store,
    is_in_the_intake,
    is_routed_once,
    sync,
    wired,
)
from tests.e2e.witness import created_for, everything_ownerless, owners_written

AFTER_THE_LEASES = timedelta(minutes=5)

# Where it dies: within which function, at which of its commits and requests; of all sources
# at once, in whatever order they come, or of one alone.
STEPS = one_in(
    3,
    [
        "save_page 2",
        "save_page 7",
        "_decide_batch 3",
        "own_rejects 2",
        "claim_deliveries 2",
        "write_owners 3",
        "create 2",
        "settle 1 salesforce",
        "settle 1 hubspot",
        "settle 3",
        "end_run 1",
    ],
)


@pytest.mark.parametrize("step", STEPS)
def test_the_next_sync_finishes_what_a_killed_one_began(tmp_path, step):
    with Town.open(seed=14, leads=60) as town:
        _killed(town, tmp_path, *step.split())
        with wired(town, tmp_path, later=AFTER_THE_LEASES) as wiring:
            run, ticks = sync(wiring)
            assert [tick.problems for tick in ticks] == [()] * len(ticks)
            assert [tick.skipped for tick in ticks] == [""] * len(ticks)
            _is_whole(town, wiring)
            for source, entry in wiring.store.ledger(run).items():
                assert entry.balanced, source
                assert entry.waiting == entry.pending == entry.held == 0, source
            before = owners_written(town), created_for(town)
            _, ticks = sync(wiring)
            assert [(tick.decided, tick.delivered) for tick in ticks] == [(0, 0)] * len(ticks)
            assert (owners_written(town), created_for(town)) == before


def test_what_a_killed_sync_had_claimed_is_told_until_it_is_written(tmp_path):
    with Town.open(seed=14, leads=60) as town:
        _killed(town, tmp_path, "write_owners", "1", "hubspot")
        with wired(town, tmp_path) as wiring:
            ((crm, (owners, until)),) = wiring.store.claimed(wiring.now()).items()
            assert (crm, owners > 10) == ("hubspot", True)
            run, ticks = sync(wiring)
            (line,) = _told_of_claims(wiring, run, ticks)
            assert line == (
                f"- hubspot: {owners} owners are claimed by another process, until "
                f"{until:%H:%M:%S} UTC at the latest; if it has died, the first sync after that "
                "writes them."
            )
            story = sync_story(wiring, run, ticks, [])
            assert (
                "hubspot: skipped, another sync of this source is still running, or died" in story
            )
        with wired(town, tmp_path, later=AFTER_THE_LEASES) as wiring:
            run, ticks = sync(wiring)
            assert _told_of_claims(wiring, run, ticks) == []
            _is_whole(town, wiring)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (0, "- hubspot: {} owners wait to be written, by the next sync of it."),
        (5, "the first sync after that writes them. {} more owners wait to be written."),
    ],
)
def test_what_a_killed_sync_had_decided_and_not_claimed_is_told_as_well(tmp_path, claims, words):
    with Town.open(seed=14, leads=60) as town, wired(town, tmp_path) as wiring:
        run = new_run()
        sync_all(wiring, ["hubspot"], run, write=False)
        due = wiring.store.overdue(wiring.now())["hubspot"][0]
        wiring.store.claim_deliveries(
            "hubspot", limit=claims, worker=run, lease_seconds=60, now=wiring.now()
        )
        for source in ("hubspot", "meta_ads"):
            wiring.store.take_lease(f"sync:{source}", run, seconds=60, now=wiring.now())
        number = new_run()
        ticks = sync_all(wiring, ["hubspot", "meta_ads"], number)
        told = sync_story(wiring, number, ticks, [])
    assert all(tick.skipped for tick in ticks)
    assert words.format(due - claims) in told


def _told_of_claims(wiring, run, ticks):
    page = sync_story(wiring, run, ticks, [])
    return [line for line in page.splitlines() if "claimed by" in line]


def _killed(town, folder, step, number, *source):
    alone = ["--source", *source] if source else []
    words = ("sync", *alone, "--store", empty_store(folder / "firsttouch.db"))
    killed(step, number, *words, environ=town.environment, folder=folder)


def _is_whole(town, wiring):
    """Everybody owned; each owner written once; no person created twice; one decision each."""
    assert everything_ownerless(town) == []
    written = owners_written(town)
    waited = [town.ids[r.key] for _, r in crm_records(town) if is_in_the_intake(r)]
    assert {record: len(written[record]) for record in waited} == dict.fromkeys(waited, 1)
    assert len(created_for(town)) == len(set(created_for(town)))
    for source, records in town.world.records.items():
        for record in records:
            if record.standing is Standing.WAITING:
                stored = wiring.store.stored_lead(LeadKey(source, town.ids[record.key]))
                assert is_routed_once(stored), stored.key
