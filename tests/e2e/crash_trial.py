"""
`python -m tests.e2e.crash_trial STORE FOLDER`: kills a day's work at the step it is told, and sees.

A line of its input is a step's number: nought lives the day through and answers the steps' names.
Each trial is a fork of this process, which has read everything in and has no threads; in it one
fork more is the process that dies. So a trial costs no start of anything but servers.
"""

import gc
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import httpx

from config.configuration import Configuration
from flows.wiring import Wiring, keep_version, wire
from leads.keys import LeadKey
from sandbox.chat import Chat, chat_app
from sandbox.serve import serve_in_thread
from sandbox.town import Town
from sandbox.world.record import Standing
from store.schema import metadata
from store.store import Store
from tests.e2e.crash_day import Day, sync_each
from tests.e2e.crash_steps import Steps
from tests.e2e.crash_town import CHAT, small_configuration, small_town
from tests.e2e.crash_witness import counted, effects, violations
from tests.e2e.webhook_case import meta_body, post_meta, until

LATER = timedelta(minutes=5)
"""Every lease of the dead has ended by then."""

_QUIET_SECONDS = 0.05
_SURNAME = "Called"


@dataclass(slots=True, kw_only=True)
class Trial:
    """A town, a store, and what was seen of the process that died."""

    town: Town
    configuration: Configuration
    url: str
    chat: Chat = field(default_factory=Chat)
    environment: dict[str, str] = field(default_factory=dict)
    called: str = ""
    answered: bool = False

    @property
    def erased(self) -> LeadKey:
        records = self.town.world.records["meta_ads"]
        first = next(each for each in records if each.standing is Standing.WAITING)
        return LeadKey("meta_ads", self.town.ids[first.key])

    @contextmanager
    def serving(self) -> Iterator[None]:
        with self.town, ExitStack() as opened:
            self.town.serve()
            address = opened.enter_context(serve_in_thread(chat_app(self.chat)))
            room = f"{address.replace('http://', 'json://')}/sales"
            self.environment = {**self.town.environment, CHAT: room}
            yield

    @contextmanager
    def wired(self) -> Iterator[Wiring]:
        store = Store.open(self.url)
        wiring = wire(self.configuration, store, self.environment, now=self.town.clock.now)
        keep_version(store, self.configuration, wiring.now())
        yield wiring
        for source in wiring.sources.values():
            source.close()
        store.close()

    def empty_the_store(self) -> None:
        """And let a second policy follow: the same one, as what it decides is not the question."""
        store = Store.open(self.url)
        with store._db.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        policy, now = self.configuration.policy, self.town.clock.now()
        store.start_shadow(policy.hash, self.configuration.document, now)
        store.close()

    def call_back(self, address: str) -> None:
        """Meta tells of a lead until it is answered, as senders do; then it comes to be owned."""
        if not self.called:
            form = next(iter(self.town.vendors.meta.forms))
            answers = {"email": "called@back.example", "last_name": _SURNAME}
            given = [{"name": name, "values": [text]} for name, text in answers.items()]
            self.called = self.town.vendors.meta.add_lead(form, given)
        if not self.answered:
            self.answered = post_meta(address, meta_body(self.called)).status_code == 200
        until(self._is_told)

    def _is_told(self) -> bool:
        """Whether the lead that was called about has its owner, who heard of it."""
        made = self.town.vendors.hubspot.contacts.values()
        key = f"meta_ads:{self.called}"
        ids = [each.id for each in made if each.state.values.get("firsttouch_id") == key]
        return bool(ids) and any(post.text.endswith(f"/{ids[0]}") for post in self.chat.posted)

    def day(self, wiring: Wiring, **more: Any) -> Day:
        known = {"environment": self.environment, "erased": self.erased, "call": self.call_back}
        return Day(wiring=wiring, **{**known, **more})

    def judge(self) -> list[str]:
        """Restart, when every lease is over; then a sync more, which must change nothing."""
        self.town.clock.skip(LATER)
        with self.wired() as wiring:
            self.day(wiring).live()
            told = [self.called] if self.answered else []
            found = violations(self.town, wiring.store, self.chat, erased=self.erased, told=told)
            before = effects(self.town)
            sync_each(wiring)
            if effects(self.town) != before:
                found.append("one sync more changed something")
        return found

    def until_quiet(self) -> None:
        """What the dead had sent already still arrives, long before its lease is over."""
        seen = -1
        while seen != (seen := len(self.town.journal.entries())):
            time.sleep(_QUIET_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """The process that dies. We write to it where the vendors are, and it tells us what it did."""

    pid: int
    orders: IO[str]
    reports: IO[str]

    @classmethod
    def forked(cls, trial: Trial, number: int) -> "Doomed":
        order_end, orders = os.pipe()
        report_end, reports = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(orders)
            os.close(report_end)
            _end_with(lambda: _live(trial, number, os.fdopen(order_end), os.fdopen(reports, "w")))
        os.close(order_end)
        os.close(reports)
        return cls(pid=pid, orders=os.fdopen(orders, "w"), reports=os.fdopen(report_end))

    def tell(self, line: str) -> None:
        self.orders.write(f"{line}\n")
        self.orders.flush()

    def follow(self, trial: Trial) -> list[str]:
        """Answer its calls until it ends; the names of its steps, if it came to their end."""
        names: list[str] = []
        for line in self.reports:
            told = json.loads(line)
            if "names" in told:
                names = told["names"]
            elif "failed" in told:
                raise AssertionError(told["failed"])
            else:
                try:
                    trial.call_back(told["address"])
                    self.tell("go on")
                except (httpx.HTTPError, BrokenPipeError, AssertionError):
                    # A dying process closes its sockets a moment before it counts as dead.
                    until(lambda: not self._is_alive())
        os.waitpid(self.pid, 0)
        return names

    def _is_alive(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _live(trial: Trial, number: int, orders: IO[str], reports: IO[str]) -> None:
    """In the process that dies: a day's work, told where everybody is."""
    trial.environment = json.loads(orders.readline())
    trial.town.addresses = json.loads(orders.readline())

    def report(**told: object) -> None:
        reports.write(f"{json.dumps(told)}\n")
        reports.flush()

    def call(address: str) -> None:
        report(address=address)
        orders.readline()

    ports = {int(at.rpartition(":")[2]): name for name, at in trial.town.addresses.items()}
    steps = Steps(fatal=number, vendors=ports)
    steps.watch()
    try:
        with trial.wired() as wiring:
            trial.day(wiring, call=call, began=steps.begin).live()
    except BaseException:
        report(failed=traceback.format_exc())
        raise
    steps.last()
    report(names=steps.names)


def _try(trial: Trial, number: int) -> dict[str, object]:
    """Kill at a step, restart, and answer what is wrong."""
    doomed = Doomed.forked(trial, number)
    trial.empty_the_store()
    with trial.serving():
        doomed.tell(json.dumps(trial.environment))
        doomed.tell(json.dumps({**trial.town.addresses, "chat": trial.environment[CHAT][:-6]}))
        names = doomed.follow(trial)
        trial.until_quiet()
        return {"names": names, "leads": counted(trial.town), "violations": trial.judge()}


def _answer(trial: Trial, number: int) -> None:
    try:
        told = _try(trial, number)
    except BaseException:  # noqa: BLE001  (whatever it is, the test must see it)
        told = {"names": [], "leads": 0, "violations": [traceback.format_exc()]}
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()


def _end_with(work: Any) -> None:
    """Do the last of a fork, and leave without what its parent has to clean up."""
    try:
        work()
    finally:
        os._exit(0)


def main() -> None:
    url, configuration = sys.argv[1], small_configuration(Path(sys.argv[2]) / "config")
    Store.open(url).close()
    _warm_up(Trial(town=small_town(datetime.now(UTC)), configuration=configuration, url=url))
    for line in sys.stdin:
        town = small_town(datetime.now(UTC))
        _fork(Trial(town=town, configuration=configuration, url=url), int(line))


def _warm_up(trial: Trial) -> None:
    """Live a day, for all that is imported on the way and need not be again; no thread stays."""
    trial.empty_the_store()
    with trial.serving(), trial.wired() as wiring:
        trial.day(wiring).live()
    assert threading.active_count() == 1
    gc.freeze()


def _fork(trial: Trial, number: int) -> None:
    if (pid := os.fork()) == 0:
        _end_with(lambda: _answer(trial, number))
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
