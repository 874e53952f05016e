"""
What every test may have, and what is told when all of them are over.

And how Hypothesis runs here: how long an example takes tells of the machine, not of the code.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from tests.configurations import parse_once
from tests.order import Kinds, begun_at, spread
from tests.postgres import postgres
from tests.statements import share_statements

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

share_statements()
parse_once()

SECONDS_TO_START = 110
"""Of Prefect's server: ten, and on a busy machine many more."""

IN_MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 2 * 1024**3
"""Where the tests' files go if there is room: a commit to a disk costs fifty times as much."""

DEAREST, QUICK = "tests/e2e/", "tests/unit/"

LONG = "long"
"""The mark of a test that takes a quarter of a minute or more: such run first."""

FIGURE = "figure"
"""The property (`record_property`) by which a test says in a line what it measured."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server for this worker."""
    with TemporaryDirectory(prefix="firsttouch-pg-") as folder, postgres(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """One server for all, which does not call home."""
    # Four seconds, which only who needs it should pay.
    from prefect.settings import (  # noqa: PLC0415
        PREFECT_SERVER_ANALYTICS_ENABLED,
        temporary_settings,
    )
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    with (
        temporary_settings({PREFECT_SERVER_ANALYTICS_ENABLED: False}),
        prefect_test_harness(server_startup_timeout=SECONDS_TO_START),
    ):
        yield


if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ENOUGH_BYTES:
    for where in ("PYTEST_DEBUG_TEMPROOT", "TMPDIR"):
        os.environ.setdefault(where, str(IN_MEMORY))

os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "nobodys_authority.pem")
# One to trust instead of the world's hundred and fifty, which each HTTP client reads anew: 20 ms,
# in a suite that has only loopback to talk to, and there no TLS.

os.environ.setdefault("FIRSTTOUCH_TEST_DAY", str(datetime.now(UTC).date().toordinal()))
# Told to each worker: one that began after midnight would have other tests.


def pytest_configure(config: pytest.Config) -> None:
    """
    Let each worker read the whole suite from another file on, and look for no garbage meanwhile.

    The first to read a file rewrites its assertions and keeps that for the others. All at once
    would each do the same: as long as it takes to read everything else. All that is read stays:
    a third of the time went into looking for garbage in it.
    """
    gc.disable()
    number, workers = _place(config)
    folder = config.rootpath / "tests"
    if workers > 1 and [(config.invocation_params.dir / arg) for arg in config.args] == [folder]:
        files = sorted(folder.rglob("test_*.py"))
        config.args = [str(each) for each in begun_at(files, number, workers)]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the long ones, so that none is left alone at the end; start Prefect once."""
    # Whichever was read first: all workers must agree. Those of e2e cost most.
    items.sort(key=lambda item: (not item.nodeid.startswith(DEAREST), _file_of(item)))
    _, workers = _place(config)
    kinds: Kinds[pytest.Item] = Kinds(
        is_long=lambda item: item.get_closest_marker(LONG) is not None,
        is_quick=lambda item: item.nodeid.startswith(QUICK),
        needs_server=lambda item: (
            isinstance(item, pytest.Function) and "prefect" in item.fixturenames
        ),
        file_of=_file_of,
    )
    items[:] = spread(items, workers, kinds)


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _place(config: pytest.Config) -> tuple[int, int]:
    """Which worker this is, counted from nought, and of how many."""
    told = getattr(config, "workerinput", {"workerid": "gw0", "workercount": 1})
    return int(told["workerid"].removeprefix("gw")), told["workercount"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures, whichever process their tests ran in."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.getreports(kind)]
    lines = sorted(
        str(told)
        for report in reports
        if report.when == "call"
        for name, told in report.user_properties
        if name == FIGURE
    )
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: no look for garbage has to go through it again."""
    gc.freeze()
    gc.enable()
