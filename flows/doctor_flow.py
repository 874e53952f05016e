"""Trying out the connections from Prefect's pages: what `firsttouch doctor` finds, as a page."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from prefect import flow, runtime
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import BaseModel, ConfigDict, Field

from connectors.findings import Finding, Severity
from flows.page_pieces import bullets, table
from flows.plurals import count_of
from flows.secret_blocks import WHOLE, revealed
from flows.whole_checkup import Checkup, look_over, verdict
from leads.errors import ConfigError, FirsttouchError

_GRAVE = (Severity.ERROR, Severity.WARNING, Severity.OK)


class Whom(StrEnum):
    """A source's name, or all, as a choice."""

    ALL = "all"
    SALESFORCE = "salesforce"
    HUBSPOT = "hubspot"
    PIPEDRIVE = "pipedrive"
    META_ADS = "meta_ads"
    GOOGLE_ADS = "google_ads"
    LINKEDIN_ADS = "linkedin_ads"
    CSV_FILE = "csv_file"
    WEBHOOK = "webhook"


class DoctorForm(BaseModel):
    """What is asked of the vendors; nothing is written to any of them."""

    model_config = ConfigDict(extra="forbid", title="Try the connections")

    source: Whom = Field(
        default=Whom.ALL,
        title="Source",
        description="Whose login, rights, fields, owners and limits are looked at. all: every "
        "configured source, and Prefect's server too.",
    )
    block: str = Field(
        default="",
        title="Credentials block",
        description="Blank: the credentials that Firsttouch uses. Or the name of a credentials "
        "block of that source, to try what you have filled in before anything uses it.",
    )


_EVERYTHING = DoctorForm()


def _run_name() -> str:
    choices: Any = dict(runtime.flow_run.parameters.get("choices") or {})
    block = f", block {choices['block']}" if choices.get("block") else ""
    return f"connections of {choices.get('source', 'all')}{block}"


@flow(name="doctor", flow_run_name=_run_name)
async def doctor(choices: DoctorForm = _EVERYTHING) -> State:
    """Ask each source whether all that Firsttouch needs there works; a page says what does not."""
    source = None if choices.source is Whom.ALL else choices.source.value
    try:
        environ = await asyncio.to_thread(_environ, choices.block.strip(), source)
        checkup = await asyncio.to_thread(look_over, None, None, environ, source)
    except FirsttouchError as error:
        return Failed(message=str(error))
    said = "; ".join(f"{name}: {verdict(found)}" for name, found in checkup.found.items())
    await acreate_markdown_artifact(key="connections", markdown=doctor_page(checkup))
    return Failed(message=said) if checkup.errors else Completed(message=said)


def _environ(block: str, source: str | None) -> Mapping[str, str]:
    """Return our environment; of the source a block is named of, what that has."""
    if not block:
        return os.environ
    if source is None:
        raise ConfigError(["a credentials block is of one source: choose it under Source"])
    variable = f"FIRSTTOUCH_{source.upper()}_CREDENTIALS"
    return {**os.environ, **revealed({variable: f"{WHOLE}{block}"})}


def doctor_page(checkup: Checkup) -> str:
    """Return the page in Markdown: each source in a word or two, what was found, what stands."""
    rows = ((name, verdict(findings)) for name, findings in checkup.found.items())
    parts = ["# Connections", _in_short(checkup), table(("what", "how it stands"), rows)]
    for name, findings in checkup.found.items():
        parts += [f"## {name}", _listed(findings)]
    if standing := [f"{part}: {line}" for part, lines in checkup.told.items() for line in lines]:
        parts += ["## To know", bullets(standing)]
    return "\n\n".join(parts)


def _in_short(checkup: Checkup) -> str:
    everything = [finding for found in checkup.found.values() for finding in found]
    if not checkup.errors:
        return f"Leads flow: {verdict(everything)}."
    return f"**{count_of(len(checkup.errors), 'thing')} to mend**: {verdict(everything)}."


def _listed(findings: Sequence[Finding]) -> str:
    """
    List what is amiss first: whoever opens the page looks for that.

    No table: Prefect's page does not wrap a cell, and cuts off what is long.
    """
    ordered = sorted(findings, key=lambda finding: _GRAVE.index(finding.severity))
    return bullets(f"{_mark(each)}{each.about}: {each.text}" for each in ordered)


def _mark(finding: Finding) -> str:
    return "" if finding.severity is Severity.OK else f"**{finding.severity.value}** "
