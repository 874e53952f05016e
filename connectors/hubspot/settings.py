"""How to reach a HubSpot portal, how fast, and how much at a time."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr

from connectors.connection import Connection, Seconds, read_connection

_SECRETS = {"token": "FIRSTTOUCH_HUBSPOT_TOKEN", "base_url": "FIRSTTOUCH_HUBSPOT_BASE_URL"}
Activity = Literal["calls", "emails", "meetings", "tasks"]
_Count = Annotated[int, Field(ge=1)]


class HubSpotSettings(Connection):
    """
    `token` is a private app's or a service key, as `credential` says. Search shows a change only
    after a while: `look_back_seconds` are read again on every pull. `calls_per_window` is 190 for
    Professional and Enterprise, 100 for the rest; the windows are a little longer than the
    vendor's, because it counts when a request arrives. `shared_pace` is a folder through which the
    processes of this machine keep those limits together; where it is not set, all that use one
    store do so through it. null: each keeps them for itself. A contact is open work while its
    lifecycle is one of `open_lifecycle` and its lead status is none of `closed_statuses`.
    Where leads are the intake's object: `also_contact` gives their contact the same owner,
    `untouched_stages` and `closed_stages` are stages of their pipelines.
    `activities` count as touches when a person did them; `trusted_apps` are ids of apps through
    which people work (a dialler), whose records count too. `task_key_property` is a unique text
    property of tasks that holds the assignment's key; without one it stands in the task's body.
    Events of another portal than `portal_id` are not obeyed; where it is not set, HubSpot is asked.
    """

    token: SecretStr
    credential: Literal["private_app", "service_key", "oauth"] = "private_app"
    api_version: Annotated[str, Field(pattern=r"^(v3|20\d\d-(03|09))$")] = "v3"
    page_size: Annotated[int, Field(ge=1, le=200)] = 200
    batch_size: Annotated[int, Field(ge=1, le=100)] = 100
    look_back_seconds: Annotated[float, Field(ge=0)] = 60.0
    calls_per_window: _Count = 190
    window_seconds: Seconds = 10.3
    searches_per_window: _Count = 5
    search_window_seconds: Seconds = 1.1
    shared_pace: Path | None = None
    also_contact: bool = False
    untouched_stages: tuple[str, ...] = ("new-stage-id",)
    closed_stages: tuple[str, ...] = ("qualified-stage-id", "unqualified-stage-id")
    unique_property: str = "firsttouch_id"
    task_key_property: str | None = None
    portal_id: _Count | None = None
    open_lifecycle: tuple[str, ...] = ("lead", "marketingqualifiedlead", "salesqualifiedlead")
    converted_lifecycle: tuple[str, ...] = ("opportunity", "customer")
    untouched_statuses: tuple[str, ...] = ("NEW",)
    activities: tuple[Activity, ...] = ("calls", "emails", "meetings", "tasks")
    trusted_apps: tuple[str, ...] = ()
    closed_statuses: tuple[str, ...] = ("UNQUALIFIED", "BAD_TIMING")

    @property
    def account(self) -> str:
        """Stands for the account in names, and tells nothing of the token."""
        known = f"{self.base_url or ''} {self.token.get_secret_value()}"
        return hashlib.sha256(known.encode()).hexdigest()[:16]

    @classmethod
    def from_environment(cls, connection: Mapping[str, Any], environ: Mapping[str, str]) -> Self:
        """Raises ConfigError naming what is not set or is wrong."""
        return read_connection(cls, "hubspot", connection, environ, _SECRETS)
