"""
Slack's incoming webhooks, as its public pages say that they answer.

A message that is taken is answered 200 with the text ok; one that is not, with a status and a word
in plain text (400 invalid_payload, 403 action_prohibited, 404 channel_not_found, 410
channel_is_archived, 500 rollup_error); too many with 429, Retry-After in seconds, and JSON.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

_BAD, _GONE, _TOO_MANY = 400, 404, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said instead of ok."""

    status: int
    word: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        if self.status == _TOO_MANY:
            body = {"ok": False, "error": "rate_limited"}
            return JSONResponse(body, self.status, headers=self.headers)
        return PlainTextResponse(self.word, self.status, headers=self.headers)


@dataclass(slots=True)
class Slack:
    """`tokens` are the webhooks there are; `answers` what the next posts get, in turn."""

    tokens: frozenset[str]
    posted: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    answers: list[Answer] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, token: str, body: bytes) -> Response:
        with self.lock:
            self.asked += 1
            if token not in self.tokens:
                return Answer(status=_GONE, word="no_service").response()
            if self.answers:
                return self.answers.pop(0).response()
            return self._keep(body)

    def _keep(self, body: bytes) -> Response:
        try:
            said = json.loads(body)
        except ValueError:
            said = None
        if not isinstance(said, dict) or not isinstance(said.get("text"), str):
            return Answer(status=_BAD, word="invalid_payload").response()
        self.posted.append(said)
        return PlainTextResponse("ok")


def slack_app(slack: Slack) -> Starlette:
    async def post(request: Request) -> Response:
        return slack.take(str(request.path_params["token"]), await request.body())

    return Starlette(routes=[Route("/services/{token:path}", post, methods=["POST"])])
