"""A store that another process keeps locked, or that is silent: senders are told to come again."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager

import httpx
import pytest
from sqlalchemy import create_engine, text

from connectors.inbound import Notice
from flows.doors import Door
from flows.outages import Outages
from flows.shared_answer import SharedAnswer
from flows.turned_away import TurnedAway
from flows.webhook_mailbox import Mailbox
from flows.webhooks import Receiver
from flows.wiring import utc_now
from leads.errors import StoreError
from store.store import Store
from store.waits import TRY_SECONDS
from tests.dark_line import dark_line
from tests.e2e.webhook_case import JSON
from tests.postgres import new_store

A_LONG_TIME = 30.0
"""What nobody who sends a webhook waits."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return new_store(request.getfixturevalue("postgres_url"))


@contextmanager
def locked(url):
    """As an editor of the file does that has begun to write, or a table that is being rebuilt."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    engine = create_engine(url)
    with engine.connect() as other:
        other.execute(text("LOCK TABLE inbox, lease"))
        yield
    engine.dispose()


def receiver_of(store):
    def receive(sent, now):
        return (Notice(source="webhook", ids=(sent.body.decode(),)),)

    door = Door(name="webhook", lacks=(), receive=receive)
    woken: list[set[str]] = []
    mailbox = Mailbox(store, utc_now, woken.append)
    outages = Outages(store, utc_now)
    turned_away = TurnedAway(store, utc_now, outages)
    return Receiver({"webhook": door}, store, mailbox, utc_now, turned_away, outages=outages)


async def asked(store):
    """What a sender and a balancer are answered while the store is locked; and afterwards."""
    app = httpx.ASGITransport(receiver_of(store).app())
    async with httpx.AsyncClient(transport=app, base_url="http://hooks.example.com") as client:

        async def both():
            sent = client.post("/webhooks/webhook", content=b"7", headers=JSON)
            return await asyncio.wait_for(asyncio.gather(sent, client.get("/readyz")), A_LONG_TIME)

        with locked(store._db.engine.url.render_as_string(hide_password=False)):
            refused = await both()
        return refused, await both()


def test_a_locked_store_is_told_in_time_and_nothing_is_lost(url, caplog):
    with closing(Store.open(url)) as store:
        ((sent, ready), (again, ready_again)) = asyncio.run(asked(store))
        assert (sent.status_code, ready.status_code) == (503, 503)
        assert int(sent.headers["retry-after"]) > 0
        assert sent.json() == {"problem": "it could not be stored; send it again later"}
        assert ready.json()["ready"] is False
        assert "another" in ready.json()["problem"]  # process, or worker, that keeps it locked
        assert "password" not in ready.json()["problem"]
        lost, back = [each.getMessage() for each in caplog.records]
        assert "webhook webhook: not stored, so not accepted" in lost
        assert "another" in lost
        assert back.endswith("; 1 webhook was answered 503 meanwhile")
        assert (again.status_code, ready_again.json()) == (200, {"ready": True})
        assert store.inbox_counts()["webhook"].waiting == 1


def test_waiting_shortly_once_does_not_make_the_next_impatient(tmp_path):
    with closing(Store.open(f"sqlite:///{tmp_path}/store.db")) as store:
        store.prove_writable(utc_now(), patience=0.01)
        with store._db.engine.connect() as connection:
            waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    assert waits == TRY_SECONDS * 1_000


def test_a_store_that_says_nothing_keeps_one_thread_and_nobody_waiting():
    held, asked_of_it = threading.Event(), []

    def find():
        asked_of_it.append(1)
        held.wait()
        return "found"

    async def ask():
        answer = SharedAnswer("looking", find, seconds=0.01)
        for _ in range(3):
            with pytest.raises(StoreError, match="looking: the store: no answer"):
                await answer.get()
        held.set()
        patient = SharedAnswer("looking", find)
        return await patient.get()

    assert asyncio.run(ask()) == "found"
    assert len(asked_of_it) == 2


def test_a_silent_pooler_keeps_no_sender_waiting(postgres_url):
    with (
        dark_line(new_store(postgres_url), connect_timeout="2") as (line, url),
        closing(Store.open(url)) as store,
    ):
        refused, taken = asyncio.run(_sent_before_and_after(line, receiver_of(store)))
        assert (refused.status_code, taken.status_code) == (503, 200)
        assert store.inbox_counts()["webhook"].waiting == 1


async def _sent_before_and_after(line, receiver):
    app = httpx.ASGITransport(receiver.app())
    async with httpx.AsyncClient(transport=app, base_url="http://hooks.example.com") as client:
        line.is_silent.set()
        sent = client.post("/webhooks/webhook", content=b"7", headers=JSON)
        refused = await asyncio.wait_for(sent, A_LONG_TIME)
        line.is_silent.clear()
        return refused, await client.post("/webhooks/webhook", content=b"7", headers=JSON)


def test_a_command_that_waits_for_the_file_says_so_and_does_its_work(tmp_path):
    store = f"sqlite:///{tmp_path}/store.db"
    Store.open(store).close()
    words = [sys.executable, "-m", "flows.cli", "pause", "hubspot", "--store", store]
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as pause:
            assert pause.stderr
            assert pause.stdout
            told = pause.stderr.readline().decode()
            other.execute("ROLLBACK")
            done = pause.stdout.read().decode()
    assert told == (
        f"firsttouch: waiting for the store: SQLite file {tmp_path}/store.db: another process is "
        "writing, or keeps it locked; at most 60 s\n"
    )
    assert done.startswith("Paused: hubspot.")
    assert pause.returncode == 0
