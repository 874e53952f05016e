"""Processes on one store keep HubSpot's limits together, without anybody having set that up."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from config.load import load
from connectors.shared_pace import file_slots
from flows.checkout import CHECKOUT
from flows.which_store import shared_folder
from flows.wiring import DEFAULT_CONFIG, build_source, shared_turns
from sandbox.hubspot.limits import RateLimits
from sandbox.town import Town
from tests.e2e.forks import begin_forked
from tests.e2e.pacing_sync import read_without_pause
from tests.postgres import new_store

SECONDS = 4
CODE = ("config", "connectors", "flows", "leads", "reports", "routing", "store", "tests")


def work(town: Town, store: str, folder: Path, workers: int) -> None:
    """Let so many workers in this checkout read HubSpot as fast as they may, all at once."""
    town.vendors.hubspot.limits = RateLimits()
    environ, words = {**os.environ, **town.environment}, (store, DEFAULT_CONFIG, SECONDS)
    forks = [
        begin_forked(read_without_pause, *words, environ=environ, folder=folder)
        for _ in range(workers)
    ]
    ended = [each.ended(60) for each in forks]
    assert [each.code for each in ended] == [0] * workers, ended


def work_apart(town: Town, store: str, checkouts: Sequence[Path]) -> None:
    """Let a worker in each checkout do so."""
    town.vendors.hubspot.limits = RateLimits()
    command = [sys.executable, "-m", "tests.e2e.pacing_sync", store, str(DEFAULT_CONFIG)]
    workers = [
        subprocess.Popen(
            [*command, str(SECONDS)], cwd=checkout, env={**os.environ, **town.environment}
        )
        for checkout in checkouts
    ]
    assert [worker.wait(timeout=60) for worker in workers] == [0] * len(checkouts)


def check_limits(town: Town) -> None:
    asked = town.journal.entries("hubspot", "request")
    searches = [entry for entry in asked if entry.detail["path"].endswith("/search")]
    assert {entry.detail["status"] for entry in asked} == {200}
    assert len(searches) >= SECONDS * 3, "the limit was never in play"


@pytest.fixture(scope="module")
def server_store(postgres_url: str) -> str:
    return new_store(postgres_url)


@pytest.mark.long
def test_three_workers_provoke_no_429(tmp_path):
    with Town.open(seed=3, leads=60) as town:
        work(town, f"sqlite:///{tmp_path}/firsttouch.db", tmp_path, 3)
        check_limits(town)


@pytest.mark.long
def test_two_machines_on_one_server_s_store_provoke_no_429(tmp_path, server_store):
    """A checkout each, so that no folder is theirs together: only the store is."""
    machines = [tmp_path / name for name in ("one", "other")]
    for machine in machines:
        for package in CODE:
            copytree(CHECKOUT / package, machine / package, ignore=ignore_patterns("*.db"))
    with Town.open(seed=3, leads=60) as town:
        work_apart(town, server_store, machines)
        check_limits(town)
    assert not any((machine / "var").exists() for machine in machines)


def test_a_server_s_store_is_where_turns_are_taken(server_store):
    with shared_turns(server_store) as shared:
        _, at = shared("a").take(1, 1000.0, lambda: 0.0)
    with shared_turns(server_store) as shared:
        _, after = shared("a").take(1, 1000.0, lambda: 0.0)
    assert (round(at / 1000), round(after / 1000)) == (0, 1)


def test_beside_the_store_or_under_var(tmp_path):
    assert shared_folder(f"sqlite:///{tmp_path}/store.db") == tmp_path.resolve()
    assert shared_folder("postgresql+psycopg://ft@db.example.com/ft") == CHECKOUT / "var"


def test_a_folder_that_is_named_is_the_one(tmp_path):
    named = {"hubspot": {"shared_pace": str(tmp_path / "named")}}
    configuration = replace(load(DEFAULT_CONFIG), connections=named)
    environ = {"FIRSTTOUCH_HUBSPOT_TOKEN": "pat-x"}
    elsewhere = file_slots(tmp_path / "elsewhere")
    build_source("hubspot", configuration, environ, shared=elsewhere).close()
    assert (tmp_path / "named" / "pace.sqlite").is_file()
    assert not (tmp_path / "elsewhere").exists()


def test_null_leaves_each_process_on_its_own(tmp_path):
    configuration = replace(load(DEFAULT_CONFIG), connections={"hubspot": {"shared_pace": None}})
    environ = {"FIRSTTOUCH_HUBSPOT_TOKEN": "pat-x"}
    elsewhere = file_slots(tmp_path / "elsewhere")
    build_source("hubspot", configuration, environ, shared=elsewhere).close()
    assert not (tmp_path / "elsewhere").exists()
