"""A receiver killed between storing and routing: what it answered with 200 is owned."""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest

from flows.receiver import receiving
from flows.wiring import DEFAULT_CONFIG
from leads.keys import LeadKey
from sandbox.faults import Fault, FaultKind
from sandbox.town import Town
from tests.e2e.forks import begin_forked
from tests.e2e.killed_receiver import receive
from tests.e2e.town_case import sync, wired
from tests.e2e.webhook_case import SECRETS, meta_body, post_meta, until

LATER = timedelta(minutes=2)
"""A dead worker's lease has ended by then."""


@pytest.fixture
def town():
    with Town.open(seed=3, leads=60) as opened:
        yield opened


@contextmanager
def receiver_process(town, folder):
    environ = {
        **os.environ,
        **town.environment,
        **SECRETS,
        "FIRSTTOUCH_CONFIG": str(DEFAULT_CONFIG),
        "FIRSTTOUCH_STORE": f"sqlite:///{folder}/firsttouch.db",
    }
    process = begin_forked(receive, environ=environ, folder=folder)
    try:
        until(lambda: process.out.exists() and process.out.read_text().endswith("\n"), 60)
        yield process, process.out.read_text().strip()
    finally:
        process.kill()


def killed_with_leads_in_hand(town, folder):
    """Post leads, and kill the receiver while it reads them at the vendor; their ids."""
    with wired(town, folder) as wiring:
        sync(wiring)
    form = next(iter(town.vendors.meta.forms))
    ids = [
        town.vendors.meta.add_lead(form, [{"name": "email", "values": [f"k{n}@example.com"]}])
        for n in range(3)
    ]
    slow = Fault(kind=FaultKind.TIMEOUT, seconds=3.0)
    town.faults["meta_ads"].script(*[slow] * 8)
    with receiver_process(town, folder) as (process, base):
        assert {post_meta(base, meta_body(each)).status_code for each in ids} == {200}
        until(lambda: bool(town.journal.entries("meta_ads", "fault")))
        process.kill()
    town.faults["meta_ads"].clear()
    return ids


def owned(town, ids):
    found = {
        contact.state.values.get("firsttouch_id")
        for contact in town.vendors.hubspot.contacts.values()
        if contact.state.values.get("hubspot_owner_id")
    }
    return {f"meta_ads:{each}" for each in ids} & found


@pytest.mark.long
def test_the_next_receiver_goes_on_where_one_was_killed(town, tmp_path):
    ids = killed_with_leads_in_hand(town, tmp_path)
    assert owned(town, ids) == set()
    with wired(town, tmp_path, later=LATER) as wiring, receiving(wiring, port=0, environ=SECRETS):
        until(lambda: len(owned(town, ids)) == len(ids))
        assert all(len(wiring.store.deliveries_of(LeadKey("meta_ads", i))) == 1 for i in ids)


def test_the_minutes_sync_sweeps_what_no_receiver_comes_back_for(town, tmp_path):
    ids = killed_with_leads_in_hand(town, tmp_path)
    town.vendors.meta.pages.clear()  # a poll would see nothing: only the inbox knows of them
    with wired(town, tmp_path, later=LATER) as wiring:
        sync(wiring)
        assert len(owned(town, ids)) == len(ids)
        assert wiring.store.inbox_counts()["meta_ads"].waiting == 0
