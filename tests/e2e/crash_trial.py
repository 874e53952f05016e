"""
`python -m tests.e2e.crash_trial STORE FOLDER`: spoils a day's work at a step, and sees to its end.

A line of its input has a step's number, what happens there, in which work, and where a PostgreSQL
server keeps its data; step nought never comes, and the answer has the names of them all. Each trial
is a fork of this process, which has read everything in and has no threads; in it one fork more is
the process that it happens to. So a trial costs no start of anything but servers.
"""

import gc
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any

import httpx

from config.configuration import Configuration
from flows.in_force import keep_version
from flows.wiring import Wiring, wire
from leads.errors import StoreError
from leads.keys import LeadKey
from sandbox.chat import Chat, chat_app
from sandbox.serve import serve_in_thread
from sandbox.town import Town
from sandbox.world.record import Standing
from store.schema import metadata
from store.store import Store
from tests.e2e.crash_calamities import Calamity, mend, prepare, strike
from tests.e2e.crash_day import PHASES, Day, ProblemsError, sync_each
from tests.e2e.crash_evening import EVENING, evening_violations, the_day_before
from tests.e2e.crash_steps import Steps
from tests.e2e.crash_town import CHAT, small_configuration, small_town
from tests.e2e.crash_witness import counted, effects, violations
from tests.e2e.webhook_case import meta_body, post_meta, until
from tests.statements import share_statements

LATER = timedelta(minutes=5)
"""Every lease of the dead has ended by then."""

_QUIET_SECONDS = 0.05
_SURNAME = "Called"


@dataclass(slots=True, kw_only=True)
class Trial:
    """A town, a store, and what was seen of the process that did not end well."""

    town: Town
    configuration: Configuration
    url: str
    number: int = 0
    calamity: Calamity = Calamity.KILLED
    data: Path | None = None
    is_evening: bool = False
    patience: float = 20.0
    clock_set_back: timedelta = timedelta(0)
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
        wiring = wire(self.configuration, store, self.environment, now=self._now)
        keep_version(store, self.configuration, wiring.now())
        yield wiring
        for source in wiring.sources.values():
            source.close()
        store.close()

    def _now(self) -> datetime:
        return self.town.clock.now() - self.clock_set_back

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
        until(self._is_told, self.patience)

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
        mend(self.calamity, self.url, self.data)
        self.town.clock.skip(LATER)
        self.clock_set_back, self.patience = self.calamity.set_back, 20.0
        with self.wired() as wiring:
            self.live(self.day(wiring))
            found = self._wrong(wiring.store)
            before = effects(self.town)
            self._once_more(wiring)
            if effects(self.town) != before:
                found.append("once more changed something")
        return found

    def live(self, day: Day) -> None:
        day.live(EVENING if self.is_evening else PHASES)

    def _wrong(self, store: Store) -> list[str]:
        if self.is_evening:
            return evening_violations(self.town, store, self.chat)
        told = [self.called] if self.answered else []
        return violations(self.town, store, self.chat, erased=self.erased, told=told)

    def _once_more(self, wiring: Wiring) -> None:
        if self.is_evening:
            self.live(self.day(wiring))
        sync_each(wiring)

    def prepare(self) -> None:
        """Let be done what is done before; the process that it happens to has not begun."""
        if self.is_evening:
            with self.wired() as wiring:
                the_day_before(self.town, wiring)

    def until_quiet(self) -> None:
        """What the dead had sent already still arrives, long before its lease is over."""
        seen = -1
        while seen != (seen := len(self.town.journal.entries())):
            time.sleep(_QUIET_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """The process it happens to. We tell it where the vendors are, and it tells what it did."""

    pid: int
    orders: IO[str]
    reports: IO[str]

    @classmethod
    def forked(cls, trial: Trial) -> "Doomed":
        order_end, orders = os.pipe()
        report_end, reports = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(orders)
            os.close(report_end)
            _end_with(lambda: _live(trial, os.fdopen(order_end), os.fdopen(reports, "w")))
        os.close(order_end)
        os.close(reports)
        return cls(pid=pid, orders=os.fdopen(orders, "w"), reports=os.fdopen(report_end))

    def tell(self, line: str) -> None:
        self.orders.write(f"{line}\n")
        self.orders.flush()

    def follow(self, trial: Trial) -> dict[str, Any]:
        """Answer its calls until it ends; its last words, of which there may be none."""
        told: dict[str, Any] = {}
        for line in self.reports:
            told = json.loads(line)
            if "address" in told:
                self._answer(trial, told["address"])
        os.waitpid(self.pid, 0)
        return told

    def _answer(self, trial: Trial, address: str) -> None:
        try:
            trial.call_back(address)
        except (httpx.HTTPError, AssertionError):
            if not trial.calamity.is_survived:
                until(self._is_dead)  # its connections end a moment before it does
        with suppress(BrokenPipeError):
            self.tell("go on")

    def _is_dead(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _live(trial: Trial, orders: IO[str], reports: IO[str]) -> None:
    """In the process it happens to: a day's work, told where everybody is."""
    trial.environment = json.loads(orders.readline())
    trial.town.addresses = json.loads(orders.readline())
    trial.town.clock.skip(timedelta(seconds=float(orders.readline())))

    def report(**told: object) -> None:
        reports.write(f"{json.dumps(told)}\n")
        reports.flush()

    def call(address: str) -> None:
        report(address=address)
        orders.readline()

    ports = {int(at.rpartition(":")[2]): name for name, at in trial.town.addresses.items()}
    strikes = partial(strike, trial.calamity, trial.url, trial.data)
    steps = Steps(fatal=trial.number, vendors=ports, strikes=strikes)
    steps.watch()
    try:
        with trial.wired() as wiring:
            trial.live(trial.day(wiring, call=call, began=steps.begin))
    except BaseException as error:  # noqa: BLE001  (whatever it is, the test must see it)
        report(failed=traceback.format_exc(), is_explained=_is_explained(error))
        return
    steps.last()
    report(names=steps.names)


def _is_explained(error: BaseException) -> bool:
    """Whether a person was told what to do: by us, and not by a driver or a fault of ours."""
    is_ours = isinstance(error, StoreError | ProblemsError)
    return is_ours and "a fault of Firsttouch" not in str(error)


def _try(trial: Trial) -> dict[str, object]:
    """Let it happen, restart, and answer what is wrong."""
    doomed = Doomed.forked(trial)
    trial.empty_the_store()
    with trial.serving():
        trial.prepare()
        doomed.tell(json.dumps(trial.environment))
        doomed.tell(json.dumps({**trial.town.addresses, "chat": trial.environment[CHAT][:-6]}))
        ahead = trial.town.clock.now() - datetime.now(UTC)
        doomed.tell(f"{ahead.total_seconds():.0f}")
        told = doomed.follow(trial)
        trial.until_quiet()
        is_expected = trial.calamity.is_survived and told.get("is_explained", False)
        found = [told["failed"]] if "failed" in told and not is_expected else []
        found += trial.judge()
        has_ended = {"names": told.get("names", []), "failed": told.get("failed", "")}
        return {**has_ended, "leads": counted(trial.town), "violations": found}


def _answer(trial: Trial) -> None:
    try:
        told = _try(trial)
    except BaseException:  # noqa: BLE001  (whatever it is, the test must see it)
        told = {"names": [], "failed": "", "leads": 0, "violations": [traceback.format_exc()]}
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()


def _end_with(work: Any) -> None:
    """Do the last of a fork, and leave without what its parent has to clean up."""
    try:
        work()
    finally:
        os._exit(0)


def main() -> None:
    share_statements()
    url, configuration = sys.argv[1], small_configuration(Path(sys.argv[2]) / "config")
    Store.open(url).close()
    prepare(url)
    _warm_up(Trial(town=small_town(datetime.now(UTC)), configuration=configuration, url=url))
    for line in sys.stdin:
        asked = json.loads(line)
        calamity = Calamity(asked["calamity"])
        _fork(
            Trial(
                town=small_town(datetime.now(UTC)),
                configuration=configuration,
                url=url,
                number=asked["number"],
                calamity=calamity,
                data=Path(asked["data"]) if asked["data"] else None,
                is_evening=asked["work"] == "evening",
                patience=2.0 if calamity.is_survived else 20.0,
            )
        )


def _warm_up(trial: Trial) -> None:
    """Live a day, for all that is imported on the way and need not be again; no thread stays."""
    trial.empty_the_store()
    with trial.serving(), trial.wired() as wiring:
        trial.live(trial.day(wiring))
    assert threading.active_count() == 1
    gc.freeze()


def _fork(trial: Trial) -> None:
    if (pid := os.fork()) == 0:
        _end_with(lambda: _answer(trial))
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
