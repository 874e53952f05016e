"""Two processes sync one store and the same vendors at once: each lead decided and written once."""

import os
import re
from shutil import copytree

import pytest

from flows.wiring import DEFAULT_CONFIG
from leads.keys import LeadKey, RunId
from sandbox.town import Town
from sandbox.world.record import Standing
from tests.e2e.forks import barrier, begin_forked, command_line
from tests.e2e.town_case import crm_records, is_in_the_intake, is_routed_once, wired
from tests.e2e.unleased_sync import sync_unleased
from tests.e2e.witness import (
    created_for,
    everything_ownerless,
    open_in_the_crms,
    owners_written,
)

CAP = 9


@pytest.fixture
def tight(tmp_path):
    """The example, with so little room for each rep that most of them fill up."""
    folder = copytree(DEFAULT_CONFIG, tmp_path / "config")
    owners = folder / "owners.yaml"
    owners.write_text(re.sub(r"max_open: \d+", f"max_open: {CAP}", owners.read_text()))
    return folder


def _two(town, folder, work, *words):
    environ = {**os.environ, **town.environment}
    both = [begin_forked(work, *words, environ=environ, folder=folder) for _ in range(2)]
    told = [process.ended(60) for process in both]
    assert [each.code for each in told] == [0, 0], told
    return told


def _in_hand(town, policy):
    return {owner.id: open_in_the_crms(town, owner.crm) for owner in policy.owners.values()}


def test_two_at_every_step_at_the_same_time(tmp_path, tight):
    store = f"sqlite:///{tmp_path}/firsttouch.db"
    with Town.open(seed=15, leads=60) as town, wired(town, tmp_path, tight) as wiring:
        before = _in_hand(town, wiring.configuration.policy)
        told = _two(town, tmp_path, sync_unleased, tight, store, barrier(2))
        _each_once(town, wiring)
        ledgers = [wiring.store.ledger(RunId(each.out.strip())) for each in told]
        assert all(entry.balanced for ledger in ledgers for entry in ledger.values())
        after = _in_hand(town, wiring.configuration.policy)
        capped = [o.id for o in wiring.configuration.policy.owners.values() if o.max_open]
        assert [o for o in capped if after[o] > max(CAP, before[o])] == []
        assert sum(after[owner] == CAP for owner in capped) >= 2, "the caps were never in play"


def _each_once(town, wiring):
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


def test_two_syncs_from_the_command_line(tmp_path):
    """What one is at, the other leaves to it."""
    store = f"sqlite:///{tmp_path}/firsttouch.db"
    with Town.open(seed=15, leads=60) as town:
        _two(town, tmp_path, command_line, "sync", "--store", store)
        with wired(town, tmp_path) as wiring:
            _each_once(town, wiring)
