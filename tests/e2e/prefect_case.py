"""A real Prefect server with our deployments, as `firsttouch serve` runs them, in processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from flows.ports import free_port
from flows.prefect_server.settings import shipped

PATIENCE = 400
"""Seconds: a backfill is some runs, each of which a busy machine takes half a minute to start."""
ON_A_SERVER = [
    pytest.mark.timeout(1_500),
    pytest.mark.skipif(
        "FIRSTTOUCH_SERVER" not in os.environ,
        reason="a server and processes of its own take minutes: set FIRSTTOUCH_SERVER=1",
    ),
]
T = TypeVar("T")


def until(ask: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.5)
    return answer


@dataclass(frozen=True, slots=True)
class Server:
    """What a browser would ask of it."""

    api: str
    environ: Mapping[str, str]
    folder: Path
    process: subprocess.Popen[bytes]

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Ask until it is taken: on SQLite a busy server answers 503 now and then."""

        def taken() -> httpx.Response | None:
            found = httpx.post(f"{self.api}{path}", json=body, timeout=PATIENCE)
            return None if found.status_code == httpx.codes.SERVICE_UNAVAILABLE else found

        answer = until(taken)
        assert answer.is_success, answer.text
        return answer.json()

    def send(self, path: str, body: list[dict[str, Any]]) -> None:
        """Post what is answered with nothing."""
        answer = httpx.post(f"{self.api}{path}", json=body, timeout=PATIENCE)
        assert answer.is_success, answer.text

    def deployment(self, name: str) -> dict[str, Any] | None:
        answer = httpx.get(f"{self.api}/deployments/name/{name}", timeout=PATIENCE)
        return answer.json() if answer.is_success else None

    def start(self, name: str, **parameters: Any) -> str:
        """Run a deployment; answer the run's id."""
        found = until(lambda: self.deployment(name))
        run = self.post(f"/deployments/{found['id']}/create_flow_run", {"parameters": parameters})
        return str(run["id"])

    def run(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.api}/flow_runs/{number}", timeout=PATIENCE).json()
        return found

    def runs_of(self, flow: str, *states: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.post(
            "/flow_runs/filter",
            {
                "flows": {"name": {"any_": [flow]}},
                "flow_runs": {"state": {"name": {"any_": list(states)}}},
            },
        )
        return found

    def ended(self, number: str) -> dict[str, Any]:
        """Wait for a run's end; answer its state."""

        def state() -> dict[str, Any] | None:
            found = self.run(number)["state"]
            return found if found["type"] in ("COMPLETED", "FAILED", "CRASHED") else None

        return until(state)

    def inputs(self, number: str) -> dict[str, str]:
        """What a suspended run shows: its schema and its description."""
        listed = self.post(f"/flow_runs/{number}/input/filter", {"prefix": "", "limit": 20})
        return {each["key"]: each["value"] for each in listed}

    def artifacts(self, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.post(
            "/artifacts/filter", {"artifacts": {"key": {"any_": [key]}}}
        )
        return found

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """Serve our deployments until the end, or until somebody kills them."""
        words = [sys.executable, "-m", "flows.cli", "serve", "--port", "0"]
        with _process(words, self.environ, self.folder / "serve.log") as process:
            until(lambda: self.deployment("backfill/backfill-older-leads"))
            yield process


@contextmanager
def server(folder: Path, environ: Mapping[str, str], port: int | None = None) -> Iterator[Server]:
    """Run one that keeps its runs in `folder`, whoever ran there before it."""
    port = port or free_port(0)  # a fixed one would be taken by two tests at once
    api = f"http://127.0.0.1:{port}/api"
    whole = {
        **os.environ,
        **shipped(),
        **environ,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "DO_NOT_TRACK": "1",
    }
    words = [sys.executable, "-m", "prefect", "server", "start"]
    with _process(words, whole, folder / "server.log") as process:
        until(lambda: _answers(api))
        yield Server(api, whole, folder, process)


def _answers(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health", timeout=2).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def _process(
    words: list[str], environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """In a group of its own: whatever it started ends with it."""
    with (
        log.open("ab") as sink,
        subprocess.Popen(
            words, env=dict(environ), stdout=sink, stderr=sink, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGKILL) -> None:
    """End a process and all it started."""
    if process.poll() is None:
        os.killpg(process.pid, how)
        process.wait(30)


@contextmanager
def desk() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Whoever is told: what was posted to where."""
    told: list[tuple[str, str]] = []

    class Taken(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append((self.path, body.decode()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taken) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{listening.server_port}", told
        listening.shutdown()
