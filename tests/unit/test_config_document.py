"""The merged document: it can be kept and read again, and its hash says what routes."""

import json
from pathlib import Path

import pytest

from config.load import from_document, load
from leads.errors import ConfigError
from tests.unit.config_files import BASE, loaded, put, swapped

EXAMPLE = Path(__file__).parents[2] / "config" / "example"


@pytest.mark.parametrize("kept", ["as it is", "as JSON"])
def test_a_kept_document_gives_the_same_again(kept: str, tmp_path: Path):
    for directory in (EXAMPLE, put(tmp_path, base=BASE)):
        first = load(directory)
        document = json.loads(json.dumps(first.document)) if kept == "as JSON" else first.document
        again = from_document(document)

        assert again.policy == first.policy
        assert again.document == first.document
        assert again.sources == first.sources
        assert (again.connections, again.hold) == (first.connections, first.hold)


def test_a_reordered_document_decides_in_the_same_order(tmp_path: Path):
    first = loaded(tmp_path)
    upside_down = json.loads(json.dumps(first.document), object_pairs_hook=_reversed)

    again = from_document(upside_down)

    assert list(again.policy.territories) == list(first.policy.territories)
    assert [repr(rule.when) for rule in again.policy.rules] == [
        repr(rule.when) for rule in first.policy.rules
    ]


def _reversed(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return dict(reversed(pairs))


def test_the_hash_does_not_hang_on_comments_files_key_order_or_the_order_of_owners(tmp_path: Path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    head, rules, tail = _around_rules()
    put(one, base=BASE)
    put(two, zzz=f"# a comment\n{head}{tail}", aaa=rules.replace("smb\n", "smb   # why\n"))
    reordered = swapped("id: ben, name: Ben Okafor", "name: Ben Okafor, id: ben")
    moved = swapped(
        "owners:\n",
        "owners:\n  - {id: zoe, name: Zoe}\n",
    )
    moved_down = swapped("calendars:\n", "  - {id: zoe, name: Zoe}\ncalendars:\n")

    assert load(one).policy.hash == load(two).policy.hash
    assert load(put(one, base=reordered)).policy.hash == load(two).policy.hash
    first = load(put(one, base=moved)).policy.hash
    assert first == load(put(one, base=moved_down)).policy.hash
    assert first != load(two).policy.hash


def _around_rules() -> tuple[str, str, str]:
    head, rules, rest = BASE.partition("rules:\n")
    body, fallback, tail = rest.partition("fallback:")
    return head, rules + body, fallback + tail


def test_the_hash_is_short_hexadecimal(tmp_path: Path):
    found = loaded(tmp_path).policy.hash

    assert len(found) == 16
    int(found, 16)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{min: 200}", "{min: 201}"),
        ("{country: {is: present}}", "{country: {is: empty}}"),
        ("name: The rest", "name: The others"),
        ("assign: [smb, ben]", "assign: [ben, smb]"),
        ("seen_within: 1h", "seen_within: 2h"),
        ("max_open: 30", "max_open: 31"),
        ("timezone: Europe/Madrid", "timezone: Europe/Lisbon"),
        ("weight: 3", "weight: 4"),
        ("strategy: round_robin", "strategy: least_loaded"),
        ("15:00-18:00", "15:00-19:00"),
        ("holidays: ES", "holidays: PT"),
        ("country: [ES, PT]", "country: [ES]"),
        ("channel: google_ads", "channel: linkedin_ads"),
        ("first_touch: 15m", "first_touch: 16m"),
        ("max_reassign: 2", "max_reassign: 3"),
        ("fallback: {assign: desk", "fallback: {assign: ben"),
        ("steward: desk", "steward: ben"),
        ("USD: 0.92", "USD: 0.93"),
        ('hubspot: "4472"', 'hubspot: "4473"'),
        ("to: 2027-01-02", "to: 2027-01-03"),
        ('meta_ads: {destination: salesforce, defaults: {company: "[not given]"}}', ""),
    ],
)
def test_the_hash_follows_every_change_that_routes(old: str, new: str, tmp_path: Path):
    before = loaded(tmp_path).policy.hash

    assert load(put(tmp_path, base=swapped(old, new))).policy.hash != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("technolgy: technology", "technolgy: tech"),
        ("at_most: 2m", "at_most: 3m"),
        ('owners: ["queue:Web leads"]', 'owners: ["queue:Others"]'),
    ],
)
def test_the_hash_leaves_out_what_comes_before_routing(old: str, new: str, tmp_path: Path):
    before = loaded(tmp_path).policy.hash

    assert load(put(tmp_path, base=swapped(old, new))).policy.hash == before


def test_two_rules_exchanged_are_another_policy(tmp_path: Path):
    one = "[{name: A, assign: ana}, {name: B, assign: ben}]"
    two = "[{name: B, assign: ben}, {name: A, assign: ana}]"

    assert loaded(tmp_path, rules=one).policy.hash != loaded(tmp_path, rules=two).policy.hash


def test_problems_of_a_kept_document_name_the_key_alone(tmp_path: Path):
    document = {**loaded(tmp_path).document, "steward": "nobody"}

    with pytest.raises(ConfigError) as caught:
        from_document(document)

    assert caught.value.problems == ['steward: unknown owner "nobody"; known: ana, ben, desk']


def test_secrets_and_people_are_not_told(tmp_path: Path):
    bad = swapped("email: ana@example.com", "email: ana.ruiz(at)example.com").replace(
        "  salesforce: {intake", "  salesforce: {connection: {api_token: tok-123}, intake"
    )
    with pytest.raises(ConfigError) as caught:
        load(put(tmp_path, base=bad))

    assert "ana.ruiz" not in str(caught.value)
    assert "tok-123" not in str(caught.value)


def test_the_weight_of_opportunities_is_part_of_the_policy(tmp_path: Path):
    plain = loaded(tmp_path)
    weighed = loaded(tmp_path, workload="{opportunity: 0.5}")

    assert (plain.policy.opportunity_weight, weighed.policy.opportunity_weight) == (1.0, 0.5)
    assert plain.policy.hash != weighed.policy.hash
