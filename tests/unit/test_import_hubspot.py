"""HubSpot's rotations as our rules and pools: branches in order, and what cannot be told."""

import json

import pytest
import yaml

from config.importing.ground import survey
from config.importing.translation import FILE, translate
from config.load import from_texts
from connectors.hubspot.workflow_users import by_user
from connectors.hubspot.workflows import read_workflows
from leads.decision import Standing
from leads.errors import ConfigError
from leads.record import CrmOwner
from routing.engine import Engine
from tests.builders import MONDAY, lead

NO_OWNER = {
    "property": "hubspot_owner_id",
    "filterType": "PROPERTY",
    "operation": {"operator": "IS_UNKNOWN", "operationType": "ALL_PROPERTY"},
}


def asks(name, operator, *values, kind="ENUMERATION", blank=False):
    return {
        "property": name,
        "filterType": "PROPERTY",
        "operation": {
            "operator": operator,
            "operationType": kind,
            "values": list(values),
            "includeObjectsWithNoValueSet": blank,
        },
    }


def all_of(*filters):
    inner = {"filterBranchType": "AND", "filters": list(filters), "filterBranches": []}
    return {"filterBranchType": "OR", "filters": [], "filterBranches": [inner]}


def to(action):
    return {"edgeType": "STANDARD", "nextActionId": action}


def step(number, kind, following=None, **fields):
    action = {"actionId": number, "type": "SINGLE_CONNECTION", "actionTypeId": kind}
    return {**action, "fields": fields, **({"connection": to(following)} if following else {})}


def rotate(number, *users, following=None, **more):
    fields = {"user_ids": list(users), "target_property": "hubspot_owner_id", **more}
    return step(number, "0-11", following, **fields)


def give(number, owner):
    value = {"staticValue": owner, "type": "STATIC_VALUE"}
    return step(number, "0-5", property_name="hubspot_owner_id", value=value)


def branch(number, *cases, default=None):
    listed = [{"filterBranch": when, "connection": to(action)} for when, action in cases]
    rest = {"defaultBranch": to(default)} if default else {}
    return {"actionId": number, "type": "LIST_BRANCH", "listBranches": listed, **rest}


def workflow(*actions, enrolled=None, **more):
    criteria = {"type": "LIST_BASED", "listFilterBranch": enrolled or all_of(NO_OWNER)}
    return {
        "name": "Rotation",
        "isEnabled": True,
        "objectTypeId": "0-1",
        "startActionId": "1",
        "actions": list(actions),
        "enrollmentCriteria": criteria,
        **more,
    }


def made(tmp_path, told):
    sheet = read_workflows(json.dumps(told).encode(), "flow.json", {})
    return translate([sheet], survey(tmp_path))


def rules(translation):
    return yaml.safe_load(translation.text)["rules"]


def takers(translation, *leads):
    """Whom each lead goes to: an owner or, of a rotation, whoever is its turn."""
    configuration = from_texts({FILE: translation.text})
    engine = Engine(configuration.policy)
    standing = Standing(open_leads={}, rotation={}, away={})
    decided = [engine.decide(each, standing, MONDAY) for each in leads]
    return [made.pool or made.owner if made.rule else None for made in decided]


SPAIN = all_of(asks("country", "IS_ANY_OF", "Spain"))
GERMANY = all_of(asks("country", "IS_ANY_OF", "Germany"))


def test_a_rotation_is_a_pool_of_users_whose_owner_ids_are_to_be_found(tmp_path):
    told = rotate("1", "11", "12", "13", overwrite_current_owner="true")
    translation = made(tmp_path, workflow(told))
    document = yaml.safe_load(translation.text)
    members = [f"hubspot-user-{n}" for n in (11, 12, 13)]
    assert document["pools"] == {"rotation-1": {"members": members, "strategy": "round_robin"}}
    assert document["rules"] == [{"name": "Rotation 1", "assign": "rotation-1"}]
    assert translation.to_complete[:3] == tuple(members)
    assert any("without an owner" in note for note in translation.notes)
    assert any("takes leads from their owners" in note for note in translation.notes)


def test_branches_are_rules_in_their_order_and_an_owner_is_known_by_id(tmp_path):
    (tmp_path / "owners.yaml").write_text("owners: [{id: ana, name: Ana, crm: {hubspot: '4471'}}]")
    told = workflow(
        branch("1", (SPAIN, "2"), (GERMANY, "3"), default="4"),
        rotate("2", "11", "12"),
        give("3", "4471"),
        rotate("4", "13"),
    )
    translation = made(tmp_path, told)
    assert rules(translation) == [
        {"name": "Rotation 1", "when": {"country": "ES"}, "assign": "rotation-1"},
        {"name": "Rotation 2", "when": {"country": "DE"}, "assign": "ana"},
        {"name": "Rotation 3", "assign": "hubspot-user-13"},
    ]
    assert translation.matched == ("ana",)


def test_who_a_branch_leaves_alone_does_not_fall_on_to_the_next(tmp_path):
    told = workflow(branch("1", (SPAIN, "2"), default="3"), step("2", "0-8"), rotate("3", "13"))
    translation = made(tmp_path, told)
    countries = [lead(1, country="ES"), lead(2, country="DE"), lead(3)]
    assert takers(translation, *countries) == [None, "hubspot-user-13", "hubspot-user-13"]


def test_a_nested_branch_asks_for_what_both_ask(tmp_path):
    large = all_of(asks("numemployees", "IS_GREATER_THAN", "200", kind="NUMBER"))
    told = workflow(
        branch("1", (SPAIN, "2"), default="4"),
        branch("2", (large, "3")),
        rotate("3", "11"),
        rotate("4", "12"),
    )
    some = [lead(1, country="ES", employees=500), lead(2, country="ES", employees=5), lead(3)]
    assert takers(made(tmp_path, told), *some) == ["hubspot-user-11", None, "hubspot-user-12"]


@pytest.mark.parametrize(
    ("filter_", "matching"),
    [
        (asks("jobtitle", "IS_NONE_OF", "CEO"), {"Clerk"}),
        (asks("jobtitle", "IS_NONE_OF", "CEO", blank=True), {"Clerk", None}),
        (asks("jobtitle", "IS_ANY_OF", "ceo", blank=True), {"CEO", None}),
        (asks("jobtitle", "IS_KNOWN", kind="ALL_PROPERTY"), {"CEO", "Clerk"}),
        (asks("jobtitle", "IS_UNKNOWN", kind="ALL_PROPERTY"), {None}),
        (asks("jobtitle", "CONTAINS", "ler", kind="STRING"), {"Clerk"}),
        (asks("jobtitle", "DOES_NOT_CONTAIN", "ler", kind="STRING", blank=True), {"CEO", None}),
    ],
)
def test_blanks_match_where_the_filter_says_so(tmp_path, filter_, matching):
    translation = made(tmp_path, workflow(rotate("1", "11"), enrolled=all_of(filter_)))
    titles = ["CEO", "Clerk", None]
    found = takers(translation, *(lead(n, job_title=each) for n, each in enumerate(titles)))
    assert {title for title, owner in zip(titles, found, strict=True) if owner} == matching


def test_one_of_several_checkboxes_is_enough(tmp_path):
    filter_ = asks("interests", "IS_ANY_OF", "gold")
    translation = made(tmp_path, workflow(rotate("1", "11"), enrolled=all_of(filter_)))
    some = [lead(n, custom={"interests": t}) for n, t in enumerate(["gold", "tin;gold", "golden"])]
    assert takers(translation, *some) == ["hubspot-user-11", "hubspot-user-11", None]
    assert any("custom.interests: interests" in note for note in translation.notes)


EVENT = {"type": "EVENT_BASED", "eventFilterBranches": []}
AFTER = asks("day", "IS_AFTER", kind="TIME_POINT")
ODD = {"filterBranchType": "ASSOCIATION", "filters": [], "filterBranches": []}
SET_COUNTRY = step("1", "0-5", "2", property_name="country", value={"staticValue": "ES"})


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (workflow(rotate("1", "11"), enrollmentCriteria=EVENT), "enrolled by EVENT_BASED"),
        (workflow(rotate("1", "11"), objectTypeId="0-3"), "objects of the kind 0-3"),
        (workflow(rotate("1", team_ids=["77"])), "the teams 77"),
        (workflow(rotate("1")), "among nobody"),
        (workflow(rotate("1", "11"), enrolled=ODD), "a filter of the kind ASSOCIATION"),
        (
            workflow(rotate("1", "11"), enrolled=all_of({"filterType": "IN_LIST", "listId": 1})),
            "a filter of the kind IN_LIST",
        ),
        (
            workflow(rotate("1", "11"), enrolled=all_of(asks("city", "ENDS_WITH", "x"))),
            "ENDS_WITH, which we do not know",
        ),
        (
            workflow(rotate("1", "11"), enrolled=all_of(AFTER)),
            "IS_AFTER of TIME_POINT",
        ),
        (workflow(rotate("1", "11"), enrolled=all_of()), "a filter with nothing in it"),
        (
            workflow(SET_COUNTRY, branch("2", (SPAIN, "3")), rotate("3", "11")),
            "set by the workflow itself",
        ),
        (workflow({"actionId": "1", "type": "AB_TEST_BRANCH"}), "AB_TEST_BRANCH is not followed"),
        (
            workflow(step("1", "0-1", "2"), step("2", "0-1", "1")),
            "runs in a circle",
        ),
    ],
)
def test_what_cannot_be_told_is_a_comment(tmp_path, told, why):
    catch_all = workflow(rotate("1", "99"), name="Rest")
    translation = made(tmp_path, {"results": [told, catch_all]})
    [refused] = translation.refused
    assert why in "; ".join(refused.why)
    assert refused.place.startswith("flow.json: workflow Rotation, action")
    assert [rule["name"] for rule in rules(translation)] == ["Rest 1"]


def test_an_owner_set_twice_on_one_way_is_not_guessed_at(tmp_path):
    translation = made(tmp_path, workflow(rotate("1", "11", following="2"), rotate("2", "12")))
    [refused] = translation.refused
    assert "more than once" in refused.why[0]
    assert [rule["assign"] for rule in rules(translation)] == ["hubspot-user-11"]


def test_a_workflow_that_is_off_is_left_out_and_said(tmp_path):
    off = workflow(rotate("1", "11"), isEnabled=False, name="Old")
    translation = made(tmp_path, [off, workflow(rotate("1", "12"))])
    assert translation.rules == 1
    assert "flow.json: workflow Old: it is switched off: left out" in translation.notes


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "not readable as JSON"),
        (b"[" * 100_000, "not readable as JSON"),
        (b"[]", "no workflow"),
        (b'{"a": 1}', "no workflow"),
        (b"[1]", "no workflow"),
        (
            b'[{"id": "1", "actions": []}, {"id": "2", "name": "B"}]',
            "workflow B has no list of act",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(content, problem):
    with pytest.raises(ConfigError, match=problem):
        read_workflows(content, "flow.json", {})


def test_a_user_who_came_back_is_the_owner_who_is_active():
    """Somebody who left and was invited again is two owners of one user."""
    gone, back = (
        CrmOwner(
            crm_id=number, name="Ana", email=None, is_active=active, is_queue=False, user_id="11"
        )
        for number, active in (("1", False), ("2", True))
    )
    desk = CrmOwner(crm_id="3", name="Desk", email=None, is_active=True, is_queue=True)
    for owners in ([gone, back, desk], [desk, back, gone]):
        assert by_user(owners) == {"11": back}
