"""Every statement of a minute's sync of all sources finds its rows by an index."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from config.load import load
from flows.notices import tell_pending
from flows.sync_story import sync_story
from flows.tick import new_run, sync_all
from flows.watching.watch import tell, watch
from flows.wiring import DEFAULT_CONFIG, Wiring, wire
from leads.keys import PolicyHash
from sandbox.town import Town
from store.running_rows import InboxEntry
from store.store import Store
from tests.contract.plans import Statement, scans, statements_during
from tests.postgres import new_store

# Small whatever the history: a row for each member, owner, source, shadow, or lead that a pool
# holds.
MAY_SCAN = {"rotation", "away", "pause", "cursor", "hold", "breaker", "pace", "shadow"}


@pytest.fixture(params=["sqlite", "postgresql"])
def synced(request, tmp_path_factory):
    """The store after a few minutes, and the statements of them."""
    with ExitStack() as opened:
        town = opened.enter_context(Town.open(seed=7, leads=60))
        store = Store.open(_place(request, tmp_path_factory))
        opened.callback(store.close)
        configuration = load(DEFAULT_CONFIG)
        wiring = wire(configuration, store, town.environment, now=town.clock.now)
        for source in wiring.sources.values():
            opened.callback(source.close)
        store.save_policy(configuration.policy.hash, configuration.document, wiring.now())
        yield store, statements_during(store._db.engine, lambda: _minutes(wiring, town))


def _place(request, tmp_path_factory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('plans')}/firsttouch.db"
    return new_store(request.getfixturevalue("postgres_url"))


def _minutes(wiring: Wiring, town: Town) -> None:
    configuration, store = wiring.configuration, wiring.store
    _minute(wiring)
    store.start_shadow(PolicyHash("s"), dict(configuration.document), wiring.now())
    told = InboxEntry(source="hubspot", body_hash="h", payload={"ids": ["1"]})
    store.put_inbox([told], wiring.now())
    # A quarter of an hour later accounts and people are mirrored once more.
    town.clock.skip(timedelta(minutes=15))
    _minute(wiring)


def _minute(wiring: Wiring) -> None:
    run = new_run()
    wiring.store.start_run(run, "sync", wiring.now())
    ticks = sync_all(wiring, list(wiring.sources), run)
    tell_pending(wiring)
    tell(wiring, watch(wiring, ticks))
    sync_story(wiring, run, ticks, [])
    wiring.store.end_run(run, wiring.now())


def _offenders(store: Store, statements: list[Statement]) -> dict[str, set[str]]:
    found = {each[0]: scans(store._db.engine, each) - MAY_SCAN for each in statements}
    return {text: tables for text, tables in found.items() if tables}


def test_no_table_that_grows_is_read_whole(synced):
    store, statements = synced
    assert len(statements) > 60
    assert _offenders(store, statements) == {}
