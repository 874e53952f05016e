"""The ten worked policies: each routes its leads as its folder says, and the guide quotes it."""

import csv
import json
import re

import pytest

from flows.checkout import CHECKOUT

FOLDER = CHECKOUT / "examples" / "policies"
GUIDE = CHECKOUT / "docs" / "policies.md"
POLICIES = sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_routes_its_leads_as_it_says(firsttouch, name):
    folder = FOLDER / name
    ended = firsttouch("simulate", folder / "leads.csv", "--config", folder, "--json")
    assert ended.code == 0, ended.err
    with (folder / "expected.csv").open() as file:
        expected = [(row["lead"], row["owner"], row["rule"]) for row in csv.DictReader(file)]
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [(row["lead"], row["owner"], row["rule"] or "") for row in rows] == expected


def test_a_full_team_has_a_lead_wait_and_the_reason_says_how_long(firsttouch):
    folder = FOLDER / "event-burst"
    ended = firsttouch("simulate", folder / "leads.csv", "--config", folder, "--json")
    fifth = next(r for r in map(json.loads, ended.out.splitlines()) if r["owner"] == "frank")
    assert "pool fair-team held it for 30 min and nobody of it could take it" in fifth["reason"]


def test_the_guide_tells_of_every_policy_in_its_own_words():
    quoted = re.findall(
        r"^```yaml policies/(\S+)\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL
    )
    assert sorted(name for name, _ in quoted) == POLICIES
    for name, text in quoted:
        assert text in (FOLDER / name / "routing.yaml").read_text()
