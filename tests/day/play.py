"""The day played: leads arrive, reps call them, things happen, and every five minutes a sync."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.plurals import count_of
from sandbox.town import Town
from tests.day import desk as desks
from tests.day.arrivals import moments
from tests.day.events import DAY, Event, Scene, break_it
from tests.day.reps import Reps
from tests.e2e.town_case import without_limits

MADRID = ZoneInfo(desks.ZONE)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=MADRID)
"""A Tuesday."""
STEP = timedelta(minutes=5)

Tell = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Played:
    """What is left of a day to be judged; `story` has what was told."""

    scene: Scene
    begin: datetime
    end: datetime
    story: list[str] = field(default_factory=list)


def play(
    folder: Path, *, leads: int, waiting: int, hours: tuple[float, float], seed: int, tell: Tell
) -> Played:
    """
    Play the day between two hours; `judge` and the report come after it, so the town stays open.

    Of a whole day's `leads`, those of the hours played arrive; `waiting` are there before.
    """
    begin, end = (MIDNIGHT + timedelta(hours=hour) for hour in hours)
    town = Town.open(seed=seed, leads=waiting, now=begin)
    without_limits(town)
    rng = random.Random(seed)
    desk = desks.begin(town, folder)
    scene = Scene(desk=desk, reps=Reps(town=town, rng=rng))
    played = Played(scene=scene, begin=begin, end=end)
    town.life.heralds.append(lambda source, lead_id: break_it(scene, source, lead_id))
    due = [at for at in moments(rng, MIDNIGHT, leads) if begin <= at < end]
    events = [(MIDNIGHT + timedelta(hours=hour), event) for hour, event in DAY]
    events = [each for each in events if begin <= each[0] < end]
    hour = Hour(begin)
    now = begin
    while now < end:
        now += STEP
        lines = _step(played, due, events, now, hour)
        if now.minute == 0 or now >= end:
            lines.append(hour.told(now))
            hour = Hour(now)
        played.story += lines
        for line in lines:
            tell(line)
    return played


@dataclass(slots=True)
class Hour:
    """What is counted of an hour, for a line."""

    begin: datetime
    came: int = 0
    owned: int = 0
    called: int = 0

    def told(self, end: datetime) -> str:
        came, owned = count_of(self.came, "lead"), count_of(self.owned, "owner")
        counts = f"{came} came, {owned} written, {count_of(self.called, 'lead')} called"
        return f"{self.begin:%H:%M}-{end:%H:%M}  {counts}"


def _step(
    played: Played,
    due: list[datetime],
    events: list[tuple[datetime, Event]],
    until: datetime,
    hour: Hour,
) -> list[str]:
    """Let everything happen that is due by `until`, each at its time, then sync."""
    scene, town = played.scene, played.scene.desk.town
    told = []
    while events and events[0][0] < until:
        at, event = events.pop(0)
        hour.came += _arrive(town, due, at)
        told.append(f"{at:%H:%M}  {event(scene)}")
    hour.came += _arrive(town, due, until)
    hour.called += scene.reps.work()
    known = len(scene.desk.alerts)
    hour.owned += sum(tick.delivered for tick in scene.desk.step())
    for alert in scene.desk.alerts[known:]:
        over = "over: " if alert.closed_at else ""
        told.append(f"{until:%H:%M}  Alert {over}{alert.cause.text}")
    return told


def _arrive(town: Town, due: list[datetime], until: datetime) -> int:
    """Let the leads come that are due before `until`; the clock stands there then."""
    came = 0
    while due and due[0] < until:
        town.clock.set(due.pop(0))
        town.life.lead_arrives()
        came += 1
    town.clock.set(until)
    return came
