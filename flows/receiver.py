"""Running the receiver inside a process that does something else."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import uvicorn

from flows.doors import doors
from flows.inbox_worker import InboxWorkers
from flows.patience import (
    LONGEST_HEAD,
    MOST_CONNECTIONS,
    PATIENCE,
    Impatient,
    StorePatience,
)
from flows.secret_blocks import revealed
from flows.webhook_mailbox import Mailbox
from flows.webhooks import PUBLIC_URL, Receiver
from flows.wiring import Wiring
from leads.errors import ConfigError
from leads.keys import RunId
from store.alert_rows import Alert

HOST, PORT = "127.0.0.1", 8080
_PATIENCE_SECONDS = 15.0
_BACKLOG = 2048
_LOG = logging.getLogger("firsttouch.webhooks")


@contextmanager
def receiving(
    wiring: Wiring,
    *,
    host: str = HOST,
    port: int = PORT,
    environ: Mapping[str, str] = os.environ,
    routed: Callable[[str, RunId], None] = lambda *_: None,
    raised: Callable[[datetime, Alert], None] = lambda *_: None,
    patience: StorePatience = PATIENCE,
) -> Iterator[str]:
    """
    Receive webhooks and route them until the block ends; the value is the base address.

    Port 0 takes any free one. What is being received then is still answered, what is stored and
    not routed is left to the next start or the minute's sync. `routed` is told of each run,
    `raised` of each alert that no sync saw, with when it was looked for; `patience` is with a store
    that others keep busy. Raises ConfigError when the port is taken.
    """
    environ = revealed(environ)
    with _listener(host, port) as listener, InboxWorkers(wiring, routed, raised) as workers:
        mailbox = Mailbox(wiring.store, wiring.now, workers.wake, patience)
        receiver = Receiver(
            doors(wiring, environ),
            wiring.store,
            mailbox,
            wiring.now,
            workers.turned_away,
            outages=workers.outages,
            public_url=environ.get(PUBLIC_URL, ""),
        )
        server = uvicorn.Server(_config(receiver))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="receiver", daemon=True
        )
        thread.start()
        _wait_for(server, thread)
        address = f"http://{host}:{listener.getsockname()[1]}"
        _LOG.info("receiving webhooks at %s/webhooks/", address)
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(_PATIENCE_SECONDS)


def _config(receiver: Receiver) -> uvicorn.Config:
    # No access log: a challenge's address holds a token.
    return uvicorn.Config(
        receiver.app(),
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        http=Impatient,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        limit_concurrency=MOST_CONNECTIONS,
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=5,
    )


@contextmanager
def _listener(host: str, port: int) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        problem = f"webhooks cannot be received at {host}:{port}: {error.strerror}"
        raise ConfigError([f"{problem}; choose another --port or --host"]) from None
    with listener:
        yield listener


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ConfigError(["the webhook receiver did not start; its log has the reason"])
        time.sleep(0.005)
