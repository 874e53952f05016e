"""Vendors call back: registered first, signed, again until they are taken, now and then twice."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.linkedin.business import CLIENT_SECRET
from sandbox.linkedin.webhooks import challenge_response
from sandbox.meta.hooks import VERIFY_TOKEN
from sandbox.serve import serve_in_thread
from sandbox.town import SERVED, Town

FAST = 1e9


@dataclass
class Receiver:
    """Somebody else's receiver: answers challenges, and the statuses it is told, then 200."""

    statuses: list[int] = field(default_factory=list)
    got: list[str] = field(default_factory=list)

    async def post(self, request: Request) -> Response:
        await request.body()
        self.got.append(request.path_params["door"])
        return Response(status_code=self.statuses.pop(0) if self.statuses else 204)

    async def get(self, request: Request) -> Response:
        query = request.query_params
        if query.get("hub.verify_token") == VERIFY_TOKEN:
            return PlainTextResponse(query["hub.challenge"])
        code = query.get("challengeCode", "")
        proof = challenge_response(code, CLIENT_SECRET)
        return JSONResponse({"challengeCode": code, "challengeResponse": proof})


@contextmanager
def served(receiver: Receiver) -> Iterator[str]:
    door = "/webhooks/{door}"
    routes = [Route(door, receiver.post, methods=["POST"]), Route(door, receiver.get)]
    with serve_in_thread(Starlette(routes=routes)) as url:
        yield url


@pytest.fixture
def town() -> Iterator[Town]:
    with Town.open(7, 60) as town:
        yield town


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def _told(town: Town, vendor: str) -> list[tuple[int, int]]:
    return [
        (entry.detail["attempt"], entry.detail["status"])
        for entry in town.journal.entries(vendor, "webhook")
    ]


# Of a receiver that is out of order four times: what each vendor makes of it.
PATIENCE = {
    "salesforce": [(0, 503)],
    "hubspot": [(0, 503), (1, 503), (2, 503), (3, 503), (4, 204)],
    "meta_ads": [(0, 503), (1, 503), (2, 503), (3, 503), (4, 204)],
    "google_ads": [(0, 503), (1, 503), (2, 503), (3, 503)],
    "linkedin_ads": [(0, 503), (1, 503), (2, 503), (3, 503)],
}


@pytest.mark.parametrize("vendor", SERVED)
def test_a_vendor_tries_as_often_as_it_does(town: Town, vendor: str) -> None:
    receiver = Receiver(statuses=[503] * 4)
    with served(receiver) as url:
        couriers = town.delivering(url, hurry=FAST, twice=0.0)
        until(lambda: couriers.registered == set(SERVED))
        town.life.lead_arrives(vendor)
        until(lambda: couriers.waiting == 0 and len(_told(town, vendor)) == len(PATIENCE[vendor]))
    assert _told(town, vendor) == PATIENCE[vendor]
    assert len(set(receiver.got)) == 1


def test_google_takes_a_4xx_for_an_answer_and_meta_does_not(town: Town) -> None:
    with served(Receiver(statuses=[400, 400])) as url:
        couriers = town.delivering(url, hurry=FAST, twice=0.0)
        until(lambda: couriers.registered == set(SERVED))
        town.life.lead_arrives("google_ads")
        until(lambda: _told(town, "google_ads") == [(0, 400)] and couriers.waiting == 0)
        town.life.lead_arrives("meta_ads")
        until(lambda: _told(town, "meta_ads") == [(0, 400), (1, 204)])


def test_the_pauses_are_the_vendors(town: Town) -> None:
    """A minute, 600 times shorter, is a tenth of a second."""
    with served(Receiver(statuses=[503])) as url:
        couriers = town.delivering(url, hurry=600, twice=0.0)
        until(lambda: couriers.registered == set(SERVED))
        began = time.monotonic()
        town.life.lead_arrives("hubspot")
        until(lambda: len(_told(town, "hubspot")) == 2)
    assert time.monotonic() - began >= 0.1


def test_what_was_taken_may_come_twice(town: Town) -> None:
    with served(Receiver()) as url:
        couriers = town.delivering(url, hurry=FAST, twice=1.0)
        until(lambda: couriers.registered == set(SERVED))
        for vendor in SERVED:
            town.life.lead_arrives(vendor)
        until(lambda: all(len(_told(town, vendor)) == 2 for vendor in SERVED))
        until(lambda: couriers.waiting == 0)
    assert all(len(_told(town, vendor)) == 2 for vendor in SERVED)


def test_nothing_is_sent_to_a_receiver_that_was_not_accepted(town: Town) -> None:
    async def stranger(_: Request) -> Response:
        return PlainTextResponse("hello")

    app = Starlette(routes=[Route("/webhooks/{door}", stranger, methods=["GET", "POST"])])
    with serve_in_thread(app) as url:
        couriers = town.delivering(url, hurry=FAST, twice=0.0)
        until(lambda: len(couriers.registered) == 3)
        for vendor in SERVED:
            town.life.lead_arrives(vendor)
        until(lambda: couriers.waiting == 0 and bool(_told(town, "google_ads")))
        assert couriers.registered == {"salesforce", "hubspot", "google_ads"}
        assert _told(town, "meta_ads") == _told(town, "linkedin_ads") == []


def test_a_receiver_that_is_not_there_yet_is_tried_until_it_is(town: Town) -> None:
    with served(Receiver()) as url:
        port = int(url.rpartition(":")[2])
    couriers = town.delivering(url, hurry=FAST)
    time.sleep(0.1)
    assert "meta_ads" not in couriers.registered
    receiver = Receiver()
    door = "/webhooks/{door}"
    routes = [Route(door, receiver.post, methods=["POST"]), Route(door, receiver.get)]
    with serve_in_thread(Starlette(routes=routes), port=port):
        until(lambda: couriers.registered == set(SERVED))
        town.life.lead_arrives("meta_ads")
        until(lambda: receiver.got[:1] == ["meta"])


def test_a_world_without_a_receiver_tells_nobody(town: Town) -> None:
    town.life.lead_arrives("meta_ads")
    assert town.journal.entries(event="webhook") == []
    with httpx.Client() as http:
        assert http.get(f"{town.addresses['meta_ads']}/").status_code == 200


def test_a_page_that_is_not_subscribed_is_not_told_of():
    with Town.open(7, 60) as town, served(receiver := Receiver()) as url:
        couriers = town.delivering(url, hurry=FAST, twice=0.0)
        until(lambda: "meta_ads" in couriers.registered)
        lead = next(iter(town.vendors.meta.leads))
        page = town.vendors.meta.forms[town.vendors.meta.leads[lead].form_id].page_id
        town.vendors.meta.subscribed[page] = frozenset()
        couriers.tell("meta_ads", lead)
        assert couriers.waiting == 0
        town.vendors.meta.subscribed[page] = frozenset({"leadgen"})
        couriers.tell("meta_ads", lead)
        until(lambda: couriers.waiting == 0)
        assert receiver.got == ["meta"]
