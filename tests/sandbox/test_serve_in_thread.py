"""The thread that serves sandbox apps: starts, answers, hangs up, stops, frees its port."""

import socket
import threading

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.app import new_ground, vendor_app
from sandbox.faults import Fault, FaultKind
from sandbox.serve import serve_in_thread


async def _hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def _app() -> Starlette:
    return Starlette(routes=[Route("/hello", _hello)])


def test_serves_and_frees_its_port_and_thread() -> None:
    with serve_in_thread(_app()) as base_url:
        port = int(base_url.rsplit(":", 1)[1])
        assert httpx.get(f"{base_url}/hello").text == "hello"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{base_url}/hello")
    assert not [t for t in threading.enumerate() if t.name.endswith(f":{port}")]
    with serve_in_thread(_app(), port=port) as again:
        assert httpx.get(f"{again}/hello").text == "hello"


def test_stops_while_a_client_keeps_its_connection_open() -> None:
    with httpx.Client() as client, serve_in_thread(_app()) as base_url:
        assert client.get(f"{base_url}/hello").status_code == 200


def test_a_taken_port_is_an_error_here_and_now() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with (
            pytest.raises(OSError, match="in use"),
            serve_in_thread(_app(), port=taken.getsockname()[1]),
        ):
            pass


def test_a_truncated_answer_reaches_the_client_as_a_broken_body(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ground = new_ground("any")
    ground.faults.script(Fault(kind=FaultKind.TRUNCATED))
    app = vendor_app(ground, [Route("/hello", _hello)], lambda _: PlainTextResponse("", 503))
    with serve_in_thread(app) as base_url:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{base_url}/hello")
        assert httpx.get(f"{base_url}/hello").text == "hello"
    assert not caplog.records


def test_a_bug_in_an_app_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: Request) -> PlainTextResponse:
        raise LookupError("a bug")

    app = Starlette(routes=[Route("/broken", broken)])
    with serve_in_thread(app) as base_url:
        assert httpx.get(f"{base_url}/broken").status_code == 500
    assert "GET /broken failed" in caplog.text


def test_many_small_answers_do_not_wait_for_acknowledgements() -> None:
    with httpx.Client() as client, serve_in_thread(_app()) as base_url:
        for _ in range(100):  # 40 ms each would be 4 s: the read time-out below catches one
            assert client.get(f"{base_url}/hello", timeout=2).status_code == 200
