"""The web shop of docs/add-a-connector.md, as the contract tests ask for it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.setup import Intake, SourceSetup
from sandbox.app import Ground, new_ground, vendor_app
from sandbox.faults import Fault, FaultKind
from tests.contract.example_connector import NAME, Shop, ShopSettings
from tests.contract.stage import GO_LIVE, NOON, QUICK, VOCABULARY, Options
from tests.contract.turntable import served

TOKEN = "a-shop-s-token"


class ShopStage:
    name = NAME
    reads = "/enquiries"
    wrong_secret: Mapping[str, str] = {"FIRSTTOUCH_SHOP_TOKEN": "wrong"}
    renews_its_token = False

    def __init__(self, ground: Ground) -> None:
        self.opened, self.ground, self.url = ExitStack(), ground, ""
        self.rows: dict[str, dict[str, Any]] = {}

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        ground = new_ground(NAME)
        ground.clock.set(NOON)
        stage = cls(ground)
        app = vendor_app(ground, [Route("/enquiries", stage._enquiries)], _in_its_words)
        with served(app) as stage.url, stage.opened:
            yield stage

    def source(self, options: Options = Options()) -> Shop:  # noqa: B008  (frozen)
        setup = SourceSetup(
            name=NAME,
            intake=Intake(object="enquiry", created_after=GO_LIVE),
            vocabulary=VOCABULARY,
            fields=options.fields,
        )
        own = {"FIRSTTOUCH_SHOP_TOKEN": TOKEN, "FIRSTTOUCH_SHOP_BASE_URL": self.url}
        settings = ShopSettings.from_environment(
            {**QUICK, **options.connection}, {**own, **options.environ}
        )
        connector = Shop(settings, setup)
        self.opened.callback(connector.close)
        return connector

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        ids = [str(1000 + len(self.rows) + n) for n in range(count)]
        for each in ids:
            mail = email or f"p{each}.{at:%j%H%M%S}@example.com"
            self.rows[each] = {"id": each, "changed": _text(at), "sent": _text(at), "mail": mail}
        return ids

    def disturb(self, lead_id: str) -> None:
        changed = _text(self.ground.clock.now())
        self.rows[lead_id] |= {"changed": changed, "firm": "Acme"}

    async def _enquiries(self, request: Request) -> Response:
        query = request.query_params
        is_known = request.headers.get("authorization") == f"Bearer {TOKEN}"
        if request.scope.get("sandbox.token_expired") or not is_known:
            return JSONResponse({}, 401)
        wanted = set(filter(None, query.get("ids", "").split(",")))
        start = (query.get("changed_from", ""), int(query.get("after_id") or 0))
        place = {each: (row["changed"], int(each)) for each, row in self.rows.items()}
        found = [each for each in sorted(place, key=place.__getitem__) if place[each] > start]
        listed = [self.rows[each] for each in found if not wanted or each in wanted]
        return JSONResponse(listed[: int(query.get("limit", "1000"))])


def _in_its_words(fault: Fault) -> Response:
    if fault.kind is FaultKind.RATE_LIMITED:
        return JSONResponse({}, 429, {"Retry-After": fault.retry_after or "1"})
    return JSONResponse({}, 503)


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
