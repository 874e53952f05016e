"""`firsttouch reconcile`: exit codes, what is printed, JSON; and a vendor that does not answer."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import WEB_LEADS
from tests.e2e.witness import everything_ownerless

ALL = ("--since", "2026-01-01", "--until", (datetime.now(UTC) + timedelta(days=1)).isoformat())
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def town():
    with Town.open(seed=17, leads=60) as opened:
        yield opened


def taken_back(town) -> str:
    """A person puts an assigned lead back into the queue; its id."""
    record = next(r for r in town.world.records["salesforce"] if r.standing is Standing.WAITING)
    lead = town.ids[record.key]
    town.vendors.salesforce.person_sets_owner(lead, WEB_LEADS.salesforce)
    return str(lead)


def test_a_difference_is_told_then_repaired_then_gone(town, in_town):
    in_town(town, "sync")
    ended = in_town(town, "reconcile", *ALL)
    assert (ended.code, ended.err) == (0, "")
    assert "Everything is accounted for." in ended.out
    lead = taken_back(town)

    ended = in_town(town, "reconcile", *ALL)
    assert ended.code == 1
    assert f"salesforce:{lead}: decided, and nobody has it again" in ended.out
    assert "Nothing was changed." in ended.out

    ended = in_town(town, "reconcile", *ALL, "--fix", "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["remaining"] == 0
    assert [(each["record"], each["mended"]) for each in told["differences"]] == [
        (f"salesforce:{lead}", True)
    ]
    for counts in told["sources"].values():
        places = {k: v for k, v in counts.items() if k not in ("shown", "gone", "balanced")}
        ignored = sum(places.pop("ignored").values())
        assert counts["balanced"]
        assert counts["shown"] == sum(places.values()) + ignored

    in_town(town, "sync")
    assert everything_ownerless(town) == []
    assert in_town(town, "reconcile", *ALL).code == 0


def test_one_source_alone_and_a_vendor_that_does_not_answer(town, in_town):
    in_town(town, "sync")
    ended = in_town(town, "reconcile", *ALL, "--source", "hubspot", "--json")
    assert list(json.loads(ended.out)["sources"]) == ["hubspot"]
    away = {"FIRSTTOUCH_SALESFORCE_BASE_URL": NOWHERE}
    ended = in_town(town, "reconcile", *ALL, "--json", environment=away)
    assert ended.code == 1
    assert "salesforce" in ended.complaint
    assert set(json.loads(ended.out)["sources"]) == {
        *("hubspot", "meta_ads", "google_ads", "linkedin_ads")
    }
    ended = in_town(town, "reconcile", *ALL, "--source", "salesforce", environment=away)
    assert ended.code == 3


def test_what_came_just_now_is_not_looked_at_yet(store, town, in_town):
    lead = town.vendors.hubspot.add_contact({"email": "roe@example.com", "lifecyclestage": "lead"})
    ended = in_town(town, "reconcile", "--source", "hubspot", "--json")
    listed = [each["record"] for each in json.loads(ended.out)["differences"]]
    assert f"hubspot:{lead}" not in listed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "yesterday"), "--since"),
        (("--until", "soon"), "--until"),
        (("--since", "2026-11-02", "--until", "2026-11-01"), "not before --until"),
        (("--source", "sales"), "choose"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(store, town, in_town, words, said):
    ended = in_town(town, "reconcile", *words)
    assert ended.code == 2
    assert said in ended.complaint
