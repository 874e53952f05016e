"""Column types that hold the same values on SQLite and on PostgreSQL."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

_JSON = json.JSONEncoder(default=str)


class Instant(TypeDecorator[datetime]):
    """A moment. Aware on the way in and, in UTC, on the way out; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = _in_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """Write it as SQLAlchemy does, in one step: a backlog is written row by row."""
        return _as_sqlite_text if dialect.name == "sqlite" else _as_moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """
    Text, in the order of its code points on both databases.

    What one of them cannot hold (NUL on PostgreSQL, half a surrogate pair) is replaced.
    """

    impl = Text().with_variant(Text(collation="C"), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return _as_words(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """One call for each value: `Text` does nothing of its own to it on either database."""
        del dialect
        return _as_words


class Json(TypeDecorator[object]):
    """
    JSON kept as the text it was: PostgreSQL's own types refuse NUL and reorder keys.

    Vendors' bodies and policies only; our own values go through the codec. A value that JSON has
    no word for is kept as its text, because a page must not fail for a record that is set aside.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else _JSON.encode(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object | None:
        del dialect
        return None if value is None else json.loads(value)


# SQLite numbers rows by itself only in a column declared INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the store keeps aware datetimes only; this one has no time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _as_moment(value: datetime | None) -> datetime | None:
    return None if value is None else _in_utc(value)


def _as_sqlite_text(value: datetime | None) -> str | None:
    return None if value is None else _utc_text(_in_utc(value))


# A batch's moments are few. Of UTC alone: elsewhere the two of an hour that comes twice are equal.
@lru_cache(maxsize=1_024)
def _utc_text(moment: datetime) -> str:
    return moment.isoformat(" ", "microseconds").removesuffix("+00:00")


def _as_words(value: str | None) -> str | None:
    # Most are as they should be, and there are thousands: no second call for them.
    if value is None or (value.isascii() and "\0" not in value):
        return value
    return storable(value)


def storable(text: str) -> str:
    """Answer `text` with what no database can hold replaced by a mark."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
