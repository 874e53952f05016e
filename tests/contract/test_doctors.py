"""What every source's doctor must do: tell all that is wrong, and what is fine; wait for nobody."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.findings import Finding, Severity
from sandbox.serve import serve_in_thread
from tests.contract.cases import SOURCES
from tests.contract.stage import OpenSource, Options, SourceStage, problems

pytestmark = pytest.mark.parametrize("case", SOURCES, ids=lambda case: case.__name__)
_HOP_BY_HOP = ("host", "connection", "content-length", "accept-encoding")


@pytest.fixture
def stage(case: type[OpenSource]) -> Iterator[SourceStage]:
    with case.open() as opened:
        opened.add(2)
        yield opened


def address(stage: SourceStage, url: str) -> Options:
    return Options(environ={f"FIRSTTOUCH_{stage.name.upper()}_BASE_URL": url})


def errors(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity is Severity.ERROR]


def test_what_is_fine_is_said_too(stage: SourceStage):
    found = list(stage.source().check())
    assert not errors(found)
    assert {f.about for f in found} >= {"login", "fields", "quota", "clock"}
    assert all(f.text for f in found)


def test_wrong_credentials_are_the_only_finding_and_name_the_variable(stage: SourceStage):
    ((variable, _),) = stage.wrong_secret.items()
    (finding,) = stage.source(Options(environ=stage.wrong_secret)).check()
    assert (finding.severity, finding.about) == (Severity.ERROR, "login")
    assert not finding.no_answer
    assert variable in finding.text


def test_a_vendor_that_does_not_answer_is_asked_once(stage: SourceStage):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{probe.getsockname()[1]}"
    (finding,) = stage.source(address(stage, gone)).check()
    assert finding.no_answer
    assert "the vendor cannot be reached" in finding.text


@pytest.mark.parametrize("status", [403, 503])
def test_a_failure_on_the_way_hides_no_later_finding(stage: SourceStage, status: int):
    with _proxied(stage, timedelta(minutes=10), refused=stage.reads, status=status) as url:
        found = list(stage.source(address(stage, url)).check())
    assert any(f"HTTP {status}" in f.text for f in errors(found))
    assert not any(f.no_answer for f in found)
    assert any("clock" in f.text for f in found)
    assert {f.about for f in found} >= {"login", "quota", "clock"}


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_clock_that_is_off(stage: SourceStage, minutes: int):
    with _proxied(stage, timedelta(minutes=minutes)) as url:
        told = [f for f in problems(stage.source(address(stage, url))) if "clock" in f]
    assert len(told) == 1
    assert ("behind" if minutes > 0 else "ahead of") in told[0]


@contextmanager
def _proxied(
    stage: SourceStage, by: timedelta, *, refused: str = "\0", status: int = 403
) -> Iterator[str]:
    """The vendor as seen through a proxy whose Date is `by` later, and which refuses some paths."""

    async def forward(request: Request) -> Response:
        told = {"Date": format_datetime(datetime.now(UTC) + by, usegmt=True)}
        if refused in request.url.path:
            return Response("{}", status, told, "application/json")
        headers = {k: v for k, v in request.headers.items() if k not in _HOP_BY_HOP}
        address = str(request.url).removeprefix(str(request.base_url).rstrip("/"))
        body = await request.body()
        async with httpx.AsyncClient(base_url=stage.url) as behind:
            answer = await behind.request(request.method, address, content=body, headers=headers)
        return Response(
            answer.content, answer.status_code, told, answer.headers.get("content-type")
        )

    methods = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", forward, methods=methods)])
    with serve_in_thread(app, date_header=False) as url:
        yield url
