"""
Eight processes poll and receive the same leads at once: one owner each, nobody over their cap.

As if one had done it all. `make soak` runs it with 10,000 leads: FIRSTTOUCH_CROWD_LEADS says how
many.
"""

import os

import pytest

from store.store import Store
from tests.e2e import crowd_witness as witness
from tests.e2e.crowd_case import A_POOL, STEADY, TIGHT, Plan, bring, crowd, portal_of
from tests.postgres import new_store

LEADS = int(os.environ.get("FIRSTTOUCH_CROWD_LEADS", "200"))
WORKERS = 8
_STEADY_BOUND = 1 - 1 / (2 * A_POOL - 2)
_ANY_BOUND = A_POOL / 2


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return new_store(request.getfixturevalue("postgres_url"))


@pytest.mark.timeout(180 + LEADS)
def test_eight_at_once_do_as_one_would(url, tmp_path, record_property):
    plan, store = Plan(leads=LEADS), Store.open(url)
    witness.keep_log(store)
    with portal_of(plan) as (address, portal), crowd(tmp_path, url, address, plan, WORKERS) as all_:
        told = bring(portal, all_, plan)
        all_.end()
    made = witness.decisions(store)
    commits, over, most = witness.over_caps(store, plan.caps, plan.crm_ids)
    doubled = witness.written_twice(portal)
    strays = list(witness.strays(portal, made, plan.crm_ids))
    steady, tight = (witness.furthest(made, pool) for pool in (STEADY, TIGHT))
    runs = store.last_runs(100_000)
    count = {name: sum(each[name] for each in all_.told) for name in ("polls", "collisions")}
    record_property(
        "figure",
        f"crowd, {store._db.engine.dialect.name}: {WORKERS} processes, {LEADS:,} leads, "
        f"{told:,} webhooks, {count['polls']:,} polls, {count['collisions']} collisions inside the "
        f"store; {len(doubled)} owned twice, {len(over)} over a cap in {commits:,} commits, "
        f"{steady:.2f} leads from the share at most (bound {_STEADY_BOUND:.2f}; "
        f"{tight:.2f} where caps fill, bound {_ANY_BOUND:.0f})",
    )
    assert [each["problems"] for each in all_.told] == [[]] * WORKERS
    assert [run for run in runs if run.error or run.ended_at is None] == []
    assert [e for run in runs for e in store.ledger(run.id).values() if not e.balanced] == []
    assert (doubled, strays, len(made)) == ({}, [], LEADS)
    assert over == []
    assert sum(most[owner] == cap for owner, cap in plan.caps.items()) >= A_POOL / 2, "not in play"
    assert witness.unserial(made) == []
    assert steady <= _STEADY_BOUND + 1e-6
    assert tight <= _ANY_BOUND
    store.close()
