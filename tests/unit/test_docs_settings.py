"""The vendors' pages against the code: no setting is left out, and none is made up."""

import re
from pathlib import Path

import pytest
from prefect import settings as prefect_settings
from pydantic import BaseModel

from connectors.csv_file.settings import CsvSettings
from connectors.google_ads.settings import GoogleAdsSettings
from connectors.hubspot.settings import HubSpotSettings
from connectors.linkedin_ads.settings import LinkedInAdsSettings
from connectors.meta_ads.settings import MetaAdsSettings
from connectors.pipedrive.settings import PipedriveSettings
from connectors.registry import KINDS
from connectors.salesforce.settings import SalesforceSettings
from connectors.webhook.settings import WebhookSettings
from tests.unit.shown_lines import lines_of

ROOT = Path(__file__).resolve().parents[2]
PAGES: dict[str, tuple[str, type[BaseModel]]] = {
    "salesforce.md": ("FIRSTTOUCH_SALESFORCE_", SalesforceSettings),
    "hubspot.md": ("FIRSTTOUCH_HUBSPOT_", HubSpotSettings),
    "pipedrive.md": ("FIRSTTOUCH_PIPEDRIVE_", PipedriveSettings),
    "meta.md": ("FIRSTTOUCH_META_ADS_", MetaAdsSettings),
    "google-ads.md": ("FIRSTTOUCH_GOOGLE_ADS_", GoogleAdsSettings),
    "linkedin.md": ("FIRSTTOUCH_LINKEDIN_ADS_", LinkedInAdsSettings),
}
_VARIABLE = re.compile(r"FIRSTTOUCH_[A-Z_]*[A-Z]")
_NAMED = re.compile(r"`([a-z][a-z_]*)`")


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def variables_of(folder: str) -> set[str]:
    files = (ROOT / folder).rglob("*.py")
    return {found for file in files for found in _VARIABLE.findall(file.read_text())}


def known_variables() -> set[str]:
    known = {f"{prefix}{field.upper()}" for prefix, s in PAGES.values() for field in s.model_fields}
    return known | variables_of("connectors") | variables_of("flows")


def test_every_connector_has_its_page():
    """Whoever adds one adds it to PAGES; a file and the webhook have hardly a setting."""
    told = {settings.__module__.split(".")[1] for _, settings in PAGES.values()}
    assert set(KINDS) - told == {"csv_file", "webhook"}
    assert [each for each in CsvSettings.model_fields if f"{each}: " not in page("csv.md")] == []
    assert not WebhookSettings.model_fields


@pytest.mark.parametrize("name", PAGES)
def test_every_setting_is_told_of(name: str):
    prefix, settings = PAGES[name]
    text = page(name)
    missing = [
        field
        for field in settings.model_fields
        if f"`{field}`" not in text and f"{prefix}{field.upper()}" not in text
    ]
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_no_setting_is_made_up(name: str):
    _, settings = PAGES[name]
    table = page(name).partition("| under `connection` | what it is |")[2].partition("\n\n")[0]
    first_cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = {word for cell in first_cells for word in _NAMED.findall(cell)}
    assert named
    assert named <= settings.model_fields.keys()


@pytest.mark.parametrize("name", PAGES)
def test_every_variable_named_is_one_the_code_reads(name: str):
    named = set(_VARIABLE.findall(page(name)))
    assert named
    assert named <= known_variables()


def test_every_variable_that_is_set_on_any_page_is_read():
    """FIRSTTOUCH_ by this program, PREFECT_ by Prefect; OpenTelemetry's are of its exporter."""
    given = {word.split("=")[0] for words in lines_of("export") for word in words[1:]}
    theirs = sorted(each for each in given if each.startswith("PREFECT_"))
    assert len(given) > 15
    assert theirs
    assert [each for each in theirs if not hasattr(prefect_settings, each)] == []
    ours = {each for each in given if each.startswith("FIRSTTOUCH_")}
    assert ours - known_variables() == set()


@pytest.mark.parametrize("name", PAGES)
def test_every_variable_the_connector_reads_is_told_of(name: str):
    prefix, _ = PAGES[name]
    read = {each for each in variables_of("connectors") if each.startswith(prefix)}
    assert read - set(_VARIABLE.findall(page(name))) == set()
