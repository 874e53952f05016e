"""Changing a value in the YAML of a person: it reads as asked, and everything else is as it was."""

import pytest
import yaml

from config.edit_text import MemberWeight, OwnerCap, edited

CAP, WEIGHT = OwnerCap(owner="ana", max_open=31), MemberWeight(pool="team", owner="ana", weight=12)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("owners: [{id: ana, max_open: 25}] # all", "owners: [{id: ana, max_open: 31}] # all"),
        ("owners: [{id: ana, name: A}]", "owners: [{id: ana, max_open: 31, name: A}]"),
        (
            "owners:\n  - id: ana  # Ana\n    name: A\n  - id: ben\n",
            "owners:\n  - id: ana  # Ana\n    max_open: 31\n    name: A\n  - id: ben\n",
        ),
        ("owners:\n- id: ana", "owners:\n- id: ana\n  max_open: 31"),
        (
            "# ñ 🙂\nowners:\n- id: 'ana'\n  max_open: 7 # ü",
            "# ñ 🙂\nowners:\n- id: 'ana'\n  max_open: 31 # ü",
        ),
    ],
)
def test_a_cap(before, after):
    assert edited({"a.yaml": before}, [CAP]) == {"a.yaml": after}
    owners = yaml.safe_load(after)["owners"]
    assert next(each for each in owners if each["id"] == "ana")["max_open"] == 31


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "pools:\n  team: {members: [ana, ben]}  # x",
            "pools:\n  team: {members: [{owner: ana, weight: 12}, ben]}  # x",
        ),
        (
            "pools: {team: {members: [ben, {owner: ana, weight: 1}]}}",
            "pools: {team: {members: [ben, {owner: ana, weight: 12}]}}",
        ),
        (
            "pools:\n  team:\n    members:\n    - ana # she\n    - owner: ben",
            "pools:\n  team:\n    members:\n    - {owner: ana, weight: 12} # she\n    - owner: ben",
        ),
        (
            "pools:\n  team:\n    members:\n    - owner: ana\n  x: {members: []}",
            "pools:\n  team:\n    members:\n    - owner: ana\n      weight: 12\n  x: {members: []}",
        ),
    ],
)
def test_a_weight(before, after):
    assert edited({"p.yaml": before}, [WEIGHT]) == {"p.yaml": after}
    assert yaml.safe_load(after)


def test_several_at_once_in_several_files():
    files = {
        "a.yaml": "owners: [{id: ana, max_open: 25}, {id: ben, max_open: 9}]",
        "b.yaml": "pools: {team: {members: [ana, ben]}}",
        "c.yaml": "timezone: UTC\n",
    }
    more = OwnerCap(owner="ben", max_open=123), MemberWeight(pool="team", owner="ben", weight=7)
    assert edited(files, [CAP, WEIGHT, *more]) == {
        "a.yaml": "owners: [{id: ana, max_open: 31}, {id: ben, max_open: 123}]",
        "b.yaml": "pools: {team: {members: [{owner: ana, weight: 12}, {owner: ben, weight: 7}]}}",
    }


def test_lines_end_as_they_did():
    assert edited({"a": "owners:\r\n- id: ana\r\n"}, [CAP]) == {
        "a": "owners:\r\n- id: ana\r\n  max_open: 31\r\n"
    }


@pytest.mark.parametrize("text", ["", "- a list", "owners: {}", "pools: {team: {members: 3}}"])
def test_what_is_not_there_is_left_alone(text):
    assert edited({"a.yaml": text}, [CAP, WEIGHT]) == {}
