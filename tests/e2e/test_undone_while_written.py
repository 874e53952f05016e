"""A run is undone while a slow worker still writes it: whoever had its leads has them again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.giving_back import finish_giving_back
from flows.sweep import sweep
from flows.tick import new_run, sync_all
from flows.undo import Fate, undo_run
from flows.wiring import Wiring
from leads.delivery import Delivery, DeliveryKind
from leads.keys import RunId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus
from sandbox.town import Town
from sandbox.world.roster import ADMIN
from store.rows import DeliveryState
from store.store import Store
from tests.e2e.test_overwritten_person import WRITES, owner
from tests.e2e.town_case import empty_store, wired
from tests.postgres import new_store

SOURCES = {"salesforce": ("salesforce",), "hubspot": ("hubspot", "google_ads")}
"""Those of each CRM: an ad's lead is created there."""

SLOW, SOON = RunId("slow"), timedelta(minutes=3)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path) -> str:
    if request.param == "sqlite":
        return empty_store(tmp_path / "store.db")
    return new_store(request.getfixturevalue("postgres_url"))


@pytest.fixture
def town() -> Iterator[Town]:
    with Town.open(seed=12, leads=60) as opened:
        yield opened


@pytest.fixture
def wiring(town, url, tmp_path) -> Iterator[Wiring]:
    with wired(town, tmp_path) as made:
        store = Store.open(url)
        yield replace(made, store=store)
        store.close()


def to_be_written(wiring: Wiring, crm: str) -> RunId:
    run = new_run()
    wiring.store.start_run(run, "sync", wiring.now())
    sync_all(wiring, SOURCES[crm], run, write=False)
    return run


def claimed_by(wiring: Wiring, crm: str, worker: RunId) -> list[Delivery]:
    """Answer what it claims; its claim is over at once."""
    return wiring.store.claim_deliveries(
        crm, limit=500, worker=worker, lease_seconds=0, now=wiring.now()
    )


def claimed_and_undone(wiring: Wiring, crm: str) -> list[Delivery]:
    """Everything that is to be written to `crm`: claimed, the claim over, the run undone."""
    run = to_be_written(wiring, crm)
    claimed = claimed_by(wiring, crm, SLOW)
    wiring.store.withdraw_unwritten(run, wiring.now())
    found = [each for each in claimed if each.kind is DeliveryKind.OWNER]
    created = [each for each in claimed if each.kind is DeliveryKind.CREATE]
    undone = {each.given.delivery.id: each.fate for each in undo_run(wiring, run)}
    assert undone == {
        **{each.id: Fate.NOT_WRITTEN for each in found},
        **{each.id: Fate.CREATED for each in created},
    }
    assert len(found) > 10
    gone = WriteOutcome(status=WriteStatus.GONE)  # or the next sync would create them
    wiring.store.settle([(each, gone) for each in created], run=SLOW, now=wiring.now())
    return found


def written(wiring: Wiring, crm: str, found: list[Delivery]) -> list[WriteOutcome]:
    nobody = wiring.crms[crm].unowned()
    return wiring.crms[crm].write_owners(
        [
            OwnerChange(
                record_id=each.record_id or "",
                owner=each.crm_owner,
                expected=each.expected | nobody,
                notes={},
            )
            for each in found
        ]
    )


def owners(town: Town, crm: str, found: list[Delivery]) -> list[str | None]:
    return [owner(town, crm, each.record_id) for each in found]


def is_nobodys(wiring: Wiring, found: list[Delivery]) -> None:
    for each in found:
        (stored,) = wiring.store.deliveries_of(each.lead)
        assert stored.state is DeliveryState.WITHDRAWN
        assert wiring.store.stored_lead(each.lead).is_void or stored.attempt == 0
    now = wiring.now() + timedelta(hours=1)
    assert wiring.store.to_give_back(found[0].crm, limit=9, now=now) == []


@pytest.mark.parametrize("crm", WRITES)
def test_whoever_was_slow_gives_it_back_itself(town, wiring, crm):
    found = claimed_and_undone(wiring, crm)
    before = owners(town, crm, found)
    outcomes = written(wiring, crm, found)
    assert owners(town, crm, found) == [each.crm_owner for each in found]
    wiring.store.settle(list(zip(found, outcomes, strict=True)), run=SLOW, now=wiring.now())
    finish_giving_back(wiring, crm)
    assert owners(town, crm, found) == before
    is_nobodys(wiring, found)


def test_what_it_wrote_before_it_died_is_given_back_by_a_sync(town, wiring):
    crm = "hubspot"
    found = claimed_and_undone(wiring, crm)
    before = owners(town, crm, found)
    written(wiring, crm, found)
    now = wiring.now
    later = replace(wiring, now=lambda: now() + SOON)
    assert sweep(later, [crm], new_run(), write=False).swept[0].routed == 0
    sync_all(later, [crm], new_run())
    assert owners(town, crm, found) == before
    is_nobodys(later, found)


@pytest.mark.parametrize("is_settled", [True, False], ids=["settled", "not settled"])
@pytest.mark.parametrize("crm", WRITES)
def test_a_person_overwritten_by_it_has_the_lead_and_not_who_had_it_before(
    town, wiring, crm, is_settled
):
    """It died before it looked, so that the undo has to."""
    run = to_be_written(wiring, crm)
    owners = (e for e in claimed_by(wiring, crm, SLOW) if e.kind is DeliveryKind.OWNER)
    first = next(e for e in owners if wiring.store.stored_lead(e.lead).decision is not None)
    mine, admin = first.record_id, getattr(ADMIN, crm)
    getattr(town.vendors, crm).person_sets_owner(mine, admin)
    blind = replace(first, expected=frozenset({admin}))  # what stands in for what it read before
    (outcome,) = written(wiring, crm, [blind])
    assert owner(town, crm, mine) == first.crm_owner
    if is_settled:
        unguarded = replace(outcome, unguarded=True)
        wiring.store.settle([(first, unguarded)], run=SLOW, now=wiring.now())
    wiring.store.withdraw_unwritten(run, wiring.now())
    undone = {each.given.delivery.id: each.fate for each in undo_run(wiring, run)}
    assert undone[first.id] is Fate.MOVED_ON
    assert owner(town, crm, mine) == admin
    sync_all(wiring, [crm], new_run())
    assert owner(town, crm, mine) == admin
    assert wiring.store.stored_lead(first.lead).is_void


def test_a_person_who_took_one_meanwhile_keeps_it(town, wiring):
    crm = "hubspot"
    found = claimed_and_undone(wiring, crm)
    outcomes = written(wiring, crm, found)
    mine = found[0].record_id
    town.vendors.hubspot.person_sets_owner(mine, ADMIN.hubspot)
    wiring.store.settle(list(zip(found, outcomes, strict=True)), run=SLOW, now=wiring.now())
    finish_giving_back(wiring, crm)
    assert owner(town, crm, mine) == ADMIN.hubspot
    assert set(owners(town, crm, found[1:])) == {None}
