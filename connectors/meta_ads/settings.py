"""How to reach Meta's Graph and which pages' forms to read."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr

from connectors.connection import Connection, read_connection

_SECRETS = {
    "token": "FIRSTTOUCH_META_ADS_TOKEN",
    "app_secret": "FIRSTTOUCH_META_ADS_APP_SECRET",
    "base_url": "FIRSTTOUCH_META_ADS_BASE_URL",
}


class MetaAdsSettings(Connection):
    """
    `pages` are page ids; without any, all that the token manages are read. A form whose count of
    leads stands still is read again after `reread_seconds` all the same. A lead may become readable
    after a newer one: each reading begins `overlap_seconds` before the newest lead read.
    """

    token: SecretStr
    app_secret: SecretStr
    api_version: str = "v26.0"
    pages: tuple[str, ...] = ()
    page_size: Annotated[int, Field(ge=1, le=500)] = 200
    reread_seconds: Annotated[float, Field(ge=0)] = 900.0
    overlap_seconds: Annotated[int, Field(ge=0)] = 900

    @classmethod
    def from_environment(cls, connection: Mapping[str, Any], environ: Mapping[str, str]) -> Self:
        """Raises ConfigError naming what is not set or is wrong."""
        return read_connection(cls, "meta_ads", connection, environ, _SECRETS)
