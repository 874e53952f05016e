"""What columns keep is what SQLAlchemy's own types would have kept, step by step."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite

from store import codec
from store.columns import Instant, Words

SQLITE, POSTGRESQL = pysqlite.dialect(), psycopg.dialect()
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Within a day of either end there is no such moment in UTC.
MOMENTS = st.datetimes(
    datetime(1, 1, 2, tzinfo=UTC).replace(tzinfo=None),
    datetime(9999, 12, 30, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.one_of(st.just(UTC), ZONES),
)


@given(moment=MOMENTS)
def test_a_moment_is_kept_as_sqlalchemy_writes_it(moment: datetime):
    of_sqlalchemy = DateTime().dialect_impl(SQLITE).bind_processor(SQLITE)
    assert of_sqlalchemy is not None
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    assert Instant().bind_processor(SQLITE)(moment) == of_sqlalchemy(naive)
    on_server = Instant().bind_processor(POSTGRESQL)(moment)
    assert on_server == moment
    assert isinstance(on_server, datetime)
    assert on_server.utcoffset() == timedelta(0)


def test_the_two_moments_of_an_hour_that_comes_twice_are_two():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    then = first.replace(fold=1)
    assert first == then, "as Python compares them"
    to_text = Instant().bind_processor(SQLITE)
    texts = [to_text(moment) for moment in (first, then, first)]
    assert texts == [f"2026-10-25 0{hour}:30:00.000000" for hour in (0, 1, 0)]
    kept = [codec.dumps(_Met(at=moment)) for moment in (first, then)]
    assert kept[0] != kept[1]


@dataclass(frozen=True)
class _Met:
    at: datetime


@given(text=st.one_of(st.text("a\0"), st.text(st.characters())))
def test_text_is_kept_as_each_value_by_itself_would_be(text: str):
    for dialect in (SQLITE, POSTGRESQL):
        kept = Words().bind_processor(dialect)(text)
        assert kept == Words().process_bind_param(text, dialect)
        assert kept is not None
        assert "\0" not in kept
        kept.encode()


def test_nothing_stays_nothing_and_a_moment_without_a_zone_is_refused():
    assert Words().bind_processor(SQLITE)(None) is None
    for dialect in (SQLITE, POSTGRESQL):
        to_store = Instant().bind_processor(dialect)
        assert to_store(None) is None
        with pytest.raises(ValueError, match="no time zone"):
            to_store(datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None))
