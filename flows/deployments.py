"""The deployments, as `firsttouch serve` runs them."""

import os
from collections.abc import Coroutine
from pathlib import Path

from prefect import serve

from flows.sync import sync
from flows.wiring import CONFIG_VARIABLE, STORE_VARIABLE, config_folder, open_wiring, store_url


def serve_all(config: Path | None = None, store: str | None = None) -> None:
    """
    Serve every deployment until interrupted.

    No Prefect concurrency limit keeps two syncs apart: a slot outlives a killed process and would
    block every later minute. The store's own short lease does it (docs/adr/0003). Raises
    ConfigError and StoreError at once, rather than in every run.
    """
    with open_wiring(config, store):
        pass
    os.environ[CONFIG_VARIABLE] = str(config_folder(config).resolve())
    os.environ[STORE_VARIABLE] = store_url(store)
    every_minute = sync.to_deployment(
        name="every-minute",
        cron="* * * * *",
        description="New leads from every source get their owner.",
        tags=["firsttouch", "sync"],
    )
    assert not isinstance(every_minute, Coroutine)
    serve(
        every_minute,
        pause_on_shutdown=False,  # a restart must not leave the schedule switched off
        print_starting_message=False,
        limit=4,
    )
