"""Alerts where no sync looks on: the receiver does, once a minute at most, and tells."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from connectors.base import Notifier
from flows.inbox import KIND
from flows.receiver import receiving
from flows.serving_log import warnings_marked
from flows.watching.lookout import Lookout
from flows.watching.watch import watch
from leads.errors import AuthError
from leads.keys import RunId
from leads.messages import Message
from sandbox.faults import FaultKind
from sandbox.town import Town
from store.alert_rows import Cause
from store.store import Store
from tests.builders import MONDAY
from tests.e2e.desk_case import DESK, office, person
from tests.e2e.town_case import quick_config, sync, wired
from tests.e2e.webhook_case import SECRETS, meta_body, post_meta, until

DOCUMENT = {
    "owners": [person("ana"), DESK],
    "pools": {"rest": {"members": ["ana"]}},
    "rules": [{"name": "Rest", "assign": "rest"}],
    "notify": {"channels": {"ops": "FT_OPS"}, "everyone": ["ops"], "alerts": ["ops"]},
}
REFUSED = AuthError("hubspot", "write owners", "refused")
NOTIFY = "notify: {channels: {ops: FT_OPS}, everyone: [ops], alerts: [ops]}\n"
EMAIL = "between@example.com"


@dataclass
class Channel(Notifier):
    titles: list[str] = field(default_factory=list)

    def tell(self, channel: str, message: Message) -> None:
        assert channel == "ops"
        self.titles.append(message.title)


@dataclass
class Receiver:
    """What the receiver has, without its doors."""

    lookout: Lookout
    channel: Channel
    runs: int = 0

    @property
    def store(self) -> Store:
        return self.lookout.wiring.store

    def brings(self, *problems: AuthError) -> None:
        self.runs += 1
        run, now = RunId(f"run {self.runs}"), self.lookout.wiring.now()
        self.store.start_run(run, KIND, now)
        self.store.end_run(run, now)
        self.lookout.note("hubspot", run, problems)

    def looks(self) -> list[str]:
        """Look, and say what people were told by it."""
        before = len(self.channel.titles)
        self.lookout.look()
        return self.channel.titles[before:]


@pytest.fixture
def desk(tmp_path):
    with office(tmp_path, MONDAY, DOCUMENT) as opened:
        yield opened


@pytest.fixture
def receiver(desk):
    channel = Channel()
    return Receiver(Lookout(replace(desk.wiring, notifier=channel)), channel)


def test_what_a_webhooks_run_met_is_told_once_and_when_it_is_over(desk, receiver, caplog):
    receiver.brings(REFUSED)
    assert receiver.looks() == ["Firsttouch: 1 to look at"]
    assert [each.getMessage() for each in caplog.records] == [f"credentials: {REFUSED}"]
    desk.later(seconds=61)
    receiver.brings(REFUSED)
    assert receiver.looks() == [], "the same cause is not told again"
    desk.later(minutes=6)
    assert receiver.looks() == [], "nothing came: nothing is known of it"
    desk.later(minutes=6)
    receiver.brings()
    assert receiver.looks() == ["Firsttouch: 1 over"]
    assert len(caplog.records) == 2


def test_it_looks_once_a_minute_at_most_and_forgets_nothing_meanwhile(desk, receiver):
    receiver.brings()
    assert receiver.looks() == []
    receiver.brings(REFUSED)
    desk.later(seconds=59)
    assert receiver.looks() == []
    desk.later(seconds=1)
    assert receiver.looks() == ["Firsttouch: 1 to look at"]


def test_a_clock_that_is_set_back_does_not_stop_it(desk, receiver):
    receiver.looks()
    desk.later(hours=-2)
    receiver.brings(REFUSED)
    assert receiver.looks() == ["Firsttouch: 1 to look at"]


def test_while_syncs_look_on_it_leaves_that_to_them(desk, receiver):
    for _ in range(3):
        assert watch(desk.wiring, []) == []
        desk.later(minutes=1)
        receiver.brings(REFUSED)
        assert receiver.looks() == []
    desk.later(minutes=2)
    receiver.brings(REFUSED)
    assert receiver.looks() == ["Firsttouch: 1 to look at"], "two syncs are missing"
    assert watch(desk.wiring, []) == []
    desk.later(minutes=2)
    receiver.brings(REFUSED)
    assert receiver.store.alerts()[0].seen_at == desk.now - timedelta(minutes=2)
    assert receiver.looks() == []
    assert receiver.store.alerts()[0].seen_at == desk.now - timedelta(minutes=2)


def test_what_webhooks_bring_says_nothing_of_the_polls(desk, receiver):
    """That a source is polled less often, or left alone, is over when a poll says so."""
    receiver.brings()
    receiver.looks()
    store = desk.wiring.store
    causes = [Cause(kind=each, source="hubspot", text="by a poll") for each in ("quota", "failing")]
    store.note_alerts(causes, (), desk.now)
    desk.later(minutes=10)
    receiver.brings()
    receiver.looks()
    assert [each.cause.kind for each in store.alerts()] == ["quota", "failing"]


def test_a_crm_that_refuses_the_receiver_is_told_soon(tmp_path):
    config, channel = quick_config(tmp_path / "config"), Channel()
    (config / "notify.yaml").write_text(NOTIFY)
    with Town.open(seed=5, leads=60) as town, wired(town, tmp_path, config) as opened:
        sync(opened)
        wiring = replace(opened, notifier=channel, now=town.clock.now)
        form = next(iter(town.vendors.meta.forms))

        def is_told():
            """One more comes each minute."""
            town.clock.skip(timedelta(minutes=1))
            lead = town.vendors.meta.add_lead(form, [{"name": "email", "values": [EMAIL]}])
            assert post_meta(base, meta_body(lead)).is_success
            return "Firsttouch: 1 to look at" in channel.titles

        with receiving(wiring, port=0, environ={**town.environment, **SECRETS}) as base:
            town.faults["hubspot"].set_share(FaultKind.TOKEN_EXPIRED, 1.0)
            until(is_told, seconds=60, every=0.2)
        assert ("credentials", "hubspot") in {
            (each.cause.kind, each.cause.source) for each in wiring.store.alerts()
        }


def test_a_store_that_cannot_be_written_is_told_as_ours_and_in_plain_words(desk, capsys):
    store = desk.wiring.store
    event.listen(
        store._db.engine, "engine_connect", lambda c: c.exec_driver_sql("PRAGMA query_only = ON")
    )
    with warnings_marked():
        assert watch(desk.wiring, []) == []
    told = capsys.readouterr().err
    assert told.startswith(
        "firsttouch: nobody looked for what is to be alerted of: noting that this sync looks for "
        "alerts: SQLite file "
    )
    assert "it cannot be written: give this user write permission" in told
