"""What the forms of backfills and undoing ask for in Prefect's pages."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from flows.backfilling.backfill import MOST, Asked
from leads.errors import ConfigError
from store.backfill_rows import EVERY_SOURCE


class Source(StrEnum):
    """A source's name, or all, as a choice."""

    ALL = EVERY_SOURCE
    SALESFORCE = "salesforce"
    HUBSPOT = "hubspot"
    PIPEDRIVE = "pipedrive"
    META_ADS = "meta_ads"
    GOOGLE_ADS = "google_ads"
    LINKEDIN_ADS = "linkedin_ads"
    CSV_FILE = "csv_file"


def _no_day() -> None:
    """A default that no schema tells: the page would send null, and then refuse it as no day."""


def _day(title: str, description: str) -> WithJsonSchema:
    # Without this, Prefect's page asks first whether to give "date" or "none".
    words = {"title": title, "description": description}
    return WithJsonSchema({"type": "string", "format": "date", **words})


class BackfillForm(BaseModel):
    """First a dry run, which leaves a plan to look at; then that plan, with the dry run off."""

    model_config = ConfigDict(extra="forbid", title="Backfill")

    source: Source = Field(
        title="Source",
        description="Whose leads get owners. all: every CRM and ad platform, in one rotation.",
    )
    since: Annotated[
        date | None, _day("Since", "The first day on which the leads were created; for a dry run.")
    ] = Field(default_factory=_no_day)
    until: Annotated[
        date | None, _day("Until", "The last such day, the whole of it; for a dry run.")
    ] = Field(default_factory=_no_day)
    only_unowned: bool = Field(
        default=True,
        title="Only leads without a human owner",
        description="Off: leads that people own are planned as well, and taken from them.",
    )
    at_most: int = Field(
        default=1_000,
        title="Maximum leads",
        description="So many are planned, the oldest first, and no more.",
        ge=1,
        le=MOST,
    )
    policy_version: str = Field(
        default="",
        title="Policy version",
        description="Blank: the rules in force. Or the number of an earlier version, as "
        "`firsttouch policy list` has them: the plan is decided by its rules.",
    )
    dry_run: bool = Field(
        default=True,
        title="Dry run",
        description="On: show who would get what; nothing is written. Off: do the plan below.",
    )
    plan: str = Field(
        default="",
        title="Plan",
        description="Blank for a dry run. To do what one has shown, and exactly that: the number "
        "of its plan, or the id of the artifact that shows it; the days are then of no use.",
    )
    notify: bool = Field(
        default=False,
        title="Notify the new owners",
        description="On: each is told, as of a new lead. Off: nobody is.",
    )

    def asked(self, zone: str) -> Asked:
        """Return what a plan is to be made of; days are those of `zone`. Raises ConfigError."""
        if self.since is None or self.until is None:
            raise ConfigError(["a plan needs both Since and Until"])
        return Asked(
            source=self.source.value,
            since=_midnight(self.since, zone),
            until=_midnight(self.until + timedelta(days=1), zone),
            most=self.at_most,
            any_owner=not self.only_unowned,
            policy_version=self.version(),
        )

    def version(self) -> int | None:
        """Return the policy's version, if one is said. Raises ConfigError."""
        said = self.policy_version.strip()
        if not said:
            return None
        if not (said.isascii() and said.isdigit()):
            listed = "`firsttouch policy list` has them all"
            raise ConfigError([f"Policy version {said!r} is not the number of one: {listed}"])
        return int(said)


class UndoForm(BaseModel):
    """Which run is taken back."""

    model_config = ConfigDict(extra="forbid", title="Undo")

    run: str = Field(
        title="Run", description="The number of a backfill's plan, or of a run.", min_length=1
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
