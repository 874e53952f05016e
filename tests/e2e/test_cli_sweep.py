"""`firsttouch sweep`: what is printed, JSON, exit codes; and a CRM that does not answer."""

import json

import pytest

from sandbox.town import Town
from tests.e2e.witness import owners_written

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=11, leads=60) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _store_there(store):
    """A sweep makes none: that would be a slip in its name."""


def test_what_a_dry_run_lists_is_routed_and_then_nothing_is_left(town, in_town):
    ended = in_town(town, "sweep", "--dry-run", "--json", "--source", "salesforce")
    assert (ended.code, ended.err) == (0, "")
    listed = json.loads(ended.out)["crms"]
    assert owners_written(town) == {}
    assert listed["salesforce"]["routed"]

    ended = in_town(town, "sweep", "--json", "--source", "salesforce")
    assert (ended.code, ended.err) == (0, "")
    done = json.loads(ended.out)
    assert (done["skipped"], done["crms"]) == ("", listed)
    written = owners_written(town)
    assert written
    assert {f"salesforce:{key}" for key in written} <= set(listed["salesforce"]["routed"])
    assert {len(owners) for owners in written.values()} == {1}

    ended = in_town(town, "sweep", "--source", "salesforce")
    outside = len(listed["salesforce"]["outside"])
    assert ended.out.splitlines()[0] == (
        f"salesforce: 0 routed (0 of them decided before), {outside} outside the intake"
    )


def test_a_crm_that_does_not_answer_keeps_no_other_waiting(town, in_town):
    gone = {"FIRSTTOUCH_HUBSPOT_BASE_URL": NOWHERE}
    ended = in_town(town, "sweep", "--dry-run", "--json", environment=gone)
    assert ended.code == 1
    assert list(json.loads(ended.out)["crms"]) == ["salesforce"]
    assert "hubspot" in ended.complaint
    ended = in_town(town, "sweep", "--source", "hubspot", environment=gone)
    assert (ended.code, ended.out.strip()) == (3, "")
    assert "hubspot" in ended.complaint


def test_only_crms_are_swept(town, in_town):
    ended = in_town(town, "sweep", "--source", "meta_ads")
    assert ended.code == 2
    assert "--source meta_ads: only CRMs have owners to sweep for" in ended.complaint
