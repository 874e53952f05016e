"""Processes on one store keep HubSpot's limits together, without anybody having set that up."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from config.load import load
from flows.wiring import CHECKOUT, DEFAULT_CONFIG, build_source, shared_folder
from sandbox.hubspot.limits import RateLimits
from sandbox.town import Town

WORKERS = 3
SECONDS = 4


@pytest.mark.long
def test_three_workers_provoke_no_429(tmp_path):
    store = f"sqlite:///{tmp_path}/firsttouch.db"
    with Town.open(seed=3, leads=60) as town:
        town.vendors.hubspot.limits = RateLimits()
        command = [sys.executable, "-m", "tests.e2e.pacing_sync", store, str(DEFAULT_CONFIG)]
        workers = [
            subprocess.Popen(
                [*command, str(SECONDS)], cwd=CHECKOUT, env={**os.environ, **town.environment}
            )
            for _ in range(WORKERS)
        ]
        assert [worker.wait(timeout=60) for worker in workers] == [0] * WORKERS
        asked = town.journal.entries("hubspot", "request")
        searches = [entry for entry in asked if entry.detail["path"].endswith("/search")]
        assert {entry.detail["status"] for entry in asked} == {200}
        assert len(searches) >= SECONDS * 3, "the limit was never in play"


def test_beside_the_store_or_under_var(tmp_path):
    assert shared_folder(f"sqlite:///{tmp_path}/store.db") == tmp_path.resolve()
    assert shared_folder("postgresql+psycopg://ft@db.example.com/ft") == CHECKOUT / "var"


def test_a_folder_that_is_named_is_the_one(tmp_path):
    named = {"hubspot": {"shared_pace": str(tmp_path / "named")}}
    configuration = replace(load(DEFAULT_CONFIG), connections=named)
    environ = {"FIRSTTOUCH_HUBSPOT_TOKEN": "pat-x"}
    build_source("hubspot", configuration, environ, shared=Path("/nowhere")).close()
    assert (tmp_path / "named" / "pace.sqlite").is_file()
