"""Reading everything through a search that shows 10,000 results at most and has no tie-break."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from leads.keys import LeadKey
from leads.ownership import Person
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.stage import NOON, Options, ids, last_cursor, requests

CEILING = 10_000


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


def import_contacts(stage: HubSpotStage, count: int, at: datetime) -> list[str]:
    """As an import leaves them: no address, so that many may come at one instant."""
    fields = {"lastname": "Doe", "lifecyclestage": "lead"}
    return [stage.portal.add_contact(fields, created=at) for _ in range(count)]


def pulled(stage: HubSpotStage, page_size: int) -> Counter[str]:
    stage.ground.clock.advance(timedelta(seconds=1))
    source = stage.source(Options(connection={"page_size": page_size, "read_timeout": 10}))
    return Counter(ids(list(source.pull(None))))


def statuses(stage: HubSpotStage) -> set[int]:
    return {e.detail["status"] for e in stage.ground.journal.entries(event="request")}


def test_a_first_pull_of_more_than_a_search_can_show(stage: HubSpotStage):
    wanted: list[str] = []
    for second in range(21):
        wanted += import_contacts(stage, 500, NOON - timedelta(seconds=second))
    found = pulled(stage, 200)
    assert len(wanted) > CEILING
    assert set(found) == set(wanted)
    assert statuses(stage) == {200}


def test_more_than_a_search_can_show_at_one_instant(stage: HubSpotStage):
    before = import_contacts(stage, 3, NOON - timedelta(milliseconds=1))
    wanted = import_contacts(stage, CEILING + 150, NOON)
    after = import_contacts(stage, 3, NOON + timedelta(milliseconds=1))
    found = pulled(stage, 200)
    assert set(found) == {*before, *wanted, *after}
    assert max(found.values()) == 1
    assert statuses(stage) == {200}
    assert requests(stage, stage.reads) < CEILING / 200 + 10


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 7, 200])
@pytest.mark.parametrize("tied", [1, 2, 6, 7, 8, 21])
def test_a_page_and_more_of_equal_instants(stage: HubSpotStage, page_size: int, tied: int):
    wanted = [
        *import_contacts(stage, 2, NOON - timedelta(milliseconds=1)),
        *import_contacts(stage, tied, NOON),
        *import_contacts(stage, tied, NOON + timedelta(milliseconds=1)),
        *import_contacts(stage, 1, NOON + timedelta(milliseconds=2)),
    ]
    found = pulled(stage, page_size)
    assert found == Counter(wanted)


def test_a_burst_that_is_edited_while_it_is_read(stage: HubSpotStage):
    wanted = import_contacts(stage, 40, NOON)
    source = stage.source(Options(connection={"page_size": 5}))
    seen: set[str] = set()
    for number, page in enumerate(source.pull(None)):
        seen |= set(ids([page]))
        stage.ground.clock.advance(timedelta(seconds=1))
        if number < 20:
            stage.disturb(wanted[number])
            stage.disturb(wanted[-1 - number])
    assert seen == set(wanted)


def test_the_cursor_of_a_burst_resumes_in_the_middle_of_it(stage: HubSpotStage):
    wanted = import_contacts(stage, 30, NOON)
    source = stage.source(Options(connection={"page_size": 4}))
    pages = source.pull(None)
    first = [next(pages) for _ in range(3)]
    again = list(source.pull(last_cursor(first)))
    assert set(ids(first)) | set(ids(again)) == set(wanted)


def test_a_number_that_half_the_portal_has_hides_nobody(stage: HubSpotStage):
    for _ in range(205):
        fields = {"company": "Acme", "phone": "+34900000000"}
        stage.portal.add_contact(fields, created=NOON - timedelta(hours=1))
    wanted = stage.portal.add_contact({"company": "Acme", "phone": "+34912345678"}, created=NOON)
    found = stage.crm().find(
        [
            Person(key=LeadKey("meta_ads", str(n)), email=None, phone=phone)
            for n, phone in enumerate(["+34900000000", "+34912345678"])
        ]
    )
    assert found[LeadKey("meta_ads", "1")].record_id == wanted
    assert len(found) == 2
