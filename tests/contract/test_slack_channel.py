"""What is told by Slack's incoming webhooks, over HTTP: each of its answers, and what is said."""

import pytest

from connectors.notify.channels import Channels
from connectors.pace import Timer
from leads.errors import ConnectorError, ContractError, RateLimited, TransientError
from leads.messages import Message
from sandbox.serve import serve_in_thread
from sandbox.slack import Answer, Slack, slack_app

TOKEN = "T0EXAMPLE/B0EXAMPLE/abcdefghijkl"
HERE = f"https://hooks.slack.com/services/{TOKEN}"
MESSAGE = Message(
    title="New lead for Ana: Núñez & <!channel>", body="Be in touch\nhttps://x.example/1?a=1&b=2"
)


@pytest.fixture
def slack():
    return Slack(tokens=frozenset({TOKEN}))


@pytest.fixture
def base(slack):
    with serve_in_thread(slack_app(slack)) as address:
        yield address


def tell(base, address=HERE):
    environ = {"URL": address, "FIRSTTOUCH_SLACK_BASE_URL": base}
    Channels({"sales": "URL"}, environ).tell("sales", MESSAGE)


def refused(base, slack, answer, address=HERE):
    slack.answers = [answer]
    with pytest.raises(ConnectorError) as caught:
        tell(base, address)
    assert slack.posted == []
    assert slack.asked == 1, "the store tries again, by its own clock"
    assert "abcdefghijkl" not in f"{caught.value}", "whoever has the address may post"
    return caught.value


@pytest.mark.parametrize("address", [HERE, f"slack://{TOKEN}", f"slack://bot@{TOKEN}/?image=no"])
def test_a_message_is_taken_as_text_in_which_nothing_is_markup(base, slack, address):
    tell(base, address)
    (said,) = slack.posted
    assert said == {
        "text": "*New lead for Ana: Núñez &amp; &lt;!channel&gt;*\n"
        "Be in touch\nhttps://x.example/1?a=1&amp;b=2"
    }


def test_a_room_in_the_address_is_named(base, slack):
    tell(base, f"slack://{TOKEN}/#sales")
    tell(base, f"slack://{TOKEN}/sales")
    assert [each["channel"] for each in slack.posted] == ["#sales", "#sales"]


@pytest.mark.parametrize(
    ("status", "word", "says"),
    [
        (400, "invalid_payload", "a fault of Firsttouch"),
        (403, "action_prohibited", "ask who administers Slack"),
        (403, "invalid_token", "make a new one and put its address into URL"),
        (404, "channel_not_found", "make a new one and put its address into URL"),
        (404, "no_service", "the webhook was removed or switched off"),
        (410, "channel_is_archived", "open that again"),
    ],
)
def test_what_a_person_has_to_mend_is_said_with_what_to_do(base, slack, status, word, says):
    error = refused(base, slack, Answer(status=status, word=word))
    assert not isinstance(error, TransientError)
    assert f"Slack answered {word}" in error.problem
    assert says in error.problem
    assert f"(HTTP {status})" in error.problem


def test_a_webhook_that_was_removed_there(base, slack):
    with pytest.raises(ContractError, match="the webhook was removed or switched off"):
        tell(base, HERE.replace("T0", "T9"))
    assert slack.posted == []


def test_too_many_says_how_long_to_leave_it_alone(base, slack):
    error = refused(base, slack, Answer(status=429, headers={"Retry-After": "30"}))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 30.0
    assert error.problem == "Slack asks for fewer messages, and a rest of 30 s (HTTP 429)"


@pytest.mark.parametrize("status", [500, 503])
def test_what_may_pass_is_tried_again(base, slack, status):
    error = refused(base, slack, Answer(status=status, word="rollup_error"))
    assert isinstance(error, TransientError)
    assert "Slack answered rollup_error" in error.problem


def test_a_page_of_something_in_between_is_no_ok_and_is_not_quoted(base, slack):
    error = refused(base, slack, Answer(status=200, word="<html>Sign in, ana@example.com</html>"))
    assert isinstance(error, TransientError)
    assert "something in between" in error.problem
    error = str(error)
    assert "ana@" not in error


def test_nobody_listening_says_so_without_the_address(slack):
    with pytest.raises(TransientError, match="cannot be reached") as caught:
        tell("http://127.0.0.1:9")
    assert "abcdefghijkl" not in str(caught.value)


def test_messages_go_no_faster_than_slack_allows(base, slack):
    waits = []
    passed = [0.0]

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        passed[0] += seconds

    timer = Timer(clock=lambda: passed[0], sleep=sleep)
    environ = {"URL": HERE, "OTHER": f"slack://{TOKEN}", "FIRSTTOUCH_SLACK_BASE_URL": base}
    channels = Channels({"sales": "URL", "ops": "OTHER"}, environ, timer)
    for number in range(12):
        channels.tell(("sales", "ops")[number % 2], MESSAGE)
    assert len(slack.posted) == 12
    assert sum(waits) == pytest.approx(10.0), "five at once, of the webhook whatever its channel"


def test_its_address_is_known_without_asking(base, slack):
    channels = Channels({"sales": "URL", "bot": "BOT"}, {"URL": HERE, "BOT": "slack://xo-1-2"})
    assert channels.flaw("sales") == ""
    assert "does not hold an address that Apprise knows" in channels.flaw("bot")
    assert slack.asked == 0
