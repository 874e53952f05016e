"""How to reach a Salesforce org and how much to ask of it at a time."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, model_validator

from connectors.connection import Connection, read_connection
from connectors.salesforce import credentials
from connectors.salesforce.credentials import Login

_SECRETS = {**credentials.VARIABLES, "base_url": "FIRSTTOUCH_SALESFORCE_BASE_URL"}


class SalesforceSettings(Connection):
    """
    `domain` is the org's My Domain without `.salesforce.com` ("acme.my"). Which secrets are set
    chooses the login. A row may be committed minutes after the stamp it bears (a long
    trigger, a bulk load): each pull reads the last `overlap_seconds` again.
    Up to `conditional_up_to` owners are written on the condition that nobody changed the lead
    meanwhile; more go without it, many in one call; more than `bulk_above` go by bulk jobs, each
    waited for `bulk_wait_seconds` at most.
    Reading stops when less than `reserve` of the day's API calls is left: deliveries may use it.
    `task_id_field`, where Task has it, keeps a task from being made twice.
    Statuses that begin with one of `closed_statuses` take up nobody's time.
    With `opportunities`, open ones count as work beside the leads. What `integration_users` (full
    names or user names) do is nobody's touch.
    """

    domain: str = ""
    api_version: str = "66.0"
    client_id: SecretStr | None = None
    client_secret: SecretStr | None = None
    username: SecretStr | None = None
    password: SecretStr | None = None
    security_token: SecretStr | None = None
    private_key: SecretStr | None = None
    page_size: Annotated[int, Field(ge=1, le=2000)] = 2000
    batch_size: Annotated[int, Field(ge=1, le=200)] = 200
    conditional_up_to: Annotated[int, Field(ge=0)] = 25
    bulk_above: Annotated[int, Field(ge=0)] = 2000
    bulk_wait_seconds: Annotated[float, Field(gt=0)] = 600.0
    reserve: Annotated[float, Field(ge=0, lt=0.5)] = 0.1
    overlap_seconds: Annotated[float, Field(ge=0)] = 300.0
    external_id_field: str = "Firsttouch_Id__c"
    task_id_field: str = "Firsttouch_Id__c"
    closed_statuses: tuple[str, ...] = ("Closed",)
    opportunities: bool = False
    integration_users: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if not (self.domain or self.base_url):
            missing = "domain is missing: the org's My Domain, as in acme.my"
            raise ValueError(f"{missing} (for `firsttouch init`: --domain acme.my)")
        return self

    @property
    def login(self) -> Login:
        return credentials.choose(
            frozenset(name for name in credentials.VARIABLES if getattr(self, name))
        )

    @classmethod
    def from_environment(cls, connection: Mapping[str, Any], environ: Mapping[str, str]) -> Self:
        """Raises ConfigError naming what is not set or is wrong."""
        known = credentials.from_environment("salesforce", environ)
        return read_connection(cls, "salesforce", connection, known, _SECRETS)
