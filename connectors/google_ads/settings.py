"""How to reach the Google Ads API, and which accounts' leads to read."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from connectors.connection import Connection, read_connection

_SECRETS = {
    "developer_token": "FIRSTTOUCH_GOOGLE_ADS_DEVELOPER_TOKEN",
    "client_id": "FIRSTTOUCH_GOOGLE_ADS_CLIENT_ID",
    "client_secret": "FIRSTTOUCH_GOOGLE_ADS_CLIENT_SECRET",
    "refresh_token": "FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN",
    "webhook_key": "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY",
    "customer_ids": "FIRSTTOUCH_GOOGLE_ADS_CUSTOMER_IDS",
    "login_customer_id": "FIRSTTOUCH_GOOGLE_ADS_LOGIN_CUSTOMER_ID",
    "base_url": "FIRSTTOUCH_GOOGLE_ADS_BASE_URL",
}
_CUSTOMER_ID = re.compile(r"\d{10}", re.ASCII)


def _customer_id(given: Any) -> Any:
    """An account's number as the API wants it: people write it 123-456-7890, YAML makes it int."""
    return str(given).replace("-", "").strip() if isinstance(given, str | int) else given


def _listed(given: Any) -> Any:
    """One id, several with commas between them, or a list."""
    if isinstance(given, str):
        return [part for part in re.split(r"[,\s]+", given) if part]
    return [given] if isinstance(given, int) else given


def _ten_digits(number: str) -> str:
    if not _CUSTOMER_ID.fullmatch(number):
        raise ValueError(
            "an account's number is ten digits, no dashes, as in 1234567890 (found "
            f"{len(number)} characters)"
        )
    return number


def _some(numbers: tuple[str, ...]) -> tuple[str, ...]:
    if not numbers:
        raise ValueError(
            "no account is named: write the number of each, ten digits, no dashes, with commas "
            "between them"
        )
    return numbers


CustomerId = Annotated[str, BeforeValidator(_customer_id), AfterValidator(_ten_digits)]


class GoogleAdsSettings(Connection):
    """
    `customer_ids`: the accounts whose lead forms are read; `login_customer_id`: the manager account
    they are reached through. `overlap_seconds`: how far each reading goes back behind the newest
    lead seen, for leads that the API shows late. `ids_agree`: whether a webhook's lead_id is the
    API's id (see `identity`). `operations_a_day`: the developer token's allowance.
    """

    developer_token: SecretStr
    client_id: SecretStr
    client_secret: SecretStr
    refresh_token: SecretStr
    webhook_key: SecretStr | None = None
    customer_ids: Annotated[
        tuple[CustomerId, ...], BeforeValidator(_listed), AfterValidator(_some)
    ] = Field(default=(), validate_default=True)
    login_customer_id: CustomerId | None = None
    api_version: str = "v26"
    page_size: Annotated[int, Field(ge=1, le=10_000)] = 200
    overlap_seconds: Annotated[int, Field(ge=0)] = 3600
    ids_agree: bool = True
    operations_a_day: Annotated[int, Field(ge=1)] = 15_000

    @classmethod
    def from_environment(cls, connection: Mapping[str, Any], environ: Mapping[str, str]) -> Self:
        """Raises ConfigError naming what is not set or is wrong."""
        return read_connection(cls, "google_ads", connection, environ, _SECRETS)
