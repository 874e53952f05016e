"""A server of the store that goes and comes back: told in a few lines, however many ask."""

import logging
from contextlib import closing
from datetime import UTC, datetime, timedelta

from flows.outages import Outages
from flows.serving_log import log_with_times
from leads.errors import StoreError
from store.store import Store
from tests.postgres import Machine, administrator, database_at, postgres

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Watch:
    """A clock that a test sets."""

    def __init__(self):
        self.time = NOON

    def now(self):
        return self.time


def seven_ask(store, outages, watch):
    """As the threads of a receiver do, and a sender."""
    for number in range(7):
        try:
            store.pause(None, watch.now())
        except StoreError as error:
            outages.note(f"source {number}", error, refused=int(number == 0))


def test_a_server_that_goes_and_comes_back_is_told_of_in_four_lines(tmp_path, caplog):
    watch, machine = Watch(), Machine(tmp_path / "data")
    with postgres(tmp_path) as server:
        with administrator(server) as command:
            command("CREATE DATABASE away")
        with closing(Store.open(database_at(server, "away"))) as store:
            outages = Outages(store, watch.now)
            machine.stop()
            for _ in range(9):  # two minutes and a quarter
                seven_ask(store, outages, watch)
                outages.look()
                watch.time += 15 * SECOND
            machine.start()
            seven_ask(store, outages, watch)
            outages.look()
            outages.over()
    told = [each.getMessage() for each in caplog.records]
    assert len(told) == 4
    where = f"PostgreSQL database away at {tmp_path / 'data'}:5432: no connection (connection to "
    assert told[0].startswith("the store cannot be used: webhooks are answered 503: source 0: ")
    assert all(where in each for each in told[:3])
    assert told[1].startswith("the store still cannot be used, since 12:00:00 UTC: source 0: ")
    assert told[1].endswith("; 5 webhooks were answered 503 meanwhile")
    assert told[3] == (
        "the store can be used again; it could not since 12:00:00 UTC; "
        "9 webhooks were answered 503 meanwhile"
    )


def test_one_that_comes_and_goes_is_told_once_a_minute(tmp_path, caplog):
    watch = Watch()
    with closing(Store.open(f"sqlite:///{tmp_path}/store.db")) as store:
        outages = Outages(store, watch.now)
        for _ in range(12):
            outages.note("telling owners", StoreError("the disk is full"))
            outages.look()
            watch.time += 5 * SECOND
    assert [each.levelname for each in caplog.records] == ["ERROR", "WARNING"]


def test_a_file_that_is_taken_away_is_told_as_a_server_is(tmp_path, caplog):
    watch, file = Watch(), tmp_path / "store.db"
    with closing(Store.open(f"sqlite:///{file}")) as store:
        outages = Outages(store, watch.now)
        file.unlink()
        seven_ask(store, outages, watch)
        outages.look()
    assert "cannot be used: webhooks are answered 503" in caplog.messages[0]
    assert "was deleted, moved or replaced" in caplog.messages[0]


def test_each_line_of_a_serving_process_has_its_time(capsys):
    log = logging.getLogger("firsttouch")
    before = log.handlers, log.level, log.propagate
    try:
        log_with_times()
        logging.getLogger("firsttouch.store").error("away")
    finally:
        log.handlers, log.level, log.propagate = before
    day, clock, zone, rest = capsys.readouterr().err.split(maxsplit=3)
    assert datetime.fromisoformat(f"{day} {clock}").tzinfo is None
    assert (zone, rest) == ("UTC", "ERROR firsttouch: away\n")
