"""Pipedrive among the sources: what its intake must say, and what cannot end there."""

from pathlib import Path

from config.load import load
from tests.unit.config_files import complaints, put, with_sections

OWNERS = """
  - {id: ana, name: Ana Ruiz, crm: {pipedrive: "14471"}, timezone: Europe/Madrid}
  - {id: ben, name: Ben Okafor, crm: {pipedrive: "14472"}}
  - {id: desk, name: Inbound desk, kind: queue, crm: {pipedrive: "14473"}}"""


def folder(path: Path, sources: str) -> Path:
    return put(path, base=with_sections(owners=OWNERS, sources=sources))


def test_leads_are_owned_where_they_are(tmp_path: Path):
    intake = "{owners: [Web Forms], statuses: [Inbound], created_after: 2026-11-01}"
    loaded = load(folder(tmp_path, f"{{pipedrive: {{intake: {intake}}}}}"))
    assert loaded.sources["pipedrive"].intake.object == "leads"
    assert loaded.sources["pipedrive"].intake.owners == ("Web Forms",)


def test_an_intake_without_an_owner_or_with_a_stage_would_find_nothing(tmp_path: Path):
    sources = "{pipedrive: {intake: {lifecycle: [lead], created_after: 2026-11-01}}}"
    blank, stage = complaints(folder(tmp_path, sources))
    assert "sources.pipedrive.intake.owners: no lead of Pipedrive is without an owner" in blank
    assert "sources.pipedrive.intake.lifecycle: Pipedrive's leads have no stages" in stage


def test_no_other_leads_end_there(tmp_path: Path):
    intake = "{owners: [Web Forms], created_after: 2026-11-01}"
    sources = f"""
  pipedrive: {{intake: {intake}, create: {{fields: {{campaign: x}}}}}}
  meta_ads: {{destination: pipedrive}}"""
    found = complaints(folder(tmp_path, sources))
    (destination,) = [each for each in found if "sources.meta_ads" in each]
    assert (
        "leads from elsewhere cannot be created in pipedrive; configure salesforce" in destination
    )
    (create,) = [each for each in found if "sources.pipedrive" in each]
    assert "leads are created in a CRM: write this under salesforce or hubspot" in create
