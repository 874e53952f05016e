"""The command line, run in this process with an environment of its own."""

import os
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import pytest
from typer.main import get_command

from flows.cli import app, main
from flows.wiring import DEFAULT_CONFIG
from sandbox.town import Town
from store.store import Store
from tests.e2e.backfill_case import Past, older_config
from tests.e2e.town_case import empty_store, quick_config, sync, wired


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """What stderr says, which must be ours and readable from its first to its last line."""
        lines = self.err.splitlines()
        assert lines, f"nothing on stderr; stdout: {self.out}"
        foreign = [line for line in lines if not line.startswith("firsttouch: ")]
        assert foreign == []
        return self.err


Command = Callable[..., Ended]

COMMANDS = get_command(app)
"""All of them: to build them costs as much as many a command, and each process does it once."""


@pytest.fixture
def firsttouch(monkeypatch, capsys, tmp_path) -> Command:
    """Run `firsttouch WORDS`; `environment` adds to it for good. The store is a scratch file."""
    for name in [name for name in os.environ if name.startswith("FIRSTTOUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FIRSTTOUCH_STORE", f"sqlite:///{tmp_path}/firsttouch.db")
    monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(DEFAULT_CONFIG))  # `serve` sets it for good
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("flows.cli.app", COMMANDS)

    def run(*words: object, environment: dict[str, str] | None = None) -> Ended:
        for name, value in (environment or {}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["firsttouch", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code=code, out=said.out, err=said.err)

    return run


@pytest.fixture
def in_town(firsttouch, tmp_path) -> Callable[..., Ended]:
    """Run `firsttouch WORDS` against a town, with little patience for what fails on purpose."""
    config = quick_config(tmp_path / "quick")
    empty_store(tmp_path / "firsttouch.db")

    def run(town, *words: object, environment: dict[str, str] | None = None) -> Ended:
        told = {"FIRSTTOUCH_CONFIG": str(config), **town.environment, **(environment or {})}
        ended: Ended = firsttouch(*words, environment=told)
        return ended

    return run


@pytest.fixture(scope="module")
def wiring(town, tmp_path_factory):
    """What is left of the first sync of a module's `town`."""
    with wired(town, tmp_path_factory.mktemp("store")) as opened:
        sync(opened)
        yield opened


@pytest.fixture
def ask(in_town, town, wiring) -> Command:
    """Run `firsttouch WORDS` in that town, on that store."""
    store = str(wiring.store._db.engine.url)
    return lambda *words, **more: in_town(
        town, *words, environment={"FIRSTTOUCH_STORE": store, **more}
    )


@pytest.fixture
def past(request, firsttouch, tmp_path):
    """A town whose leads are all older than the installation; of more of them where asked for."""
    with Town.open(seed=41, leads=getattr(request, "param", 60)) as town:
        config = older_config(tmp_path / "config")
        empty_store(tmp_path / "firsttouch.db")
        yield Past(town, config, tmp_path, firsttouch)


@pytest.fixture
def store(tmp_path):
    """The store that the command line uses."""
    with closing(Store.open(empty_store(tmp_path / "firsttouch.db"))) as opened:
        yield opened
