"""A minute in which nothing happens costs one request for each thing that is polled."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ClauseElement, Engine, event
from sqlalchemy.engine.interfaces import CacheStats

from bench.empty_tick import LONG, allowed, empty_tick, settle
from bench.grounds import grounds
from connectors.calls import Counting
from sandbox.journal import Entry


def test_an_empty_tick_asks_once_for_each_thing_it_polls():
    with grounds(80) as at:
        settle(at)
        every_minute, in_all = allowed(at.town, mirrored=False), allowed(at.town, mirrored=True)
        long = empty_tick(at, after=LONG)
        assert {v: n for v, n in long.requests.items() if n > in_all[v]} == {}, long.paths
        assert long.requests.keys() == in_all.keys(), "somebody was not asked at all"
        for _ in range(2):
            cost = empty_tick(at)
            assert {v: n for v, n in cost.requests.items() if n > every_minute[v]} == {}, cost.paths
        counted = Counter(entry.vendor for entry in at.requests() if not _is_login(entry))
        sources = at.wiring.sources.items()
        made = {name: each.take_calls() for name, each in sources if isinstance(each, Counting)}
        assert made == counted, "what is told of the cost is what the vendors saw"


def test_a_tick_like_the_last_one_makes_no_statement_anew() -> None:
    """To make them, and to know them again, was a third of what such a tick took of us."""
    with grounds(80) as at:
        settle(at)
        known: list[ClauseElement] = []
        with _told_of("before_execute", lambda told: known.append(told[1])):
            empty_tick(at)
        seen, made = set(map(id, known)), list[str]()

        def note(told: tuple[Any, ...]) -> None:
            if id(told[1]) not in seen:
                made.append(str(told[1]))

        with _told_of("before_execute", note):
            empty_tick(at)
    assert made == []


def test_a_tick_like_the_last_one_turns_no_statement_into_sql_anew() -> None:
    """Also those that insert or update, of which SQLAlchemy keeps nothing by itself."""
    with grounds(80) as at:
        settle(at)
        empty_tick(at)
        compiled: list[str] = []

        def note(told: tuple[Any, ...]) -> None:
            sql, context = told[2], told[4]
            if context.compiled is not None and context.cache_hit is not CacheStats.CACHE_HIT:
                compiled.append(sql)

        with _told_of("before_cursor_execute", note):
            empty_tick(at)
    assert compiled == []


@contextmanager
def _told_of(what: str, note: Callable[[tuple[Any, ...]], None]) -> Iterator[None]:
    """Have SQLAlchemy tell of every execution."""

    def heard(*told: Any) -> None:
        note(told)

    event.listen(Engine, what, heard)
    try:
        yield
    finally:
        event.remove(Engine, what, heard)


def _is_login(entry: Entry) -> bool:
    """A token is asked for beside the vendor's API, and counts against nothing."""
    return "token" in entry.detail["path"].lower()
