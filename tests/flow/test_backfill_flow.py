"""Backfills and undoing from their forms, on a temporary Prefect server."""

import asyncio
import json
from datetime import timedelta

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from flows.backfilling.flow import backfill
from flows.progress_bar import bar
from flows.undo_flow import undo
from sandbox.town import Town
from tests.e2e.backfill_case import BEGAN, SOON, older_config
from tests.e2e.town_case import empty_store
from tests.e2e.witness import owners_written
from tests.flow.form_case import artifact, filled
from tests.forgotten_sockets import prefect_forgets_to_close

# Seconds: Prefect's start and four runs take twenty, on a busy machine many times that.
pytestmark = pytest.mark.timeout(400)
DAYS = {
    "since": BEGAN.date().isoformat(),
    "until": (SOON - timedelta(days=1)).date().isoformat(),
}


@pytest.fixture
def town(prefect, tmp_path, monkeypatch):
    with Town.open(seed=41, leads=60) as opened:
        monkeypatch.setenv("FIRSTTOUCH_STORE", empty_store(tmp_path / "firsttouch.db"))
        monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(older_config(tmp_path / "config")))
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        yield opened


def test_what_a_form_showed_is_done_from_its_artifact_and_can_be_undone(town):
    kind, told = filled(backfill, source="hubspot", **DAYS)
    assert (kind, "would be given away; nothing was written" in told) == ("COMPLETED", True), told
    assert owners_written(town) == {}
    number = told.split()[1].rstrip(":")
    table = artifact(f"backfill-plan-{number}")
    rows = json.loads(table.data)
    assert all(row["owner"] and "](https://" in row["lead"] for row in rows)
    assert "@" not in table.data
    assert "outside intake: owned by a person" in table.description
    assert artifact("backfill-progress").data == 100.0
    _, told = filled(backfill, source="salesforce", plan=number, dry_run=False)
    assert told == f"plan {number} is of hubspot, not of salesforce: choose that"
    _, told = filled(backfill, source="hubspot", plan=number, policy_version="1", dry_run=False)
    assert f"plan {number} is decided by the policy then in force, not by version 1" in told
    assert owners_written(town) == {}
    _, told = filled(backfill, source="hubspot", plan=str(table.id), dry_run=False)
    assert f"{len(rows)} leads given as planned, 0 left alone" in told
    assert len(owners_written(town)) == len(rows)
    kind, told = filled(undo, run=number)
    assert (kind, f"{len(rows)} given back" in told) == ("COMPLETED", True)


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({}, "a plan needs both Since and Until"),
        ({"since": "2026-03-01", "until": "2026-02-01"}, "is not before until"),
        ({**DAYS, "dry_run": False}, "make one first, look at it, and say its number"),
        ({**DAYS, "policy_version": "the last"}, "'the last' is not the number of one"),
        ({"plan": "nothing"}, "there is no backfill 'nothing'"),
        ({**DAYS, "at_most": 0}, "choices.at_most"),
        ({**DAYS, "onlyunowned": False}, "choices.onlyunowned"),
    ],
)
def test_nonsense_in_a_form_is_refused_with_a_sentence(town, asked, complaint):
    kind, told = filled(backfill, source="hubspot", **asked)
    assert (kind, complaint in told) == ("FAILED", True), told
    assert owners_written(town) == {}


def test_the_bar_follows_what_is_done_and_ends_where_that_ends(prefect):
    done = [0.0]

    async def shown(wanted):
        while (await _bar()).data != wanted:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.1)

    @flow
    async def work():
        async with bar("a-bar", "at work", lambda: done[0]):
            for share in (0.25, 0.75):
                done[0] = share
                await shown(100.0 * share)
            done[0] = 1.0
        return (await _bar()).data

    async def _bar():
        async with get_client() as client:
            wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["a-bar"]))
            return (await client.read_artifacts(artifact_filter=wanted))[-1]

    with prefect_forgets_to_close():
        assert asyncio.run(work()) == 100.0
