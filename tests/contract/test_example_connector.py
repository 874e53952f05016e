"""The example of docs/add-a-connector.md does what it says, over HTTP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.base import LeadSource  # noqa: TC001
from connectors.findings import Severity
from connectors.setup import Intake, SourceSetup
from leads.errors import AuthError, ConfigError, RateLimited, TransientError
from leads.normalise.vocabulary import Vocabulary
from sandbox.serve import serve_in_thread
from tests.contract.example_connector import NAME, Shop, ShopSettings

PAGE_OF_THE_DOCS = Path(__file__).resolve().parents[2] / "docs" / "add-a-connector.md"
TOKEN = "a-shop-s-token"


@dataclass
class Stand:
    """A shop's enquiries, oldest change first; `statuses` are what the next requests meet."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    asked: int = 0

    def add(self, number: int, **more: Any) -> None:
        second = f"2026-11-23T10:00:{number // 60:02}Z"
        row = {"id": number, "changed": second, "sent": second, "mail": f"p{number}@example.com"}
        self.rows.append({**row, **more})

    async def enquiries(self, request: Request) -> Response:
        self.asked += 1
        if self.statuses:
            return JSONResponse({}, self.statuses.pop(0), {"Retry-After": "0"})
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({}, 401)
        query = request.query_params
        wanted = set(filter(None, query.get("ids", "").split(",")))
        start = (query.get("changed_from", ""), int(query.get("after_id") or 0))
        rows = sorted(self.rows, key=lambda row: (row["changed"], row["id"]))
        found = [
            row
            for row in rows
            if (row["changed"], row["id"]) > start and (not wanted or str(row["id"]) in wanted)
        ]
        return JSONResponse(found[: int(query.get("limit", "1000"))])


@pytest.fixture
def stand() -> Stand:
    return Stand()


@pytest.fixture
def shop(stand: Stand) -> Iterator[Shop]:
    app = Starlette(routes=[Route("/enquiries", stand.enquiries)])
    with serve_in_thread(app) as url:
        environ = {"FIRSTTOUCH_SHOP_TOKEN": TOKEN, "FIRSTTOUCH_SHOP_BASE_URL": url}
        settings = ShopSettings.from_environment({"attempts": 2, "first_pause": 0.01}, environ)
        fields = {"custom.wish": "wish"}
        setup = SourceSetup(
            name=NAME, intake=Intake(object="enquiry"), vocabulary=Vocabulary(), fields=fields
        )
        shop = Shop(settings, setup)
        port: LeadSource = shop  # the type checker compares them
        yield shop
        port.close()


def test_ties_across_a_page_s_edge_are_read_once_and_the_cursor_is_inclusive(
    shop: Shop, stand: Stand
):
    for number in range(1, 251):
        stand.add(number)
    pages = list(shop.pull(None))
    assert [raw.source_id for page in pages for raw in page.records] == [
        str(number) for number in range(1, 251)
    ]
    again = [raw.source_id for page in shop.pull(pages[-1].resume_from) for raw in page.records]
    assert again == [str(number) for number in range(240, 251)]


def test_an_edit_while_reading_loses_nobody(shop: Shop, stand: Stand):
    for number in range(1, 251):
        stand.add(number)
    pages = shop.pull(None)
    seen = {raw.source_id for raw in next(pages).records}
    stand.rows[4]["changed"] = "2026-11-23T10:00:59Z"
    for page in pages:
        seen |= {raw.source_id for raw in page.records}
    assert seen == {str(number) for number in range(1, 251)}


def test_a_record_in_canonical_words(shop: Shop, stand: Stand):
    stand.add(7, name="Ruiz", firm="Example Ltd", wish="blue")
    stand.add(8, test=True)
    first, test = shop.fetch(["7", "8", "404"])
    lead = shop.normalise(first)
    assert (lead.last_name, lead.company, lead.custom["wish"]) == ("Ruiz", "Example Ltd", "blue")
    assert (shop.is_intake(first), shop.owner_of(first)) == (None, None)
    assert shop.is_intake(test) == "a test of the shop's own"
    assert list(shop.fetch([])) == []


@pytest.mark.parametrize(
    ("statuses", "error"),
    [([401], AuthError), ([429, 429], RateLimited), ([503, 503], TransientError)],
)
def test_each_failure_is_sorted_by_what_to_do(
    shop: Shop, stand: Stand, statuses: list[int], error: type[Exception]
):
    stand.statuses = statuses
    with pytest.raises(error, match="shop: pull: "):
        list(shop.pull(None))
    assert stand.statuses == []


def test_what_passes_is_asked_again(shop: Shop, stand: Stand):
    stand.add(1)
    stand.statuses = [503]
    assert len(list(shop.pull(None))) == 1


def test_it_is_looked_over(shop: Shop, stand: Stand):
    (finding,) = shop.check()
    assert finding.severity is Severity.OK
    stand.statuses = [401]
    (finding,) = shop.check()
    assert finding.severity is Severity.ERROR


def test_what_is_not_set_is_named():
    with pytest.raises(ConfigError, match="FIRSTTOUCH_SHOP_TOKEN is not set"):
        ShopSettings.from_environment({"base_url": "http://127.0.0.1"}, {})


def test_the_documentation_s_text_is_this_file():
    code = (Path(__file__).parent / "example_connector.py").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", PAGE_OF_THE_DOCS.read_text(), re.DOTALL)
    assert block == code
