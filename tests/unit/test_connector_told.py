"""A connector that exists is told of everywhere: docs/add-a-connector.md, "Where it is told"."""

import re

import pytest

from config.compile_sources import OBJECTS
from config.model_sources import CRMS, PLATFORMS, SOURCES
from connectors.registry import KINDS, Kind
from flows.backfilling.form import Source
from flows.doctor_flow import Whom
from flows.messages import RECORD_URL
from flows.prefect_server.blocks import BLOCKS
from tests.unit.test_docs_settings import PAGES, ROOT

OURS = ("csv_file", "webhook")
VENDORS = [name for name in KINDS if name not in OURS]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_configuration_knows_what_the_registry_has():
    assert set(SOURCES) == set(KINDS)
    assert set(CRMS) == {name for name, kind in KINDS.items() if kind is Kind.CRM}
    assert set(PLATFORMS) == {name for name, kind in KINDS.items() if kind is Kind.AD_PLATFORM}


@pytest.mark.parametrize("name", VENDORS)
def test_a_vendor_has_its_form_its_block_and_its_example(name: str):
    assert name in set(Source)
    assert name in set(Whom)
    assert name in {block.vendor for block in BLOCKS}
    shown = {line.lstrip("# ") for line in text("config/example/sources.yaml").splitlines()}
    assert f"{name}:" in shown


@pytest.mark.parametrize("name", CRMS)
def test_a_crm_has_its_objects_its_records_and_what_ids_look_like(name: str):
    assert OBJECTS[name]
    assert "{id}" in RECORD_URL[name]
    assert f'case "{name}":' in text("config/examine_owners.py")
    assert (ROOT / "connectors" / name / "owner_ids.py").exists()


@pytest.mark.parametrize("name", VENDORS)
def test_a_vendor_has_a_page_that_readme_leads_to(name: str):
    prefix = f"FIRSTTOUCH_{name.upper()}_"
    (page,) = [page for page, (variables, _) in PAGES.items() if variables == prefix]
    assert f"docs/{page}" in text("README.md")
    assert page in text("docs/configuration.md")


@pytest.mark.parametrize("name", VENDORS)
def test_a_vendor_that_has_webhooks_has_its_door_and_tells_the_address(name: str):
    if not (ROOT / "connectors" / name / "webhook.py").exists():
        return
    let_in = re.findall(r"^from connectors\.(\w+)", text("flows/doors.py"), re.MULTILINE)
    assert name in let_in
    (page,) = [page for page, (_, s) in PAGES.items() if s.__module__.split(".")[1] == name]
    assert "/webhooks/" in text(f"docs/{page}")


def test_the_guide_names_the_places():
    files = re.findall(r"`([a-z_/]+/[a-z_]+\.py)`", text("docs/add-a-connector.md"))
    assert len(files) > 10
    assert [each for each in files if not (ROOT / each).exists()] == []
