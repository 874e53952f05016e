"""One pace for several processes; those of one machine keep its slots in a SQLite file."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from connectors.pace import Clock, Pace, Slots, Timer
from leads.errors import ConfigError, TransientError

_LONGEST_QUEUE = 300.0
"""Seconds. A slot further ahead was taken before the machine's clock was set back."""
_WAIT_FOR_LOCK = 30.0
_TIMER = Timer()
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS slot (number INTEGER PRIMARY KEY, pace TEXT, at REAL)",
    "CREATE INDEX IF NOT EXISTS slot_at ON slot (pace, at)",
    "CREATE TABLE IF NOT EXISTS closed (pace TEXT PRIMARY KEY, until REAL)",
)


SlotsOf = Callable[[str], Slots]
"""Where processes find the slots of a pace, by its name."""


def file_slots(folder: Path) -> SlotsOf:
    """Return those of a file in `folder`: for the processes of one machine."""
    return partial(FileSlots, folder / "pace.sqlite")


def make_pace(
    shared: SlotsOf | None,
    name: str,
    calls: int,
    seconds: float,
    *,
    slack: float = 0.0,
    timer: Timer = _TIMER,
) -> Pace:
    """Share the pace `name` with whoever has its slots; None: it is this process's, by `timer`."""
    if shared is None:
        return Pace(calls, seconds, slack=slack, clock=timer.clock, sleep=timer.sleep)
    return Pace(calls, seconds, slack=slack, slots=shared(name), clock=time.time)


class FileSlots:
    """
    Slots of everybody who has the file open.

    A process that is killed leaves nothing but slots it had taken, which end by themselves: the
    lock is the file's, and goes with the process.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            with self._open() as db:
                for statement in _SCHEMA:
                    db.execute(statement)
        except (OSError, TransientError) as error:
            problem = f"shared_pace: {path.parent} cannot hold a file ({type(error).__name__})"
            raise ConfigError([f"{problem}: name a folder that this user may write to"]) from None

    def take(self, calls: int, seconds: float, clock: Clock) -> tuple[int, float]:
        with self._lock, self._open() as db:
            now = clock()
            mine = (self._name,)
            horizon = now + _LONGEST_QUEUE
            db.execute(
                "DELETE FROM slot WHERE pace = ? AND (at <= ? OR at > ?)",
                (*mine, now - seconds, horizon),
            )
            full = db.execute(
                "SELECT at FROM slot WHERE pace = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
                (*mine, calls - 1),
            ).fetchone()
            closed = db.execute(
                "SELECT until FROM closed WHERE pace = ? AND until <= ?", (*mine, horizon)
            ).fetchone()
            at = max(now, full[0] + seconds if full else now, closed[0] if closed else now)
            row = db.execute("INSERT INTO slot (pace, at) VALUES (?, ?)", (*mine, at))
            return int(row.lastrowid or 0), float(at)

    def move(self, ticket: int, at: float) -> None:
        with self._lock, self._open() as db:
            db.execute("UPDATE slot SET at = ? WHERE number = ?", (at, ticket))

    def close(self, until: float) -> None:
        with self._lock, self._open() as db:
            db.execute(
                "INSERT INTO closed VALUES (?, ?) ON CONFLICT (pace) DO UPDATE SET until = ?",
                (self._name, until, until),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # Opened for each call: a connection must not be carried across a fork, and opening costs
        # far less than the request that follows.
        try:
            with closing(sqlite3.connect(self._path, _WAIT_FOR_LOCK, isolation_level=None)) as db:
                # The last slots need not outlive a power cut, and a killed process loses nothing
                # that it had handed to the system.
                db.execute("PRAGMA synchronous = OFF")
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
        except sqlite3.Error as error:
            problem = f"{self._path} cannot be used ({type(error).__name__})"
            raise TransientError("pace", "wait for a turn", problem, "Check shared_pace") from None
