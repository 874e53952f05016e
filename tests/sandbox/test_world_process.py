"""`python -m sandbox` as other people start it: a subprocess with ports, signals, exit codes."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.town import ALSO, SERVED

_SECONDS = 15


@contextmanager
def _sandbox(*options: str, **popen: Any) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "sandbox", "--seed", "7", "--leads", "60", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **popen
    ) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            if process.poll() is None:
                process.kill()


def _stopped(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=_SECONDS)
    return process.returncode, errors


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_told_to_stop_and_frees_its_ports(sign: signal.Signals):
    with _sandbox("--live", "600") as (process, ready):
        for address in ready["addresses"].values():
            page = httpx.get(f"{address}/")
            assert page.status_code == 200
            assert "<td>" in page.text
        assert ready["environment"]["FIRSTTOUCH_HUBSPOT_BASE_URL"] == ready["addresses"]["hubspot"]
        process.send_signal(sign)
        assert _stopped(process) == (0, "")
    for address in ready["addresses"].values():
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)


def test_its_environment_can_be_read_by_a_shell(tmp_path: Path):
    file = tmp_path / "sandbox.env"
    with _sandbox("--env", str(file)) as (_, ready):
        shown = subprocess.run(
            ["/bin/sh", "-c", f". {file}; env"], capture_output=True, text=True, check=True
        ).stdout
        assert file.stat().st_mode & 0o077 == 0
    told = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    assert told.items() >= ready["environment"].items()


def test_it_stops_with_whoever_started_it():
    with _sandbox("--until-eof", stdin=subprocess.PIPE) as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert _stopped(process) == (0, "")


def test_ports_follow_from_the_first_one():
    base = _free_ports()
    with _sandbox("--port-base", str(base)) as (process, ready):
        ports = [int(url.rpartition(":")[2]) for url in ready["addresses"].values()]
        assert ports == [base + n for n in range(len(SERVED))]
        process.send_signal(signal.SIGINT)
        assert _stopped(process) == (0, "")


def test_a_port_in_use_is_one_readable_line_and_exit_code_3():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _run("--port-base", str(port))
    assert done.returncode == 3
    assert done.stdout == ""
    expected = f"sandbox: salesforce cannot listen on 127.0.0.1:{port}: Address already in use"
    assert done.stderr.startswith(expected)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--leads", "5"), "60 or more"),
        (("--leads", "many"), "many"),
        (("--port-base", "70000"), str(65536 - len((*SERVED, *ALSO)))),
        (("--live", "-1"), "-1"),
    ],
)
def test_a_wrong_option_is_explained_and_exit_code_2(options: tuple[str, ...], told: str):
    done = _run(*options)
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[-1]


def _run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *options],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _free_ports() -> int:
    for base in range(18500, 19500, 10):
        sockets = [socket.socket() for _ in SERVED]
        try:
            for n, listener in enumerate(sockets):
                listener.bind(("127.0.0.1", base + n))
        except OSError:
            continue
        finally:
            for listener in sockets:
                listener.close()
        return base
    raise AssertionError("no free ports in a row")


def test_hubspots_search_shows_a_new_contact_late():
    with _sandbox("--search-lag", "600") as (process, ready):
        told = ready["environment"]
        headers = {"Authorization": f"Bearer {told['FIRSTTOUCH_HUBSPOT_TOKEN']}"}
        contacts = f"{ready['addresses']['hubspot']}/crm/v3/objects/contacts"
        made = httpx.post(
            contacts, json={"properties": {"email": "new@late.example"}}, headers=headers
        )
        wanted = {"propertyName": "email", "operator": "EQ", "value": "new@late.example"}
        asked = {"filterGroups": [{"filters": [wanted]}]}
        found = httpx.post(f"{contacts}/search", json=asked, headers=headers)
        assert (made.status_code, found.json()["total"]) == (201, 0)
        read = httpx.get(f"{contacts}/{made.json()['id']}", headers=headers)
        assert read.json()["properties"]["email"] == "new@late.example"
        process.send_signal(signal.SIGTERM)
