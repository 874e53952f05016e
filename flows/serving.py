"""Receiving webhooks alone, without Prefect: they are stored, routed and delivered here."""

import logging
import threading
from pathlib import Path

from flows.processes import stop_when_told
from flows.receiver import receiving
from flows.which_store import new_store
from flows.wiring import open_wiring

_LOG = logging.getLogger("firsttouch.serve")


def receive_alone(config: Path | None, store: str | None, *, host: str, port: int) -> None:
    """Receive until interrupted. Raises ConfigError and StoreError at once."""
    stop_when_told()
    is_new = new_store(store)
    with (
        open_wiring(config, store) as wiring,
        receiving(wiring, host=host, port=port) as address,
    ):
        if is_new:
            _LOG.warning("%s", is_new)
        _LOG.info(
            "%s/webhooks/ is routed at once. Nothing is polled and nothing runs on a schedule: "
            "`firsttouch sync` polls once",
            address,
        )
        threading.Event().wait()
