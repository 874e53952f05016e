"""
Statements are turned into SQL once a process, whichever store asks.

SQLAlchemy keeps what it has compiled for as long as its engine lives, which a service's does. Each
test has a store of its own, and a new one compiles some hundred statements: a good part of what a
sync of a few leads costs.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy import Compiled, Engine

Key = tuple[Any, ...]
"""The dialect, and what tells one statement from another."""


class Compilations(MutableMapping[Key, Compiled]):
    """What was compiled, for every dialect of the same name and driver as the one that did it."""

    def __init__(self) -> None:
        self._kept: dict[Key, Compiled] = {}

    def __getitem__(self, key: Key) -> Compiled:
        return self._kept[_shared(key)]

    def __setitem__(self, key: Key, compiled: Compiled) -> None:
        self._kept[_shared(key)] = compiled

    def __delitem__(self, key: Key) -> None:
        del self._kept[_shared(key)]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def share_statements() -> None:
    """From now on, in this process and in those that are forked off it."""
    # No event tells each engine of it: while one is listened for, every statement looks for more.
    shared = Engine._execution_options.union({"compiled_cache": Compilations()})
    Engine._execution_options = shared


def _shared(key: Key) -> Key:
    dialect = key[0]
    return (dialect.name, dialect.driver, *key[1:])
