"""Simulating, reading again what was set aside, and the sweep, as flows of Prefect."""

import asyncio
import json
from shutil import copytree

import pytest

from flows.daily_sweep import sweep_daily
from flows.in_force import Stance
from flows.replay_flow import replay_rejects
from flows.simulating.flow import simulate_leads
from flows.tick import new_run, sync_all
from flows.wiring import open_wiring
from sandbox.town import Town
from tests.e2e.town_case import empty_store, quick_config
from tests.flow.form_case import artifact, filled
from tests.forgotten_sockets import prefect_forgets_to_close

pytestmark = pytest.mark.timeout(400)
LEADS = "id,email,country,employees\n1,a@example.com,ES,900\n2,b@example.com,BR,5\n3,,,\n"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A town whose first sync is over, and what points us at it."""
    folder = tmp_path_factory.mktemp("on-demand")
    with Town.open(seed=23, leads=60) as opened, pytest.MonkeyPatch.context() as environ:
        environ.setenv("FIRSTTOUCH_STORE", empty_store(folder / "firsttouch.db"))
        environ.setenv("FIRSTTOUCH_CONFIG", str(quick_config(folder / "config")))
        for name, value in opened.environment.items():
            environ.setenv(name, value)
        with open_wiring(stance=Stance.PUTS) as wiring:
            sync_all(wiring, list(wiring.sources), new_run())
        yield folder


def test_a_change_of_the_rules_is_compared_on_the_leads_that_were_decided(prefect, town):
    changed = copytree(town / "config", town / "changed")
    rule = "{name: Everybody, assign: asia-pacific, sla: standard}"
    (changed / "rules.yaml").write_text(f"rules: [{rule}]\n")
    kind, told = filled(simulate_leads, against=str(changed))
    assert kind == "COMPLETED", told
    assert "would go to somebody else" in told
    page = artifact("simulation")
    assert page.description == told
    assert "# config → changed" in page.data
    assert "## Leads that move" in page.data
    assert "@" not in page.data


def test_a_file_of_leads_is_decided_by_the_rules_in_force(prefect, town):
    (town / "leads.csv").write_text(LEADS)
    kind, told = filled(simulate_leads, file=str(town / "leads.csv"))
    assert (kind, told.startswith("3 leads to ")) == ("COMPLETED", True), told
    page = artifact("simulation").data
    assert "| 2 |" in page
    assert "Set aside for the data steward" in page
    assert "@" not in page


def test_what_still_cannot_be_read_is_listed_with_its_reason(prefect, town):
    kind, told = filled(replay_rejects)
    assert kind == "COMPLETED", told
    rows = json.loads(artifact("rejects").data)
    still = [row for row in rows if row["now"] != "can be read"]
    assert told.startswith(f"{len(rows) - len(still)} of {len(rows)} can be read now")
    assert still
    assert {row["now"] for row in still} == {"as before"}, "nobody mended anything"
    assert "@" not in json.dumps(rows)
    _, told = filled(replay_rejects, at_most=1)
    assert told.startswith("0 of 1 can be read now")


@pytest.mark.parametrize(
    ("of", "asked", "complaint"),
    [
        (simulate_leads, {}, "nothing to find out"),
        (simulate_leads, {"against": "nowhere"}, "Other configuration: nowhere is no folder"),
        (simulate_leads, {"file": "gone.csv"}, "gone.csv"),
        (simulate_leads, {"days": 0, "against": "."}, "choices.days"),
        (simulate_leads, {"agianst": "."}, "choices.agianst"),
        (replay_rejects, {"source": "csv_file"}, "source 'csv_file' is not configured"),
        (replay_rejects, {"source": "zoho"}, "choices.source"),
        (replay_rejects, {"at_most": 0}, "choices.at_most"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(prefect, town, of, asked, complaint):
    kind, told = filled(of, **asked)
    assert (kind, complaint in told) == ("FAILED", True), told


def test_the_sweep_leaves_what_it_came_to_in_its_artifact(prefect, town):
    async def once():
        return await sweep_daily(return_state=True)

    with prefect_forgets_to_close():
        state = asyncio.run(once())
    assert state.type.value == "COMPLETED", state.message
    page = artifact("sweep").data
    lines = [line.removeprefix("- ") for line in page.splitlines()]
    crms = [line for line in lines if " routed (" in line]
    assert sorted(line.partition(":")[0] for line in crms) == ["hubspot", "salesforce"]
    assert all(line in state.message for line in crms)
    assert any(line.startswith("outside: ") for line in lines), page
    assert "@" not in page
