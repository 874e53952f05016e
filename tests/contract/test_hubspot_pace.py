"""The vendor's limits are kept by all workers together; the vendor's own journal counts."""

import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.pace import Pace
from connectors.shared_pace import FileSlots, file_slots, make_pace
from leads.errors import ConfigError, RateLimited, TransientError
from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.limits import RateLimits
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.stage import Options, requests

SECONDS = 5


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        opened.ground.clock.release()
        opened.portal.limits = RateLimits()
        yield opened


def hammer(stage: HubSpotStage, folder: Path) -> "subprocess.Popen[bytes]":
    asked = [stage.url, str(folder), str(SECONDS + 1.0)]
    return subprocess.Popen([sys.executable, "-m", "tests.contract.hubspot_hammer", *asked])


def arrivals(stage: HubSpotStage) -> list[datetime]:
    return [e.at for e in stage.ground.journal.entries(event="request")]


def test_four_processes_keep_one_limit_and_use_it(stage: HubSpotStage, tmp_path: Path):
    workers = [hammer(stage, tmp_path) for _ in range(4)]
    wait_for_requests(stage, 8)
    workers[0].kill()  # with a turn in its hands, as likely as not
    codes = [worker.wait() for worker in workers]
    assert codes[1:] == [0, 0, 0]
    statuses = {e.detail["status"] for e in stage.ground.journal.entries(event="request")}
    assert statuses == {200}
    came = arrivals(stage)
    in_time = [at for at in came if at < came[0] + timedelta(seconds=SECONDS)]
    assert len(in_time) >= 0.9 * SECONDS * 5


def wait_for_requests(stage: HubSpotStage, count: int) -> None:
    ends = time.monotonic() + 20
    while requests(stage) < count and time.monotonic() < ends:
        time.sleep(0.02)


class _Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(params=["memory", "file"])
def slots(request: pytest.FixtureRequest, tmp_path: Path) -> FileSlots | None:
    return FileSlots(tmp_path / "pace.sqlite", "a") if request.param == "file" else None


def taken(pace: Pace, clock: _Time, count: int) -> list[float]:
    found = []
    for _ in range(count):
        with pace.turn():
            found.append(clock.now)
    return found


def test_no_window_holds_more_than_its_calls(slots: FileSlots | None):
    clock = _Time()
    pace = Pace(3, 10.0, slots=slots, clock=clock, sleep=clock.sleep)
    assert taken(pace, clock, 8) == [1000.0] * 3 + [1010.0] * 3 + [1020.0] * 2


def test_a_slow_call_counts_when_it_must_have_arrived(slots: FileSlots | None):
    clock = _Time()
    pace = Pace(2, 10.0, slack=1.0, slots=slots, clock=clock, sleep=clock.sleep)
    with pace.turn():
        clock.now += 4  # perhaps on the way all the time
    with pace.turn():
        clock.now += 0.5  # within the slack: costs nothing
    assert taken(pace, clock, 2) == [1013.0, 1014.0]


def test_what_one_is_told_holds_for_all(slots: FileSlots | None):
    clock = _Time()
    pace = Pace(5, 1.0, slots=slots, clock=clock, sleep=clock.sleep)
    pace.rest(7)
    assert taken(pace, clock, 1) == [1007.0]


def test_names_are_apart_and_the_same_name_is_one(tmp_path: Path):
    clock = _Time()
    one, same, other = (
        Pace(1, 10.0, slots=FileSlots(tmp_path / "p", name), clock=clock, sleep=clock.sleep)
        for name in ("a", "a", "b")
    )
    assert taken(one, clock, 1) + taken(other, clock, 1) == [1000.0, 1000.0]
    assert taken(same, clock, 1) == [1010.0]


def test_a_clock_that_is_set_back_stops_nobody(tmp_path: Path):
    clock = _Time()
    pace = Pace(1, 10.0, slots=FileSlots(tmp_path / "p", "a"), clock=clock, sleep=clock.sleep)
    taken(pace, clock, 1)
    pace.rest(1)
    clock.now -= 900
    assert taken(pace, clock, 1) == [100.0]


def test_threads_of_one_process_take_turns_in_a_file(tmp_path: Path):
    waits: list[float] = []
    slots = FileSlots(tmp_path / "p", "a")
    pace = Pace(3, 10.0, slots=slots, clock=lambda: 0.0, sleep=waits.append)
    threads = [threading.Thread(target=pace.wait) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [10.0] * 3 + [20.0] * 3


def test_a_folder_that_cannot_be_names_the_setting(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="shared_pace"):
        make_pace(file_slots(tmp_path / "file" / "folder"), "a", 1, 1.0)


def test_the_file_is_for_its_owner_only(tmp_path: Path):
    file_slots(tmp_path)("a").take(1, 1.0, time.time)
    assert stat.S_IMODE((tmp_path / "pace.sqlite").stat().st_mode) == 0o600


def test_a_file_that_breaks_later_is_told_as_a_failure_that_may_pass(tmp_path: Path):
    pace = make_pace(file_slots(tmp_path), "a", 1, 1.0)
    (tmp_path / "pace.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(TransientError, match="shared_pace"):
        pace.wait()


def test_a_limit_somebody_else_used_up_holds_all_workers_back(stage: HubSpotStage, tmp_path: Path):
    told, other = (
        stage.source(Options(connection={"attempts": 1, "shared_pace": str(tmp_path)}))
        for _ in range(2)
    )
    for source in (told, other):
        list(source.pull(None))
    used_up = Fault(kind=FaultKind.RATE_LIMITED, path=stage.reads, detail="SECONDLY")
    stage.ground.faults.script(used_up)
    with pytest.raises(RateLimited):
        list(told.pull(None))
    list(other.pull(None))
    *_, refused, again = arrivals(stage)
    assert again - refused >= timedelta(seconds=0.9)


def test_the_day_is_over_for_searches_and_calls_at_once(stage: HubSpotStage):
    source = stage.source(Options(connection={"attempts": 4}))
    list(source.pull(None))
    stage.portal.limits.daily.limit = 0
    before = requests(stage)
    with pytest.raises(RateLimited, match="DAILY"):
        list(source.pull(None))
    with pytest.raises(RateLimited, match="DAILY"):
        list(source.fetch(["101"]))
    assert requests(stage) - before == 2
