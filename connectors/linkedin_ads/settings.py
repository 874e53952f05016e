"""How to reach LinkedIn, and whose leads to read."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from connectors.connection import Connection, read_connection

_VARIABLES = {
    "token": "FIRSTTOUCH_LINKEDIN_ADS_TOKEN",
    "refresh_token": "FIRSTTOUCH_LINKEDIN_ADS_REFRESH_TOKEN",
    "client_id": "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_ID",
    "client_secret": "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET",
    "base_url": "FIRSTTOUCH_LINKEDIN_ADS_BASE_URL",
    "accounts": "FIRSTTOUCH_LINKEDIN_ADS_ACCOUNTS",
    "organizations": "FIRSTTOUCH_LINKEDIN_ADS_ORGANIZATIONS",
}


def _bare_ids(given: Any) -> Any:
    """Accept numbers, URNs, and one text with commas, as variables have it."""
    listed = given.split(",") if isinstance(given, str) else given
    if not isinstance(listed, list | tuple):
        return given
    texts = (str(one).strip().rpartition(":")[2] for one in listed)
    return tuple(text for text in texts if text)


def _digits(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError("an id is digits only, as in 512345678, or a URN that ends with them")
    return text


Ids = Annotated[tuple[Annotated[str, AfterValidator(_digits)], ...], BeforeValidator(_bare_ids)]
OrganicType = Literal["COMPANY", "EVENT", "ORGANIZATION_PRODUCT"]


class LinkedInAdsSettings(Connection):
    """
    `accounts` are ad accounts; without any, nor any `organizations`, all that the token sees.

    `organizations` are company pages, whose forms bring leads of the `lead_types`. A token that
    has expired is renewed where `refresh_token`, `client_id` and `client_secret` are known; the
    last of them also proves what comes by webhook. A lead may show itself later than its time of
    submission: the last `overlap_seconds` are read again. LinkedIn keeps `retention_days`. A list
    of more than `most_at_once`, which are held in memory with their forms, is read in parts.
    """

    token: SecretStr
    refresh_token: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    api_version: Annotated[str, Field(pattern=r"^\d{6}$", coerce_numbers_to_str=True)] = "202606"
    accounts: Ids = ()
    organizations: Ids = ()
    lead_types: tuple[OrganicType, ...] = ("COMPANY", "EVENT", "ORGANIZATION_PRODUCT")
    page_size: Annotated[int, Field(ge=2, le=1000)] = 100
    most_at_once: Annotated[int, Field(ge=2)] = 2000
    overlap_seconds: Annotated[int, Field(ge=0)] = 600
    retention_days: Annotated[int, Field(ge=1, le=365)] = 365

    @classmethod
    def from_environment(cls, connection: Mapping[str, Any], environ: Mapping[str, str]) -> Self:
        """Raises ConfigError naming what is not set or is wrong."""
        return read_connection(cls, "linkedin_ads", connection, environ, _VARIABLES)
