"""Where leads come from and which of them are new, in words."""

from collections.abc import Iterator

from config.configuration import Configuration
from connectors.setup import Intake, SourceSetup
from routing.wording import listed


def source_words(configuration: Configuration) -> Iterator[str]:
    """Yield a line for each source."""
    for name, setup in configuration.sources.items():
        crm = configuration.policy.crm_of.get(name)
        yield f"{name}: {_of_crm(setup) if crm == name else _elsewhere(crm)}"


def _elsewhere(crm: str | None) -> str:
    return f"its leads are created in {crm}" if crm else "its leads are owned in no CRM"


def _of_crm(setup: SourceSetup) -> str:
    intake = setup.intake
    told = [f"{intake.object} of {listed([_owner(each) for each in intake.owners], 'or')}"]
    words = {"status": intake.statuses, "lifecycle": intake.lifecycle}
    told += [f"{name} {listed(stated, 'or')}" for name, stated in words.items() if stated]
    return ", ".join([*told, *_since(intake)])


def _owner(name: str | None) -> str:
    return "nobody" if name is None else name


def _since(intake: Intake) -> Iterator[str]:
    if intake.created_after is not None:
        yield f"created from {intake.created_after:%Y-%m-%d %H:%M} UTC on".replace(" 00:00 UTC", "")
    if intake.returned:
        yield f"handed back by {listed(intake.returned, 'or')}"
