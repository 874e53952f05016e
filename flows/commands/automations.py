"""`firsttouch automations`: Prefect's automations, brought up to date."""

import os
from pathlib import Path

import httpx

from config.load import load
from flows.prefect_server import api as prefect_api
from flows.prefect_server.automations import addresses_of, keep_automations
from flows.prefect_server.blocks import offer_blocks
from flows.secret_blocks import revealed
from flows.wiring import config_folder
from leads.errors import ConfigError, StoreError


def run(config: Path | None) -> None:
    """Print what was made or changed. Raises StoreError where the server does not answer."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectException

    from flows.prefect_server.superseded import supersede

    if not os.environ.get("PREFECT_API_URL"):
        raise ConfigError([prefect_api.NO_SERVER])
    addresses = addresses_of(load(config_folder(config)), revealed(os.environ))
    try:
        with get_client(sync_client=True) as client:
            changed = keep_automations(client, addresses)
            renamed = supersede(client)
        offer_blocks()
    except (httpx.HTTPError, PrefectException) as error:
        what = "Prefect's automations stay as they were"
        raise StoreError(prefect_api.refused(what, error)) from None
    for name in changed:
        print(f"set up: {name}")
    for text in renamed:
        print(f"deployment {text}")
    if not changed:
        print("Every automation is as automations/*.yaml says.")
