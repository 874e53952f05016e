"""The secrets of the generic webhook, and the variables they come from."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from connectors.connection import read_connection

SECRET = "FIRSTTOUCH_WEBHOOK_SECRET"  # noqa: S105  (a variable's name)
TOKEN = "FIRSTTOUCH_WEBHOOK_TOKEN"  # noqa: S105  (a variable's name)


class WebhookSettings(BaseModel):
    """Nothing is reached by us, so that there is nothing to say under `connection`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def from_environment(cls, connection: Mapping[str, Any], environ: Mapping[str, str]) -> Self:
        """Raises ConfigError naming each key, as there is none to be used."""
        return read_connection(cls, "webhook", connection, environ, {})
