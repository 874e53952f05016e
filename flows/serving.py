"""Receiving webhooks alone, without Prefect: they are stored, routed and delivered here."""

import threading
from pathlib import Path

from flows.exits import note
from flows.processes import stop_when_told
from flows.receiver import receiving
from flows.serving_log import log_with_times
from flows.wiring import open_wiring


def receive_alone(config: Path | None, store: str | None, *, host: str, port: int) -> None:
    """Receive until interrupted. Raises ConfigError and StoreError at once."""
    stop_when_told()
    log_with_times()
    with (
        open_wiring(config, store) as wiring,
        receiving(wiring, host=host, port=port) as address,
    ):
        note(
            f"receiving webhooks at {address}/webhooks/, and routing them at once. Nothing is "
            "polled and nothing runs on a schedule: `firsttouch sync` polls once"
        )
        threading.Event().wait()
