"""A page's 4,800 calls a day for each of its leads are kept, and no page is starved by that."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.base import EVERYTHING
from connectors.meta_ads.connector import MetaAds
from connectors.meta_ads.usage import Usage, part_of
from connectors.setup import Quota
from flows.pace import MINUTE, paced
from leads.record import Cursor
from store.running_rows import PaceRow
from tests.contract.meta_stage import FORM, PAGE, MetaStage
from tests.contract.stage import ids, requests

FORMS, MINUTES = 120, 10 * 60
"""Polled each minute and each form every 15, it would be 540 calls an hour of 4,800 a day."""


@pytest.fixture
def stage() -> Iterator[MetaStage]:
    with MetaStage.open() as opened:
        yield opened


class Polling:
    """What a tick each minute does of it, without a store and without waiting."""

    def __init__(self, stage: MetaStage, source: MetaAds) -> None:
        self._stage, self._source = stage, source
        self._since = Cursor("{}")
        self._rows: dict[str, PaceRow] = {}
        self.polled = 0

    def tick(self) -> list[str]:
        now = self._stage.ground.clock.now()
        before = self._source.quotas()
        resting = {p for p, row in self._rows.items() if now < row.next_at - timedelta(seconds=5)}
        self.polled += part_of(PAGE) not in resting
        pages = list(self._source.pull_without(self._since, resting))
        self._since = pages[-1].resume_from if pages else self._since
        for part, quota in self._source.quotas().items():
            new = PaceRow(
                source="meta_ads", part=part, cost=0, seconds=MINUTE, next_at=now, reason=""
            )
            self._rows[part] = paced(self._rows.get(part) or new, quota, before.get(part), now)
        self._stage.ground.clock.advance(timedelta(minutes=1))
        return ids(pages)


def test_a_new_page_of_many_forms_keeps_its_limit_and_is_not_starved(stage: MetaStage):
    stage.business.quota.enforced = True
    for number in range(1, FORMS):
        stage.business.add_form(PAGE, f"30{number:03}", f"Form {number}", ())
    polling = Polling(stage, stage.source())
    for _ in range(MINUTES):
        polling.tick()
    (wanted,) = stage.add(1, at=stage.ground.clock.now())
    minutes = 1
    while wanted not in polling.tick():
        minutes += 1
    assert stage.ground.journal.entries(event="refused") == []
    assert polling.polled > 0.4 * MINUTES
    assert minutes <= 5


def test_what_meta_tells_slows_one_page_and_leaves_the_other(stage: MetaStage):
    stage.business.add_page("1002", "Acme Asia")
    stage.business.add_form("1002", "2002", "Demo Asia", ())
    stage.add(1)
    stage.business.quota.calls_per_lead = 8
    source = stage.source()
    cursor = list(source.pull(None))[-1].resume_from
    list(source.pull(cursor))
    told = source.quotas()
    assert told[part_of(PAGE)].share_left < 0.6 < told[EVERYTHING].share_left
    before = requests(stage, f"/{PAGE}/")
    list(source.pull_without(cursor, {part_of(PAGE)}))
    assert requests(stage, f"/{PAGE}/") == before
    assert requests(stage, "/1002/leadgen_forms") == 3


def test_ids_of_webhooks_are_fetched_fifty_at_a_time_with_their_forms(stage: MetaStage):
    wanted = stage.add(120)
    source = stage.source()
    found = list(source.fetch(wanted))
    assert [raw.source_id for raw in found] == wanted
    assert {raw.body["form"]["id"] for raw in found} == {FORM}
    assert requests(stage) == 6


def test_one_that_is_gone_costs_its_neighbours_nothing(stage: MetaStage):
    wanted = stage.add(30)
    asked = [*wanted[:7], "99999999", *wanted[7:], wanted[0], "nonsense"]
    assert [raw.source_id for raw in stage.source().fetch(asked)] == wanted
    assert requests(stage) < 16


def test_usage_headers_in_every_shape():
    usage = Usage()
    for header in ("", "[]", "{", '{"1": 7}', '{"1": [7]}', '{"1": [{"type": "ads_insights"}]}'):
        usage.note("1", {"x-business-use-case-usage": header, "x-app-usage": header})
    assert usage.quota_of("1") == Quota(used=0, limit=4800, ours=6)
    told = '{"77": [{"type": "leadgen", "call_count": 40, "total_cputime": 62, "total_time": 1}]}'
    usage.note("1", {"x-business-use-case-usage": told, "x-app-usage": '{"call_count": 28}'})
    usage.count_leads("1", 10)
    assert usage.quotas() == {
        EVERYTHING: Quota(used=28, limit=100),
        "page 1": Quota(used=29_760, limit=48_000, ours=7),
    }
