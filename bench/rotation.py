"""
How far a rotation strays from what each was due: ours beside three others, at two sizes.

Somebody is due, of each lead that they were eligible for, their weight's part of it. The figure is
the greatest difference between that and what they had, over all people and after every lead. Ours
is the function that the engine calls.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from bench.decide_cases import START, ZONES
from bench.finding import Finding, hand_over
from bench.machine import machine
from bench.rotation_rivals import OURS, WAYS, Chooser, Turn
from leads.keys import OwnerId
from routing.availability import Schedule
from routing.policy import Owner
from routing.working_hours import Absence, Calendar

SIZES = (5_000, 20_000)
FIXED = ((20, 20, 20, 1, 1), (30, 30, 30, 1, 1, 1), (20,) * 6 + (1,) * 4)
MOST_ON_CALENDARS = 1.5
_YEAR = timedelta(days=365)
_PEOPLE, _SPELLS_AWAY = 40, 3
_NINE_TO_FIVE = Calendar(name="office", hours=dict.fromkeys(range(5), ((time(9), time(17)),)))
Eligible = Callable[[int], Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A team. `may` says who may have lead number so and so; of nobody's lead there is no turn."""

    name: str
    weights: Sequence[int]
    may: Eligible
    most: float

    def deviation(self, way: str, leads: int) -> float:
        """Give that many leads away, and answer the greatest deviation on the way."""
        seats = len(self.weights)
        choose: Chooser = WAYS[way](seats)
        entitled, assigned, worst = [0.0] * seats, [0] * seats, 0.0
        for number in range(leads):
            eligible = self.may(number)
            if not eligible:
                continue
            chosen = choose(
                Turn(
                    number=number,
                    eligible=eligible,
                    weights=self.weights,
                    entitled=entitled,
                    assigned=assigned,
                )
            )
            assigned[chosen] += 1
            total = sum(self.weights[n] for n in eligible)
            for n in eligible:
                entitled[n] += self.weights[n] / total
                worst = max(worst, abs(entitled[n] - assigned[n]))
        return worst


def fixed(weights: Sequence[int], leads: int) -> Scene:
    """Everybody may have every lead: Tijdeman's bound, 1 - 1/(2k-2), holds after each of any."""
    del leads
    seats = range(len(weights))
    short = ", ".join(f"{weights.count(w)} of weight {w}" for w in sorted({*weights}, reverse=True))
    return Scene(
        name=f"fixed team: {short}",
        weights=weights,
        may=lambda _: seats,
        most=1 - 1 / (2 * len(weights) - 2),
    )


def a_year(leads: int) -> Scene:
    """Forty people in five time zones, nine to five, each away three weeks; leads night and day."""
    draw = Random(7)  # noqa: S311 - a benchmark is to be the same every time
    schedules = [Schedule(_person(n, draw)) for n in range(_PEOPLE)]
    pause = _YEAR / leads

    def at_work(number: int) -> Sequence[int]:
        now = START + number * pause
        return [n for n, schedule in enumerate(schedules) if schedule.is_at_work(now)]

    return Scene(
        name=f"a year of {leads:,} leads, {_PEOPLE} people, 5 time zones, 9-17, weeks off",
        weights=[draw.randint(1, 4) for _ in schedules],
        may=at_work,
        most=MOST_ON_CALENDARS,
    )


def _person(number: int, draw: Random) -> Owner:
    return Owner(
        id=OwnerId(f"o{number}"),
        name=f"Owner {number}",
        timezone=ZONES[number % len(ZONES)],
        calendar=_NINE_TO_FIVE,
        max_open=None,
        away=tuple(_week(START + draw.random() * _YEAR) for _ in range(_SPELLS_AWAY)),
    )


def _week(begin: datetime) -> Absence:
    first: date = begin.date()
    return Absence(first=first, last=first + timedelta(days=6))


def main() -> int:
    """Print a line for each team and size; answer 1 when ours strays too far."""
    parser = argparse.ArgumentParser(prog="python -m bench.rotation")
    parser.add_argument("--leads", type=int, nargs=2, default=SIZES)
    sizes = parser.parse_args().leads
    print(machine())
    teams: list[Callable[[int], Scene]] = [partial(fixed, weights) for weights in FIXED]
    return 0 if hand_over(*(_measured(team, sizes) for team in (*teams, a_year))) else 1


def _measured(team: Callable[[int], Scene], sizes: Sequence[int]) -> Finding:
    few, many = ({way: team(size).deviation(way, size) for way in WAYS} for size in sizes)
    scene = team(sizes[-1])
    print(f"\n{scene.name}: deviation after {sizes[0]:,} leads, after {sizes[-1]:,}")
    for way in WAYS:
        print(f"  {way:<28} {few[way]:8.2f} {many[way]:8.2f}")
    print(f"  allowed: {scene.most:.2f}")
    rest = "; ".join(f"{way} {many[way]:.2f}" for way in WAYS if way != OURS)
    return Finding(
        what=f"rotation, leads from what was due: {scene.name}",
        budget=f"at most {scene.most:.2f}",
        found=f"{many[OURS]:.2f} ({rest})",
        growth=f"{few[OURS]:.2f} at {sizes[0]:,} leads, {many[OURS]:.2f} at {sizes[-1]:,}",
        bound="whole leads: nobody can have half of one",
        is_kept=many[OURS] <= scene.most + 1e-6,
    )


if __name__ == "__main__":
    sys.exit(main())
