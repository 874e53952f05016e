"""Reps and alerts by Slack, as it answers: what is tried again, left alone, and said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.notify.channels import Channels
from connectors.pace import Timer
from flows.notices import tell_pending
from flows.untold import untold_lines
from flows.watching.watch import tell
from sandbox.serve import serve_in_thread
from sandbox.slack import Answer, Slack, slack_app
from store.alert_rows import Cause
from tests.e2e.desk_case import office
from tests.e2e.test_aging_steps import deliver, plan

TOKEN = "T0EXAMPLE/B0EXAMPLE/abcdefghijkl"
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LEADS = 4
RESTS = Answer(status=429, headers={"Retry-After": "90"})


def hasty():
    """Time that is over as soon as it is waited for."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    return Timer(clock=lambda: passed[0], sleep=sleep)


@pytest.fixture
def slack():
    return Slack(tokens=frozenset({TOKEN}))


@pytest.fixture
def desk(tmp_path, slack):
    """Some leads have owners whom nobody has told yet."""
    document = plan()
    document["notify"]["alerts"] = ["chat"]
    with serve_in_thread(slack_app(slack)) as base, office(tmp_path, MONDAY, document) as opened:
        environ = {
            "FIRSTTOUCH_CHAT_URL": f"https://hooks.slack.com/services/{TOKEN}",
            "FIRSTTOUCH_SLACK_BASE_URL": base,
        }
        notifier = Channels({"chat": "FIRSTTOUCH_CHAT_URL"}, environ, hasty())
        opened.wiring = replace(opened.wiring, notifier=notifier)
        opened.bring(*range(1, LEADS + 1))
        opened.decide()
        deliver(opened)
        yield opened


def test_each_owner_is_told_once(desk, slack):
    assert tell_pending(desk.wiring) == []
    assert len(slack.posted) == LEADS
    assert all(each["text"].startswith("*New lead for ") for each in slack.posted)
    assert tell_pending(desk.wiring) == []
    assert slack.asked == LEADS


def test_a_channel_that_asks_for_a_rest_has_it_and_nobody_is_left_untold(desk, slack):
    slack.answers = [RESTS]
    assert tell_pending(desk.wiring) == []
    assert slack.asked == 1, "the others are not tried: each would be one more too many"
    (said,) = untold_lines(desk.wiring)
    assert said == (
        f"notify: {LEADS} messages wait to be told by chat: "
        "Slack asks for fewer messages, and a rest of 90 s (HTTP 429)"
    )
    desk.later(seconds=89)
    tell_pending(desk.wiring)
    assert slack.asked == 1
    desk.later(seconds=2)
    tell_pending(desk.wiring)
    assert len(slack.posted) == LEADS
    assert not any("(repeat)" in each["text"] for each in slack.posted)
    assert untold_lines(desk.wiring) == []


def test_what_was_never_tried_is_not_given_up(desk, slack):
    """However often the channel asks for a rest: only who asked has used up tries."""
    problems = []
    for _ in range(9):
        slack.answers = [RESTS]
        problems += tell_pending(desk.wiring)
        desk.later(hours=1)
    slack.answers = []
    problems += tell_pending(desk.wiring)
    assert len(problems) + len(slack.posted) == LEADS
    assert slack.posted


def test_a_webhook_that_was_removed_is_told_with_what_to_do(desk, slack):
    slack.tokens = frozenset()
    assert tell_pending(desk.wiring) == []
    (said,) = untold_lines(desk.wiring)
    assert "Slack answered no_service: the webhook was removed or switched off" in said
    assert "put its address into FIRSTTOUCH_CHAT_URL (HTTP 404)" in said
    slack.tokens = frozenset({TOKEN})
    desk.later(minutes=10)
    tell_pending(desk.wiring)
    assert len(slack.posted) == LEADS


def test_an_alert_that_slack_does_not_take_is_told_by_the_next_sync(desk, slack, caplog):
    store = desk.wiring.store
    cause = Cause(kind="silent", source="hubspot", text="hubspot has sent nothing")
    store.note_alerts([cause], {("silent", "hubspot")}, desk.now)
    slack.answers = [Answer(status=403, word="action_prohibited")]
    tell(desk.wiring, store.untold_alerts())
    assert "the workspace does not let it post there" in caplog.text
    assert len(store.untold_alerts()) == 1
    desk.later(minutes=1)
    tell(desk.wiring, store.untold_alerts())
    (said,) = slack.posted
    assert "hubspot has sent nothing" in said["text"]
    assert store.untold_alerts() == []
