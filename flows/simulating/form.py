"""What the forms of simulating, and of reading again what was set aside, ask for in Prefect."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from flows.backfilling.form import Source
from flows.commands.simulate import Request
from flows.simulating.policy_comparison import Against
from leads.errors import ConfigError

_NOTHING_TO_DO = (
    "nothing to find out: the leads of the last days were decided by rules already. Name an Other "
    "configuration to compare with, or a File of leads"
)


class SimulateForm(BaseModel):
    """
    Who would get which lead: name another configuration, a file of leads, or both.

    Nothing is written to any vendor or to the store.
    """

    model_config = ConfigDict(extra="forbid", title="Simulate")

    against: str = Field(
        default="",
        title="Other configuration",
        description="The folder of a changed configuration, on the machine that runs this: what "
        "would it change? Blank: only the rules in force, on a file.",
    )
    days: int = Field(
        default=30,
        title="Days",
        description="Compare on the leads that were decided in the last so many days. Of no use "
        "with a file.",
        ge=1,
        le=730,
    )
    file: str = Field(
        default="",
        title="File of leads",
        description="A CSV with one lead a row, on the machine that runs this, in place of the "
        "leads that were decided.",
    )
    open_days: int = Field(
        default=14,
        title="Days open",
        description="A lead that is given stays open for so long; 0: for ever, so that caps fill "
        "up.",
        ge=0,
        le=730,
    )

    def request(self) -> Request:
        """Return what is to be decided. Raises ConfigError for what makes no sense."""
        if not (self.file.strip() or self.against.strip()):
            raise ConfigError([_NOTHING_TO_DO])
        return Request(
            leads=Path(self.file.strip()),
            config=None,
            clock=None,
            open_leads=None,
            accounts=None,
            open_for=f"{self.open_days}d" if self.open_days else None,
            out=None,
            as_json=False,
            full_trace=False,
        )

    def other(self) -> Against | None:
        """Return what to compare with, if anything. Raises ConfigError where it is no folder."""
        if not (named := self.against.strip()):
            return None
        if not Path(named).is_dir():
            raise ConfigError([f"Other configuration: {named} is no folder of this machine"])
        since = None if self.file.strip() else f"{self.days}d"
        return Against(config=Path(named), page=None, store=None, stored_since=since)


class ReplayForm(BaseModel):
    """Which of the records set aside are read again."""

    model_config = ConfigDict(extra="forbid", title="Read again")

    source: Source = Field(
        default=Source.ALL,
        title="Source",
        description="Whose records set aside are read once more; all: of every source.",
    )
    at_most: int = Field(
        default=1_000,
        title="Maximum records",
        description="The oldest so many, and no more: each is asked for at its source.",
        ge=1,
        le=10_000,
    )
