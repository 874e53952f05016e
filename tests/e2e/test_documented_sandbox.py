"""What docs/sandbox.md shows is typed: the sandbox starts so, and its pages are worked by hand."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_documented_webhooks import blocks

PROGRAMS = Path(sys.executable).parent
FAILING = 'curl() { command curl -sS --fail-with-body "$@"; echo; }\n. ./sandbox.env\n'
needs_programs = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="no curl or no openssl here"
)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A folder with the environment of a sandbox that was started as the page says."""
    folder = tmp_path_factory.mktemp("documented")
    (shown,) = blocks("sandbox.md", "python -m sandbox")
    command = [str(PROGRAMS / "python"), *shown.split()[1:], "--env", str(folder / "sandbox.env")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        assert json.loads(started.stdout.readline())["addresses"]
        yield folder
        started.terminate()


def typed(room, script):
    """End at the first that is refused; answer what was printed."""
    environment = {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "FIRSTTOUCH_STORE": f"sqlite:///{room}/store.db",
    }
    ended = subprocess.run(
        ["sh", "-e", "-c", FAILING + script],
        cwd=room,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@needs_programs
def test_an_administrators_work_by_hand(room):
    (shown,) = blocks("sandbox.md", ". ./sandbox.env")
    assert '"4492"' in typed(room, shown)


@needs_programs
def test_another_login_of_salesforces(room):
    (shown,) = blocks("sandbox.md", "openssl req")
    assert "private key: nothing amiss" in typed(room, shown)
