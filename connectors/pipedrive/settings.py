"""How to reach a Pipedrive account, how fast, and how much at a time."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr

from connectors.connection import Connection, Seconds, read_connection

_SECRETS = {"token": "FIRSTTOUCH_PIPEDRIVE_TOKEN", "base_url": "FIRSTTOUCH_PIPEDRIVE_BASE_URL"}
_ANY_ACCOUNT = "https://api.pipedrive.com"


class PipedriveSettings(Connection):
    """
    `token` is a user's API token. `domain` is the company's: acme of acme.pipedrive.com.

    `calls_per_window` is that of the cheapest plan; its window is a little longer than the
    vendor's two seconds, because it counts when a request arrives. How late a change may show up
    in a list is told nowhere: `look_back_seconds` are read again on every pull.
    `task_type` is the key of an activity type, of which an account may have its own.
    """

    token: SecretStr
    domain: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] | None = None
    page_size: Annotated[int, Field(ge=2, le=100)] = 100
    look_back_seconds: Annotated[float, Field(ge=0)] = 60.0
    calls_per_window: Annotated[int, Field(ge=1)] = 20
    window_seconds: Seconds = 2.1
    task_type: Annotated[str, Field(min_length=1)] = "task"

    @property
    def address(self) -> str:
        if self.base_url:
            return self.base_url
        return f"https://{self.domain}.pipedrive.com" if self.domain else _ANY_ACCOUNT

    @property
    def account(self) -> str:
        """Stands for the account in names, and tells nothing of the token."""
        known = f"{self.address} {self.token.get_secret_value()}"
        return hashlib.sha256(known.encode()).hexdigest()[:16]

    @classmethod
    def from_environment(cls, connection: Mapping[str, Any], environ: Mapping[str, str]) -> Self:
        """Raises ConfigError naming what is not set or is wrong."""
        return read_connection(cls, "pipedrive", connection, environ, _SECRETS)
