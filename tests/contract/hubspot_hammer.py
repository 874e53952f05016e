"""A worker of its own process that searches as fast as it may: URL FOLDER SECONDS."""

import sys
import time
from pathlib import Path

from pydantic import SecretStr

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.settings import HubSpotSettings
from sandbox.hubspot.app import TOKEN


def main() -> None:
    url, folder, seconds = sys.argv[1:]
    settings = HubSpotSettings(
        token=SecretStr(TOKEN), base_url=url, shared_pace=Path(folder), attempts=1
    )
    client = HubSpotClient(settings)
    ends = time.monotonic() + float(seconds)
    while time.monotonic() < ends:
        client.search("contacts", "hammer", {"limit": 1})
    client.close()


if __name__ == "__main__":
    main()
