"""What a store holds, whatever version its tables are: looked at, and left as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import URL, Column, Connection, func, inspect, select

from store import space
from store.database import Database
from store.engine import file_of
from store.exposed import exposed
from store.migrate import version_of
from store.schema import SCHEMA_VERSION, decision, inbox, lead, metadata, reject, run
from store.space import Space

_OLDEST: Mapping[str, Column[datetime]] = {
    "runs": run.c.started_at,
    "leads": lead.c.first_seen,
    "decisions": decision.c.decided_at,
    "rejects": reject.c.seen_at,
    "webhooks": inbox.c.received_at,
}

_WHERE = frozenset({"host", "port"})
"""Of a URL's options those that tell one server from another: a socket's folder is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """
    `address` has no password. `version` is of the tables, None where there are none yet.

    `exposed` says that others can read its file, if so. `rows` are of the tables that this program
    knows and that are there; `oldest` is by kind, of those that there are any of.
    """

    address: str
    version: str | None
    space: Space
    exposed: str
    rows: Mapping[str, int]
    oldest: Mapping[str, datetime]

    @property
    def is_newer(self) -> bool:
        """Whether a newer program made the tables, so that this one cannot use them."""
        return self.version is not None and self.version > SCHEMA_VERSION


def census(database: Database) -> Census:
    return Census(
        address=address_of(database.engine.url),
        version=version_of(database),
        space=space.measure(database),
        exposed=exposed(file_of(database.engine.url)),
        rows=database.read("counting the store's rows", _rows),
        oldest=database.read("looking for the oldest of each kind", _oldest),
    )


def address_of(url: URL) -> str:
    """Answer the URL without its password, nor the options that may hold one."""
    where = {name: value for name, value in url.query.items() if name in _WHERE}
    bare = url.set(query=where)
    if not bare.password:
        bare = bare._replace(password=None)  # an empty one would be told as one that is hidden
    return bare.render_as_string(hide_password=True)


def _rows(connection: Connection) -> dict[str, int]:
    there = set(inspect(connection).get_table_names())
    tables = [table for name, table in sorted(metadata.tables.items()) if name in there]
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }


def _oldest(connection: Connection) -> dict[str, datetime]:
    there = set(inspect(connection).get_table_names())
    columns = {kind: column for kind, column in _OLDEST.items() if column.table.name in there}
    found = {
        kind: connection.execute(select(func.min(column, type_=column.type))).scalar()
        for kind, column in columns.items()
    }
    return {kind: at for kind, at in found.items() if at is not None}
