"""
Killed at any of its steps, a day's work is whole after a restart; on SQLite and on PostgreSQL.

So is one whose disk is full or read-only from a step on, whose database goes and comes back, and
one after which the clock is set back. The steps are those that a process was seen to take: each
commit, each call of a socket. Some of them are tried here, others tomorrow:
FIRSTTOUCH_CRASH_POINTS says how many, and `all` is every one. A busy machine tries fewer: those
that are begun within six seconds, and some at least. Where all are tried, several are at once, as
much of a trial is waiting, and var/crash-DATABASE.log says how far they are. The
evening after the day, in which leads that nobody owns are found and those that nobody answered are
given on, is tried at one step, on one database a day.
"""

import os
import time
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from tests.e2e.crash_beside import Beside, beside
from tests.e2e.crash_calamities import OF, Calamity
from tests.e2e.crash_choice import IS_WHOLE, POINTS, TODAY

_OF_TODAY = ("sqlite", "postgresql")[TODAY % 2]
_STEPS_OF_AN_EVENING = 350
"""There are a few more."""

_SECONDS, _FEWEST, _FEWEST_OF_A_KIND = 6.0, 3, 1
_AT_ONCE = int(os.environ.get("FIRSTTOUCH_CRASHES_AT_ONCE", "6")) if IS_WHOLE else 1
_STEPS_BETWEEN = 15
"""Of calamities other than a power cut, where every step is asked for."""

_MAY_BE_MISSED = 0.05
"""Of the points: which answer came in how many pieces is not the same each day."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.parametrize("database", ["sqlite", "postgresql"]),
    pytest.mark.timeout(6 * 3600 if IS_WHOLE else 900),
]


def test_a_day_struck_at_any_step_is_whole_after_a_restart(database, tmp_path, record_property):
    with beside(_AT_ONCE, database, tmp_path) as process:
        names, leads = _unharmed(process)
        steps = list(range(1, len(names) + 1)) if IS_WHOLE else _of_many_kinds(names, database)
        ends = _ends(process, Calamity.KILLED, steps, fewest=_FEWEST)
        wrong = _wrong(names, ends)
        missed = [number for number, end in ends.items() if end["names"] and number < len(names)]
        record_property(
            "figure",
            f"crash matrix, {database}: killed at {len(ends)} of {len(names)} steps of "
            f"{len(set(names))} kinds, {leads} leads each time: {_count(wrong)} violations",
        )
        assert wrong == {}
        assert len(missed) <= _MAY_BE_MISSED * len(ends)
        for calamity in OF[database]:
            told = _spoil(process, calamity, names)
            record_property("figure", f"crash matrix, {database}: {told}")
        if IS_WHOLE or database == _OF_TODAY:
            record_property("figure", f"crash matrix, {database}: {_evening(process)}")


def _spoil(process: Beside, calamity: Calamity, names: Sequence[str]) -> str:
    """In the same process: to start one costs as much as several trials."""
    ends = _ends(process, calamity, _anywhere(names, calamity), fewest=_FEWEST_OF_A_KIND)
    assert _wrong(names, ends) == {}, calamity
    return f"{calamity} at {len(ends)} steps: 0 violations"


def _evening(process: Beside) -> str:
    """How many steps it has is asked only where each is tried: that costs a trial."""
    if IS_WHOLE:
        whole = process.ask(0, work="evening")
        assert whole["violations"] == []
        steps = list(range(1, len(whole["names"]) + 1))
    else:
        steps = [Random(TODAY).randrange(1, _STEPS_OF_AN_EVENING)]
    ends = process.ask_each(steps, work="evening")
    assert {n: end["violations"] for n, end in ends.items() if end["violations"]} == {}
    return f"killed at {len(ends)} steps of an evening: 0 violations"


def _unharmed(process: Beside) -> tuple[Sequence[str], int]:
    day = process.ask(0)
    assert day["violations"] == []
    return day["names"], day["leads"]


def _ends(
    process: Beside, calamity: Calamity, steps: Sequence[int], *, fewest: int
) -> Mapping[int, dict[str, Any]]:
    over = time.monotonic() + _SECONDS

    def is_begun(done: int) -> bool:
        return IS_WHOLE or done < fewest or time.monotonic() < over

    return process.ask_each(steps, calamity, is_begun=is_begun)


def _wrong(names: Sequence[str], ends: Mapping[int, dict[str, Any]]) -> dict[str, list[str]]:
    found = {f"{n} {names[n - 1]}": end["violations"] for n, end in ends.items()}
    return {step: violations for step, violations in found.items() if violations}


def _count(wrong: Mapping[str, list[str]]) -> int:
    return sum(map(len, wrong.values()))


def _of_many_kinds(names: Sequence[str], database: str) -> list[int]:
    """So many steps, of as many kinds as there are; other ones each day."""
    kinds: dict[str, list[int]] = {}
    for number, name in enumerate(names, 1):
        kinds.setdefault(name, []).append(number)
    rounds = -(-len(kinds) // int(POINTS))
    begin = (TODAY + len(database)) % rounds
    steps = [each[TODAY // rounds % len(each)] for each in list(kinds.values())[begin::rounds]]
    return Random(TODAY).sample(steps, len(steps))  # so that the first few are from everywhere


def _anywhere(names: Sequence[str], calamity: Calamity) -> list[int]:
    if IS_WHOLE:
        return list(range(1, len(names), _STEPS_BETWEEN))
    chance = Random(f"{TODAY} {calamity}")
    return chance.sample(range(1, len(names)), _FEWEST_OF_A_KIND)
