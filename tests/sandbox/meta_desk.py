"""A sandbox business behind real HTTP, and a plain client at it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.app import new_ground
from sandbox.meta.app import TOKEN, meta_app
from sandbox.meta.pages import MetaBusiness
from tests.sandbox.stage import Stage

PAGE, FORM, OTHER_FORM, AD = "138124712925158", "172036835026334", "172036835026999", "6023"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
QUESTIONS = (
    {"key": "email", "label": "Email", "type": "EMAIL"},
    {"key": "full_name", "label": "Full name", "type": "FULL_NAME"},
    {
        "key": "how_many_people",
        "label": "How many people?",
        "type": "CUSTOM",
        "options": [{"key": "few", "value": "1-10"}],
    },
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`get` sends the token; a parameter that is not text goes as JSON."""

    business: MetaBusiness
    http: httpx.Client
    url: str

    def get(self, path: str, **parameters: Any) -> tuple[int, Any]:
        response = self.send("GET", path, **parameters)
        return response.status_code, response.json()

    def send(self, method: str, path: str, **parameters: Any) -> httpx.Response:
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in parameters.items()}
        return self.http.request(method, path, params={"access_token": TOKEN, **texts})

    def lead(self, name: str, *, seconds: float = 0, **more: Any) -> str:
        """One lead, `seconds` after NOON."""
        said = [{"name": "full_name", "values": [name]}]
        at = NOON + timedelta(seconds=seconds)
        return self.business.add_lead(FORM, said, created=at, **more)

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The journal's entries of one kind: ids and detail."""
        entries = self.business.ground.journal.entries(event=event)
        return [{"ids": e.ids, **e.detail} for e in entries]


def error_of(answer: tuple[int, Any]) -> dict[str, Any]:
    """The error of an answer in the recorded envelope: HTTP 400 and these keys."""
    status, body = answer
    assert status == 400, body
    assert body.keys() == {"error"}
    error: dict[str, Any] = body["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= error.keys()
    return error


@contextmanager
def meta_desk(stage: Stage) -> Iterator[Desk]:
    """One page, two forms, one ad; the clock stands an hour after NOON."""
    business = MetaBusiness(new_ground("meta"))
    business.ground.clock.set(NOON + timedelta(hours=1))
    business.add_page(PAGE, "Example Ltd")
    business.add_form(PAGE, FORM, "Book a demo", QUESTIONS)
    business.add_form(PAGE, OTHER_FORM, "Precios", QUESTIONS[:1], locale="es_ES")
    business.add_ad(AD, "ad-1", campaign_id="8001", campaign_name="ent-2026")
    stage.app = meta_app(business)
    with httpx.Client(base_url=stage.url) as http:
        yield Desk(business=business, http=http, url=stage.url)


def ids(answer: tuple[int, Any]) -> list[str]:
    status, body = answer
    assert status == 200, body
    return [record["id"] for record in body["data"]]
