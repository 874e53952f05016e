"""The deployments, as `firsttouch serve` runs them."""

import os
from collections.abc import Coroutine
from pathlib import Path

from prefect import serve

from flows.daily_reconcile import reconcile_daily
from flows.daily_shadow import report_shadow
from flows.receiver import HOST, PORT, receiving
from flows.sync import sync
from flows.wiring import CONFIG_VARIABLE, STORE_VARIABLE, config_folder, open_wiring, store_url
from leads.errors import ConfigError

_NO_SERVER = (
    "PREFECT_API_URL is not set, so no schedule would run: start `prefect server start` and "
    "export PREFECT_API_URL=http://127.0.0.1:4200/api"
)


def serve_all(
    config: Path | None = None, store: str | None = None, *, host: str = HOST, port: int = PORT
) -> None:
    """
    Serve every deployment, and receive webhooks at `host`:`port`, until interrupted.

    No Prefect concurrency limit keeps two syncs apart: a slot outlives a killed process and would
    block every later minute. The store's own short lease does it (docs/adr/0003). Raises
    ConfigError and StoreError at once, rather than in every run.
    """
    if not os.environ.get("PREFECT_API_URL"):
        raise ConfigError([_NO_SERVER])
    os.environ[CONFIG_VARIABLE] = str(config_folder(config).resolve())
    os.environ[STORE_VARIABLE] = store_url(store)
    with open_wiring(config, store) as wiring, receiving(wiring, host=host, port=port):
        _serve_schedules()


def _serve_schedules() -> None:
    every_minute = sync.to_deployment(
        name="every-minute",
        cron="* * * * *",
        description="New leads from every source get their owner.",
        tags=["firsttouch", "sync"],
    )
    shadow = report_shadow.to_deployment(
        name="daily",
        cron="0 6 * * *",
        description="What a shadow policy would have done otherwise since yesterday.",
        tags=["firsttouch", "shadow"],
    )
    reconciled = reconcile_daily.to_deployment(
        name="daily",
        cron="30 5 * * *",
        description="Every lead of the last week is accounted for; a difference is an alert.",
        tags=["firsttouch", "reconcile"],
    )
    assert not isinstance(every_minute, Coroutine)
    assert not isinstance(reconciled, Coroutine)
    assert not isinstance(shadow, Coroutine)
    serve(
        every_minute,
        shadow,
        reconciled,
        pause_on_shutdown=False,  # a restart must not leave the schedule switched off
        print_starting_message=False,
        limit=4,
    )
