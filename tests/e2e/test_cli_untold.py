"""A channel that tells nobody says so: in the sync's stderr and in doctor, with why."""

import json
from collections import Counter

import pytest

from sandbox.chat import Chat, chat_app
from sandbox.serve import serve_in_thread
from sandbox.town import Town
from tests.e2e.town_case import quick_config

NOTIFY = """
notify:
  channels: {unset: E8_UNSET, odd: E8_ODD, busy: E8_BUSY, spare: E8_SPARE}
  everyone: [unset, odd, busy]
  younger_than: 366d
"""
NO_ADDRESS = "E8_ODD does not hold an address that Apprise knows"
TOO_MANY = "the message was not taken: it answered 429 Too Many Requests"


@pytest.fixture
def town():
    with Town.open(seed=21, leads=60) as opened:
        yield opened


@pytest.fixture
def environment():
    chat = Chat(refuse=1_000_000, status=429)
    with serve_in_thread(chat_app(chat)) as address:
        busy = f"{address.replace('http://', 'json://')}/busy"
        yield {
            "E8_UNSET": " ",
            "E8_ODD": "nonsense://secret",
            "E8_BUSY": busy,
            "E8_SPARE": "json://localhost/spare",
        }


def test_who_cannot_be_told_and_why(in_town, town, tmp_path, environment):
    config = quick_config(tmp_path / "config")
    (config / "notify.yaml").write_text(NOTIFY)

    def run(*words):
        return in_town(town, *words, "--config", config, environment=environment)

    ended = run("sync")
    assert ended.code == 0
    waits = Counter(line.split(" wait")[0] for line in ended.complaint.splitlines())
    ((count, times),) = waits.items()  # as many by each
    assert (times, count.startswith("firsttouch: notify: ")) == (3, True)
    for channel, why in (
        ("unset", "E8_UNSET is not set in the environment"),
        ("odd", NO_ADDRESS),
        ("busy", TOO_MANY),
    ):
        assert f" to be told by {channel}: {why}\n" in ended.err
    told = json.loads(run("doctor", "--source", "hubspot", "--json").out)
    found = {each["about"]: each["finding"] for each in told["notify"]}
    assert found["unset"].startswith("E8_UNSET is not set")
    assert found["odd"].startswith(NO_ADDRESS)
    assert found["busy"] == f"messages wait; the last failure: {TOO_MANY}"
    assert found["spare"] == "E8_SPARE is set"  # nobody was to be told by it yet
    busy, _, spare, _ = told["notifications"]
    assert busy.endswith(f"; the last failure: {TOO_MANY}")
    assert spare.startswith("spare: 0 told, 0 waiting")
    assert "secret" not in str(told["notify"])
