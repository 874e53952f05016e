"""Caps for everybody: what an owner states goes over the default, cap by cap."""

from typing import Any

import pytest

from config.load import from_document
from leads.errors import ConfigError
from leads.keys import OwnerId, PoolName
from routing.policy import Cap, CapPer, Owner, Policy

DAY, WEEK = CapPer.DAY, CapPer.WEEK


def plan(defaults: dict[str, Any] | None, **ana: Any) -> Policy:
    document: dict[str, Any] = {
        "owners": [
            {"id": "ana", "name": "Ana", **ana},
            {"id": "desk", "name": "Desk", "kind": "queue"},
        ],
        "pools": {"team": {"members": ["ana"]}},
        "rules": [{"name": "all", "assign": "team"}],
        "fallback": {"assign": "desk", "sla": "day"},
        "sla": {"day": {"first_touch": "24h"}},
    }
    stated = document if defaults is None else {**document, "defaults": defaults}
    return from_document(stated).policy


def people(defaults: dict[str, Any] | None, **ana: Any) -> dict[OwnerId, Owner]:
    return dict(plan(defaults, **ana).owners)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (None, [Cap(per=DAY, most=8), Cap(per=WEEK, most=30)]),
        ({"day": 10}, [Cap(per=DAY, most=10), Cap(per=WEEK, most=30)]),
        ({"week": None}, [Cap(per=DAY, most=8)]),
        (
            {"pool": {"team": {"day": 2}}},
            [
                Cap(per=DAY, most=8),
                Cap(per=WEEK, most=30),
                Cap(per=DAY, most=2, pool=PoolName("team")),
            ],
        ),
    ],
)
def test_what_an_owner_states_goes_over_the_default(
    own: dict[str, Any] | None, expected: list[Cap]
):
    stated = {} if own is None else {"caps": own}
    found = people({"caps": {"day": 8, "week": 30}}, **stated)
    assert list(found[OwnerId("ana")].caps) == expected
    assert found[OwnerId("desk")].caps == ()


def test_caps_of_a_pool_go_over_the_default_of_that_pool():
    default = {"caps": {"pool": {"team": {"day": 2, "week": 5}}}}
    (ana, _) = people(default, caps={"pool": {"team": {"day": 3}}}).values()
    team = PoolName("team")
    assert ana.caps == (Cap(per=DAY, most=3, pool=team), Cap(per=WEEK, most=5, pool=team))


def test_open_leads_by_default():
    assert [each.max_open for each in people({"max_open": 40}).values()] == [40, None]
    assert [each.max_open for each in people({"max_open": 40}, max_open=5).values()] == [5, None]
    assert [each.max_open for each in people(None).values()] == [25, None]


def test_a_pool_there_is_not_is_told_once_and_where():
    with pytest.raises(ConfigError) as error:
        people({"caps": {"pool": {"tem": {"day": 2}}}})
    assert error.value.problems == [
        'defaults.caps.pool.tem: unknown pool "tem"; did you mean team?'
    ]


def test_another_default_is_another_policy():
    hashes = [plan(each).hash for each in (None, {"max_open": 30}, {"max_open": 31})]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize(
    ("stated", "own", "expected"),
    [
        (None, {}, "UTC"),
        ("Europe/Berlin", {}, "Europe/Berlin"),
        ("Europe/Berlin", {"timezone": "America/New_York"}, "America/New_York"),
    ],
)
def test_an_owner_works_in_the_configurations_time_zone_unless_one_is_stated(stated, own, expected):
    document = {
        "timezone": stated,
        "owners": [{"id": "ana", "name": "Ana", **own}],
        "pools": {"team": {"members": ["ana"]}},
        "rules": [{"name": "all", "assign": "team"}],
        "fallback": {"assign": "ana", "sla": "day"},
        "sla": {"day": {"first_touch": "24h"}},
    }
    assert from_document(document).policy.owners[OwnerId("ana")].timezone == expected
