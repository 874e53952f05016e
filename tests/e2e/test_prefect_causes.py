"""Causes made for real, told by a real Prefect server to a webhook: once each, and their ends."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from flows.aging_flow import aging
from flows.daily_reconcile import reconcile_daily
from flows.prefect_server.automations import keep_automations
from flows.sync import sync
from sandbox.faults import FaultKind
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import WEB_LEADS
from store.model_rows import ModelState
from store.store import Store
from tests.contract.test_store_models import version
from tests.e2e.prefect_case import ON_A_SERVER, desk, server, until
from tests.e2e.town_case import quick_config
from tests.forgotten_sockets import prefect_forgets_to_close

pytestmark = ON_A_SERVER
KINDS = ("credentials: hubspot", "SLA breach: hot", "reconcile: salesforce", "model: ")
LONG_AGO = datetime.now(UTC) - timedelta(hours=3)


@pytest.fixture
def town():
    with Town.open(seed=23, leads=60) as opened:
        yield opened


@pytest.fixture
def file(town, tmp_path, monkeypatch):
    """The store's file; every flow of this process works in the town."""
    config = quick_config(tmp_path / "config")
    pools = config / "pools.yaml"
    document = yaml.safe_load(pools.read_text())
    next(iter(document["pools"].values()))["strategy"] = "best_match"
    pools.write_text(yaml.safe_dump({**document, "model": {"min_months": 6}}))
    environ = {
        **town.environment,
        "FIRSTTOUCH_CONFIG": str(config),
        "FIRSTTOUCH_STORE": f"sqlite:///{tmp_path}/firsttouch.db",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "firsttouch.db"


def _run(*flows):
    for flow in flows:
        asyncio.run(flow(return_state=True))


def _change(file, statement, *values):
    with closing(sqlite3.connect(file, timeout=30)) as store:
        store.execute(statement, values)
        store.commit()


def _stop_a_model(file):
    store = Store.open(f"sqlite:///{file}")
    number = store.add_model(version())
    store.set_model_state(
        number, ModelState.STOPPED, by="a test", why="drifted", now=datetime.now(UTC)
    )
    store.close()
    return number


def _take_it_back(file, number):
    store = Store.open(f"sqlite:///{file}")
    now = datetime.now(UTC)
    store.set_model_state(number, ModelState.ROLLED_BACK, by="a test", why="enough", now=now)
    store.close()


def _cause(town, file):
    town.faults["hubspot"].set_share(FaultKind.TOKEN_EXPIRED, 1.0)
    due = LONG_AGO.strftime("%Y-%m-%d %H:%M:%S.%f")
    _change(file, "UPDATE sla_clock SET due_at = ?, next_at = ? WHERE state = 'running'", due, due)
    record = next(r for r in town.world.records["salesforce"] if r.standing is Standing.WAITING)
    lead = town.ids[record.key]
    town.vendors.salesforce.person_sets_owner(lead, WEB_LEADS.salesforce)
    return _stop_a_model(file)


def _end(town, file, number):
    town.faults["hubspot"].clear()
    _take_it_back(file, number)
    past = LONG_AGO.strftime("%Y-%m-%d %H:%M:%S.%f")
    later = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S.%f")
    _change(file, "UPDATE sla_clock SET ended_at = ? WHERE state = 'breached'", past)
    _change(file, "UPDATE sla_clock SET due_at = ? WHERE state = 'running'", later)
    _change(file, "UPDATE alert SET seen_at = ?", past)


def _counts(told, start=""):
    return Counter(kind for _, body in told for kind in KINDS if body.startswith(start + kind))


def test_each_cause_is_told_once_and_so_is_its_end(town, file, tmp_path):
    once = dict.fromkeys(KINDS, 1)
    with (
        desk() as (address, told),
        server(tmp_path, {}) as prefect,
        temporary_settings({PREFECT_API_URL: prefect.api}),
        prefect_forgets_to_close(),
    ):
        Webhook(url=SecretStr(f"http://{address}/hook")).save("firsttouch-alerts-desk")
        with get_client(sync_client=True) as client:
            keep_automations(client, {})
        _run(sync)
        assert not _counts(told)
        number = _cause(town, file)
        _run(aging, reconcile_daily, sync, sync)
        until(lambda: _counts(told) == once)
        _end(town, file, number)
        _run(reconcile_daily, sync)
        until(lambda: _counts(told, "over: ") == once)
        assert _counts(told) == once, "the same cause is not told again"
