"""The section `matching`: what it says, and what is said about a broken one."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.load import load
from leads.errors import ConfigError
from leads.keys import OwnerId
from leads.matches import AccountBy, MatchSettings, NamedAccount, SameBy, Tie
from tests.unit.config_files import BASE

STATED = """
matching:
  same_person: [phone, email]
  account: [domain]
  alike: 0.9
  ties: [newest]
  named_accounts: [{owner: ana, accounts: [Acme GmbH, globex.example]}]
  free_mail: [ISP.example]
  refresh: 30m
"""


def read(folder: Path, more: str = ""):
    (folder / "base.yaml").write_text(BASE + more)
    return load(folder)


def test_what_is_stated_is_in_the_policy(tmp_path):
    configuration = read(tmp_path, STATED)
    assert configuration.policy.matching == MatchSettings(
        same_person=(SameBy.PHONE, SameBy.EMAIL),
        account=(AccountBy.DOMAIN,),
        alike=0.9,
        ties=(Tie.NEWEST,),
        named=(
            NamedAccount(owner=OwnerId("ana"), name="Acme GmbH"),
            NamedAccount(owner=OwnerId("ana"), name="globex.example"),
        ),
        free_mail=frozenset({"isp.example"}),
    )
    assert configuration.mirror_every == timedelta(minutes=30)


def test_it_is_part_of_what_a_decision_depends_on_and_may_be_left_out(tmp_path):
    usual = read(tmp_path)
    assert usual.policy.matching == MatchSettings()
    assert read(tmp_path, STATED).policy.hash != usual.policy.hash


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("same_person: [mail]", "matching.same_person[0]"),
        ("same_person: [email, email]", "stands there twice"),
        ("ties: [oldst]", 'matching.ties[0]: unknown word "oldst"; did you mean oldest?'),
        (
            "ties: [bogus]",
            'unknown word "bogus"; known: known_owner, name, newest, oldest, same_crm',
        ),
        (
            "ties: [1]",
            "ties[0]: expected one of known_owner, same_crm, name, oldest, newest, found",
        ),
        ("alike: 1.5", "matching.alike"),
        ("named_accounts: [{owner: ann, accounts: [Acme]}]", "unknown owner"),
        ("named_accounts: [{owner: ana, accounts: ['!!!']}]", "no company's name"),
        (
            "named_accounts: [{owner: ana, accounts: [Acme]}, {owner: ben, accounts: [ACME Inc]}]",
            "is ana's already",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, broken, said):
    with pytest.raises(ConfigError) as error:
        read(tmp_path, f"\nmatching:\n  {broken}\n")
    assert said in str(error.value)
    assert "base.yaml:" in str(error.value)
