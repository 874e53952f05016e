"""The API's version is a setting: every request of a connector goes by it."""

from datetime import UTC, datetime

import pytest

from connectors.hubspot.versions import dated, supported_until
from leads.errors import ConfigError
from leads.ownership import OwnerChange
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.stage import Options


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/crm/v3/objects/{objectType}/search", "/crm/objects/2026-09/{objectType}/search"),
        ("/crm/v3/owners/", "/crm/owners/2026-09/"),
        ("/crm/v3/owners/{ownerId}", "/crm/owners/2026-09/{ownerId}"),
        ("/crm/v3/properties/{objectType}", "/crm/properties/2026-09/{objectType}"),
        (
            "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read",
            "/crm/associations/2026-09/{fromObjectType}/{toObjectType}/batch/read",
        ),
        ("/account-info/v3/details", "/account-info/2026-09/details"),
    ],
)
def test_the_version_moves_behind_the_name(path: str, expected: str):
    assert dated(path, "2026-09") == expected
    assert dated(path, "v3") == path


def test_a_path_without_a_known_form_is_not_guessed_at():
    with pytest.raises(ValueError, match="/marketing/v3/emails"):
        dated("/marketing/v3/emails", "2026-09")


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_every_request_goes_by_the_version(version: str):
    with HubSpotStage.open() as stage:
        crm = stage.crm(Options(connection={"api_version": version}))
        (record,) = stage.add(1)
        list(crm.pull(None))
        list(crm.owners())
        list(crm.workload(None))
        change = OwnerChange(
            record_id=record, owner=stage.ana, expected=frozenset({None}), notes={}
        )
        crm.write_owners([change])
        entries = stage.ground.journal.entries(event="request")
    assert len(entries) >= 6
    assert {e.detail["status"] for e in entries} == {200}
    assert all(f"/{version}/" in e.detail["path"] for e in entries)


def test_a_version_that_cannot_be_is_refused():
    with HubSpotStage.open() as stage, pytest.raises(ConfigError, match="api_version"):
        stage.crm(Options(connection={"api_version": "2026-05"}))


def test_a_version_is_supported_for_eighteen_months():
    assert supported_until("2026-03") == datetime(2027, 9, 30, tzinfo=UTC)
    assert supported_until("2026-09") == datetime(2028, 3, 30, tzinfo=UTC)
    assert supported_until("v3") == datetime(2027, 9, 30, tzinfo=UTC)
