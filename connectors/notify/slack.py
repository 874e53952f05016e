"""
Slack's incoming webhooks: what is told, and what an answer means.

Apprise can post to them too, but tells neither Slack's word for what is wrong nor how long it asks
to be left alone. Bots, workflows and several rooms in one address are its business.
"""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from threading import Lock

import httpx

from connectors.http import Caller, Patience, retry_after, sort_status, tls
from connectors.pace import Pace, Timer
from leads.errors import TransientError
from leads.messages import Message

REAL_TIME = Timer()
_HOOKS = "https://hooks.slack.com"
_WEBHOOK = re.compile(
    r"(?:https://hooks\.slack\.com/services|slack://(?:[^@/]+@)?)/?"
    r"(?P<token>[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]+)"
    r"(?:/(?P<room>[#@]?[A-Za-z0-9_-]+))?/?(?:\?.*)?"
)
_OK = "ok"
_AT_ONCE, _SECONDS = 5, 5.0
"""Slack allows one a second, and more for a moment."""
_NEW = "make a new one and put its address into {variable}"
_WORDS: Mapping[str, str] = {
    "action_prohibited": "the workspace does not let it post there: ask who administers Slack",
    "channel_is_archived": f"its channel is archived: open that again, or {_NEW}",
    "channel_not_found": f"its channel is gone: {_NEW}",
    "invalid_payload": "it could not read the message, which is a fault of Firsttouch",
    "invalid_token": f"it does not know this webhook: {_NEW}",
    "no_service": f"the webhook was removed or switched off: {_NEW}",
    "no_team": f"the workspace is gone: {_NEW}",
    "posting_to_general_channel_denied": f"only some may post to that channel: {_NEW}",
    "rollup_error": "something went wrong there",
    "team_disabled": f"the workspace is gone: {_NEW}",
    "too_many_attachments": "it could not read the message, which is a fault of Firsttouch",
    "user_not_found": f"whom it was made for is gone: {_NEW}",
}
"""What Slack says in a word, and what to do; of another answer nothing is quoted."""


class SlackWebhooks:
    """Posts to any number of them, to each as often as Slack lets us: more is answered with 429."""

    def __init__(self, connector: str, base_url: str = "", timer: Timer = REAL_TIME) -> None:
        # At INFO httpx logs whole addresses, and whoever has such a one may post.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._connector, self._timer = connector, timer
        self._base_url = (base_url or _HOOKS).rstrip("/")
        # A message is tried again by the store's own clock, and not here.
        self._caller = Caller(connector, Patience(attempts=1))
        self._paces: dict[str, Pace] = {}
        self._lock = Lock()

    def knows(self, address: str) -> bool:
        return _WEBHOOK.fullmatch(address) is not None

    def post(self, channel: str, variable: str, address: str, message: Message) -> None:
        """Post once. Raises ConnectorError; RateLimited has the rest that is asked for."""
        found = _WEBHOOK.fullmatch(address)
        assert found is not None, "asked by `knows` first"
        self._pace(found["token"]).wait()
        where = f"{self._base_url}/services/{found['token']}"
        answer = self._caller.once(channel, lambda: _posted(where, _body(message, found["room"])))
        if answer.is_success and answer.text.strip() == _OK:
            return
        if answer.is_success:
            problem = f'{answer.status_code} came without Slack\'s "ok": from something in between'
            raise TransientError(self._connector, channel, problem)
        raise sort_status(
            answer.status_code,
            connector=self._connector,
            operation=channel,
            problem=_problem(answer, variable),
            headers=answer.headers,
        )

    def _pace(self, token: str) -> Pace:
        with self._lock:
            timer = self._timer
            pace = Pace(_AT_ONCE, _SECONDS, clock=timer.clock, sleep=timer.sleep)
            return self._paces.setdefault(token, pace)


def _posted(where: str, body: Mapping[str, str]) -> httpx.Response:
    return httpx.post(where, json=body, timeout=10.0, verify=tls())


def _problem(answer: httpx.Response, variable: str) -> str:
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = retry_after(answer.headers)
        asked = "" if seconds is None else f", and a rest of {seconds:,.0f} s"
        return f"Slack asks for fewer messages{asked}"
    word = answer.text.strip()
    if word in _WORDS:
        return f"Slack answered {word}: {_WORDS[word].format(variable=variable)}"
    return "Slack did not take the message"


def _body(message: Message, room: str | None) -> dict[str, str]:
    title, body = map(_plain, (message.title, message.body))
    named = {"channel": room if room[0] in "#@" else f"#{room}"} if room else {}
    return {"text": f"*{title}*\n{body}", **named}


def _plain(text: str) -> str:
    """What a lead typed is never markup: <!channel> in a name would call everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
