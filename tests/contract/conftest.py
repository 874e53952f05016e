"""
Every question about the store is asked twice: of a SQLite file and of a real PostgreSQL.

And what a connector waits for before it repeats a request.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from uuid import uuid4

import pytest
import stamina.instrumentation

from store.schema import metadata
from store.store import Store
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import CrmStage
from tests.postgres import administrator, database_at

BOTH = ("sqlite", "postgresql")
_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_store(postgres_url: str) -> str:
    """A database that is migrated once and emptied after each test: faster than a new one."""
    with administrator(postgres_url) as connection:
        connection("CREATE DATABASE store")
    url = database_at(postgres_url, "store")
    Store.open(url).close()
    return url


@pytest.fixture(scope="session")
def empty_postgres_store(postgres_store: str) -> Iterator[Callable[[], None]]:
    """Empties it, by one connection for all tests: a new one costs more than all that it does."""
    delete = ";".join(f"DELETE FROM {t.name}" for t in reversed(metadata.sorted_tables))
    with administrator(postgres_store) as command:

        def empty() -> None:
            command(_END_OTHERS)
            command(delete)  # faster than TRUNCATE on tables this small

        yield empty


@pytest.fixture
def new_postgres(postgres_url: str) -> Iterator[str]:
    """An empty database."""
    name = f"empty_{uuid4().hex}"
    with administrator(postgres_url) as connection:
        connection(f"CREATE DATABASE {name}")
        yield database_at(postgres_url, name)


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made, on either database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/var/store.db"
    url: str = request.getfixturevalue("new_postgres")
    return url


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store that is there and empty, on either database."""
    if request.param == "sqlite":
        template_file: Path = request.getfixturevalue("sqlite_template")
        copyfile(template_file, tmp_path / "store.db")
        yield f"sqlite:///{tmp_path}/store.db"
        return
    empty: Callable[[], None] = request.getfixturevalue("empty_postgres_store")
    yield request.getfixturevalue("postgres_store")
    empty()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """For questions that only SQLite is asked."""
    copyfile(sqlite_template, tmp_path / "store.db")
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.close()


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """Collect the seconds that each repeated request was put off for."""
    begun: list[float] = []
    stamina.instrumentation.set_on_retry_hooks([lambda retry: begun.append(retry.wait_for)])
    yield begun
    stamina.instrumentation.set_on_retry_hooks(None)


@pytest.fixture(scope="module")
def hubspot() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def salesforce() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        yield opened


@pytest.fixture(params=["hubspot", "salesforce"])
def stage(request: pytest.FixtureRequest) -> CrmStage:
    opened: CrmStage = request.getfixturevalue(request.param)
    return opened
