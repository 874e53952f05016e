"""Each kind of alert, listed for people, and heard by the automation that tells them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import yaml
from prefect.server.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.events import ReceivedEvent

from flows.checkout import CHECKOUT
from flows.prefect_server.automations import FOLDER
from flows.watching import breaches, differences, erasures, fallbacks, health, model, quality
from flows.watching.events import CLOSED, OPENED, resource_of
from flows.watching.silence import KIND as SILENT
from store.alert_rows import Alert, Cause

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KINDS = (
    *(breaches.KIND, differences.KIND, erasures.KIND, fallbacks.KIND, model.KIND, quality.KIND),
    *(SILENT, health.REFUSED, health.FAILING, health.QUOTA, health.UNWRITTEN),
    health.REFUSED_WRITES,
)


@pytest.fixture(scope="module")
def told():
    declared = yaml.safe_load((FOLDER / "alert.yaml").read_text())
    return EventTrigger.model_validate(declared["trigger"])


@pytest.mark.parametrize("kind", KINDS)
def test_its_beginning_and_its_end_are_told_by_the_automation(told, kind):
    cause = Cause(kind=kind, source="hubspot", subject="field of a form", text="a sentence")
    for closed_at, event in ((None, OPENED), (NOW, CLOSED)):
        alert = Alert(id=1, cause=cause, opened_at=NOW, seen_at=NOW, closed_at=closed_at)
        received = ReceivedEvent.model_validate(
            {"occurred": NOW, "event": event, "resource": resource_of(alert), "id": uuid4()}
        )
        assert told.covers(received)
        assert told.expects(received.event)
        assert "a sentence" in (received.resource.name or "")
        assert ("over: " in (received.resource.name or "")) is (closed_at is not None)


def test_people_can_look_each_up():
    text = (CHECKOUT / "docs/alerts.md").read_text()
    listed = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")}
    assert set(KINDS) <= listed


def test_no_kind_is_left_out_here():
    """Each module that watches names its kinds: what one adds is to be told as well."""
    files = (CHECKOUT / "flows/watching").glob("*.py")
    named = ["\nKIND = " in file.read_text() for file in files]
    assert sum(named) + 5 == len(KINDS), "health.py has five of its own"
