"""PREFECT_API_URL and its password as people get them wrong: each is told what to change."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.ports import free_port
from flows.prefect_server.checkup import examine_prefect
from flows.secret_blocks import NoSecret, from_prefect


@contextmanager
def answering(status: int) -> Iterator[str]:
    """A server on this machine that answers everything so."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def told(address: str) -> str:
    (finding,) = examine_prefect({"PREFECT_API_URL": address})
    return finding.text


@pytest.mark.parametrize("address", ["127.0.0.1:4200/api", "http://here:42oo/api", "here/api"])
def test_what_is_no_address_is_told_how_one_is_written(address: str):
    assert "PREFECT_API_URL is no address: write it whole, as http://" in told(address)


def test_the_pages_address_is_told_from_the_apis():
    with answering(404) as address:
        assert "not where Prefect's API is (HTTP 404): write it whole, as http://" in told(address)


def test_a_server_that_is_away_and_a_wrong_password_are_told_apart():
    assert "start `prefect server start`" in told(f"http://127.0.0.1:{free_port(4_300)}/api")
    with answering(401) as address:
        assert "the password is not right" in told(address)


@pytest.mark.parametrize(("status", "why"), [(401, "wants a password"), (500, "answered 500")])
def test_a_secret_that_a_server_keeps_to_itself_is_told_with_why(status: int, why: str):
    with (
        answering(status) as address,
        temporary_settings({PREFECT_API_URL: f"{address}/api"}),
        pytest.raises(NoSecret, match=f"did not give it: its server {why}"),
    ):
        from_prefect("hubspot-token")
