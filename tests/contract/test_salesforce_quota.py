"""The day's API calls: watched on every answer, kept for deliveries, never hammered when spent."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.base import EVERYTHING
from connectors.salesforce.usage import Usage
from connectors.setup import Quota
from leads.errors import RateLimited
from leads.ownership import OwnerChange, WriteStatus
from sandbox.faults import Fault, FaultKind
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import Options, problems, requests

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        yield opened


class Ticks:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def use_up(stage: SalesforceStage, share: float) -> None:
    """Others use the org too: `share` of its calls is gone."""
    allowance, now = stage.org.allowance, stage.org.now()
    for _ in range(1000):
        allowance.spend(now)
    allowance.limit = int(allowance.used(now) / share)


def test_every_answer_tells_what_is_used(stage: SalesforceStage):
    crm = stage.crm()
    assert crm.quotas() == {}
    crm.unowned()
    first = crm.quotas()[EVERYTHING]
    list(crm.pull(None))
    second = crm.quotas()[EVERYTHING]
    assert first.limit == second.limit == stage.org.allowance.limit
    assert 0 < first.used < second.used
    assert second.ours - first.ours == second.used - first.used
    assert second.reserve == 0.1


def test_reading_stops_at_the_reserve_and_deliveries_go_on(stage: SalesforceStage):
    records = stage.add(2)
    crm = stage.crm()
    asked = [
        OwnerChange(record_id=r, owner=stage.ana, expected=stage.unowned, notes={}) for r in records
    ]
    crm.write_owners(asked[:1])
    crm.unowned()
    cursor = list(crm.workload(None))[-1].resume_from
    use_up(stage, 0.95)
    list(crm.owners())
    before = requests(stage)
    for read in (crm.pull(None), crm.workload(cursor)):
        with pytest.raises(RateLimited, match="the last 10% are for deliveries"):
            list(read)
    assert requests(stage) == before
    assert crm.write_owners(asked[1:])[0].status is WriteStatus.WRITTEN
    assert any("reading has stopped" in finding for finding in problems(crm))


def test_a_reserve_of_nothing_reads_to_the_end(stage: SalesforceStage):
    crm = stage.crm(Options(connection={"reserve": 0}))
    crm.unowned()
    use_up(stage, 0.6)
    list(crm.owners())
    list(crm.pull(None))


def test_a_spent_allowance_is_asked_once(stage: SalesforceStage):
    records = stage.add(2)
    crm = stage.crm(Options(connection={"reserve": 0.05, "batch_size": 1}))
    asked = [
        OwnerChange(record_id=r, owner=stage.ana, expected=stage.unowned, notes={}) for r in records
    ]
    crm.write_owners(asked[:1])
    use_up(stage, 0.97)
    list(crm.owners())
    stage.org.allowance.limit = 1000
    before = requests(stage)
    assert {o.status for o in crm.write_owners(asked)} == {WriteStatus.RETRYABLE}
    assert requests(stage) - before == 1


def test_an_allowance_spent_before_we_came_is_asked_thrice_at_most(stage: SalesforceStage):
    stage.org.allowance.limit = 0
    with pytest.raises(RateLimited, match="REQUEST_LIMIT_EXCEEDED"):
        stage.crm().unowned()
    assert requests(stage, "/query") == 3


def test_too_many_long_calls_at_one_time_soon_pass(stage: SalesforceStage):
    """The same code, while plenty of calls is left: it is worth asking again."""
    crm = stage.crm()
    crm.unowned()
    limited = Fault(kind=FaultKind.RATE_LIMITED, path="/query")
    stage.ground.faults.script(limited, limited)
    list(crm.pull(None))


def test_the_tighter_of_two_allowances_counts():
    usage = Usage(0.1)
    usage.note(
        {"Sforce-Limit-Info": "api-usage=18/15000; per-app-api-usage=240/250(appName=x)"}, NOW
    )
    assert usage.quota == Quota(used=240, limit=250)
    with pytest.raises(RateLimited, match="240 of the 250"):
        usage.require_room("pull leads")
    usage.note({}, NOW)  # a 204 tells nothing, and what was told before stands
    assert usage.quota == Quota(used=240, limit=250)
    usage.note({"Sforce-Limit-Info": "nonsense"}, NOW)
    assert usage.quota == Quota(used=240, limit=250)


def test_when_old_calls_are_forgotten_reading_begins_again():
    clock = Ticks()
    usage = Usage(0.1, clock)
    usage.note({"Sforce-Limit-Info": "api-usage=950/1000"}, NOW)
    assert (usage.is_low, usage.is_stale) == (True, False)
    clock.at = 301
    assert usage.is_stale  # so the client asks once before it refuses to read
    usage.note({"Sforce-Limit-Info": "api-usage=10/1000"}, NOW)
    usage.require_room("pull leads")


@pytest.mark.parametrize("kind", [FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR])
@pytest.mark.parametrize("path", ["/query", "/oauth2/token"])
def test_a_rest_that_is_asked_for_is_taken(
    stage: SalesforceStage, pauses: list[float], kind: FaultKind, path: str
):
    """Whatever stands before Salesforce may ask for one, at its own door or at the login's."""
    records = stage.add(2)
    stage.ground.faults.script(Fault(kind=kind, path=path, retry_after="0.3"))
    pulled = [raw.source_id for page in stage.crm().pull(None) for raw in page.records]
    assert sorted(pulled) == sorted(records)
    assert 0.3 in pauses
