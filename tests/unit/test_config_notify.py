"""Who is told: every name is checked, and no address with a token stands in a file."""

from datetime import timedelta
from pathlib import Path

import pytest

from leads.errors import ConfigError
from tests.unit.config_files import loaded

GOOD = """
  channels: {sales: FIRSTTOUCH_SLACK_URL}
  owners: {ana: [sales]}
  pools: {smb: [sales]}
  everyone: [sales]
  crm_task: true
  record_url: {salesforce: "https://acme.example.com/{id}"}"""


def test_a_section_that_is_right(tmp_path: Path):
    notify = loaded(tmp_path, notify=GOOD).notify
    assert notify is not None
    assert notify.channels == {"sales": "FIRSTTOUCH_SLACK_URL"}
    assert (notify.crm_task, notify.younger_than) == (True, timedelta(days=1))


def test_without_the_section_nobody_is_told(tmp_path: Path):
    assert loaded(tmp_path).notify is None


def test_who_is_told_is_no_part_of_the_policy(tmp_path: Path):
    before = loaded(tmp_path).policy.hash
    assert loaded(tmp_path, notify=GOOD).policy.hash == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("FIRSTTOUCH_SLACK_URL", "slack://T/O/K", "holds a token, and has no place in a file"),
        ("owners: {ana: [sales]}", "owners: {anna: [sales]}", "did you mean ana?"),
        ("owners: {ana: [sales]}", "owners: {ana: [slaes]}", "did you mean sales?"),
        ("pools: {smb", "pools: {smbs", "did you mean smb?"),
        ("everyone: [sales]", "everyone: [mail]", "notify.everyone[0]: unknown channel"),
        ("/{id}", "/", "write an address with {id}"),
        ("{salesforce:", "{salesforc:", "did you mean salesforce?"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, said: str):
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, notify=GOOD.replace(old, new))
    assert said in str(caught.value)
