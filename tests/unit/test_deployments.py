"""prefect.yaml, which Prefect's own command reads and so does ours: they must find the same."""

import re
import sys
from importlib.metadata import packages_distributions
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect.cli.deploy._models import PrefectYamlModel
from prefect.client.schemas.schedules import CronSchedule

from flows.checkout import CHECKOUT
from flows.prefect_server.api import DEPLOYMENT, NOW_CALLED
from flows.prefect_server.deployments import DECLARED, deployments


@pytest.fixture(scope="module")
def declared():
    return PrefectYamlModel.model_validate(yaml.safe_load(DECLARED.read_text())).deployments


@pytest.fixture(scope="module")
def served():
    return deployments("Europe/Madrid")


def test_each_is_served_as_it_is_declared(declared, served):
    found = [(each.name, each.description, each.tags, each.parameters) for each in served]
    wanted = [(each.name, each.description, each.tags, each.parameters) for each in declared]
    assert found == wanted


def test_schedules_are_in_the_time_zone_of_the_business(served):
    crons = [each.schedule for one in served for each in one.schedules]
    assert crons
    assert {each.timezone for each in crons if isinstance(each, CronSchedule)} == {"Europe/Madrid"}
    slugs = [[each.slug for each in one.schedules] for one in served]
    assert all(all(each) for each in slugs), "a schedule without a slug is a new one each time"


def test_their_own_time_zone_is_one(declared):
    zones = {told.timezone for each in declared for told in each.schedules or ()}
    assert [ZoneInfo(zone).key for zone in zones] == ["UTC"]


def test_a_name_is_given_once_and_workers_have_one_pool(declared, served):
    names = [each.full_name for each in served]
    assert len(set(names)) == len(names)
    assert DEPLOYMENT in names
    assert {each.work_pool.name for each in declared} == {"firsttouch"}


def test_each_is_told_from_the_others_by_its_own_name(declared):
    """Prefect's list of deployments has the flow's name below in grey: six were called `daily`."""
    names = [each.name for each in declared]
    assert len(set(names)) == len(names)


def test_what_people_read_names_those_that_there_are(declared):
    texts = [*(CHECKOUT / "docs").glob("*.md"), *(CHECKOUT / "automations").glob("*.yaml")]
    texts += [CHECKOUT / name for name in ("README.md", "compose.yaml", "prefect.yaml")]
    read = {path.name: path.read_text() for path in texts}
    assert [(name, old) for name, text in read.items() for old in NOW_CALLED if old in text] == []
    told = re.compile(r"deployments? `([a-z-]+)`(?: and `([a-z-]+)`)?")
    named = {each for text in read.values() for two in told.findall(text) for each in two if each}
    assert "prune-daily" in named
    assert named - {each.name for each in declared} == set()


def test_no_limit_of_prefects_keeps_syncs_apart(declared):
    """A slot outlives its process and would block every later minute: docs/adr/0003."""
    assert [each.name for each in declared if each.concurrency_limit] == []


def test_no_module_beside_a_flow_hides_one_of_that_name(declared):
    """Prefect looks in a flow's folder first: a `markdown.py` there was what Apprise imported."""
    folders = {(CHECKOUT / each.entrypoint.partition(":")[0]).parent for each in declared}
    names = {path.stem for folder in folders for path in folder.iterdir()}
    assert "sync" in names
    assert names & (sys.stdlib_module_names | packages_distributions().keys()) == set()
