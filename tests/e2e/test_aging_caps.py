"""Nobody whom an SLA names for late leads is brought over their cap by it."""

from collections import Counter

import pytest

from flows.aging_steps import Did
from tests.e2e.desk_case import office
from tests.e2e.test_aging_pause import all_late
from tests.e2e.test_aging_steps import MONDAY, PEOPLE, act, deliver, plan


def capped(name, most, **sla):
    document = plan(**sla)
    for each in document["owners"]:
        if each["id"] == name:
            each["max_open"] = most
    return document


def given(steps):
    return Counter(each.now_with for each in steps if each.did is Did.MOVED)


@pytest.mark.parametrize(("asked", "named"), [("manager", "mia"), ("backup", "sub")])
def test_who_stands_in_has_so_many_and_the_rules_give_the_others(tmp_path, asked, named):
    with office(tmp_path, MONDAY, capped(named, 4, on_breach=asked)) as desk:
        all_late(desk, 6)
        found = given(act(desk))
        assert found[named] == 4
        assert sum(found.values()) == 6
        assert found.keys() <= {named, *PEOPLE}
        deliver(desk)
        desk.later(minutes=20)
        assert given(act(desk))[named] == 0, "what was given in an earlier look counts"


@pytest.mark.parametrize(("asked", "named"), [("manager", "mia"), ("backup", "sub")])
@pytest.mark.parametrize("per", ["hour", "day", "week"])
def test_caps_of_a_period_hold_for_who_stands_in(tmp_path, asked, named, per):
    document = capped(named, 99, on_breach=asked)
    for each in document["owners"]:
        if each["id"] == named:
            each["caps"] = {per: 2}
    with office(tmp_path, MONDAY, document) as desk:
        all_late(desk, 4)
        found = given(act(desk))
        assert (found[named], sum(found.values())) == (2, 4)
        deliver(desk)
        desk.later(minutes=20)
        assert given(act(desk))[named] == 0, "what was given in an earlier look counts"


def test_caps_of_what_a_pool_gives_are_no_caps_of_what_an_sla_gives(tmp_path):
    document = capped("mia", 99, on_breach="manager")
    document["pools"]["few"] = {"members": ["mia"]}
    by_few = {"name": "few", "when": {"country": "JP"}, "assign": "few", "sla": "standard"}
    document["rules"].insert(0, by_few)
    for each in document["owners"]:
        if each["id"] == "mia":
            each["caps"] = {"pool": {"few": {"day": 1}}}
    with office(tmp_path, MONDAY, document) as desk:
        desk.bring(9, country="JP")
        assert desk.decide() == {9: "mia"}
        all_late(desk, 3)
        assert given(act(desk))["mia"] == 3


@pytest.mark.parametrize("sort", ["paid", "plain"])
def test_caps_of_a_segment_count_what_an_sla_gives(tmp_path, sort):
    """A segment that hangs on the account, which no rule looked at when the SLA gave the lead."""
    document = capped("mia", 99, on_breach="manager") | {
        "matching": {"named_accounts": [{"owner": "sub", "accounts": ["Acme"]}]},
        "segments": {"paid": {"channel": "ads", "account_owner": {"is": "present"}}},
    }
    by_mia = {"name": "japan", "when": {"country": "JP"}, "assign": "mia", "sla": "standard"}
    document["rules"].insert(0, by_mia)
    for each in document["owners"]:
        if each["id"] == "mia":
            each["caps"] = {"segment": {"paid": {"day": 2}}}
    of = {"channel": {"paid": "ads", "plain": "web"}[sort], "company": "Acme"}
    with office(tmp_path, MONDAY, document) as desk:
        all_late(desk, 3, **of)
        assert given(act(desk))["mia"] == {"paid": 2, "plain": 3}[sort]
        desk.bring(9, country="JP", channel="ads", company="Acme")
        assert desk.decide() == {9: {"paid": "desk", "plain": "mia"}[sort]}


def test_where_an_sla_ends_is_passed_over_at_the_cap_for_the_fallback(tmp_path):
    document = capped("mia", 2, max_reassign=0, then={"assign": "mia"})
    with office(tmp_path, MONDAY, document) as desk:
        all_late(desk, 3)
        steps = act(desk)
        assert given(steps) == {"mia": 2, "desk": 1}
        (last,) = [each for each in steps if each.now_with == "desk"]
        assert "as Mia, with whom its SLA ends, is at the cap" in last.why


def test_who_has_the_fallback_is_never_full(tmp_path):
    document = capped("mia", 1, on_breach="manager")
    document |= {"fallback": {"assign": "mia", "sla": "standard"}}
    with office(tmp_path, MONDAY, document) as desk:
        all_late(desk, 3)
        assert given(act(desk)) == {"mia": 3}
