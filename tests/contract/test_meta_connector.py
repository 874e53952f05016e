"""What only Meta does to a client."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from leads.errors import AuthError, ContractError, RateLimited
from sandbox.faults import Fault, FaultKind
from sandbox.serve import serve_in_thread
from tests.contract.meta_stage import FORM, PAGE, MetaStage
from tests.contract.stage import NOON, Options, ids, last_cursor, records, requests


@pytest.fixture
def stage() -> Iterator[MetaStage]:
    with MetaStage.open() as opened:
        yield opened


def test_an_empty_page_in_the_middle_is_not_the_end(stage: MetaStage):
    wanted = stage.add(12)
    stage.business.empty_page_after = 1
    source = stage.source(Options(connection={"page_size": 5}))
    assert sorted(ids(list(source.pull(None)))) == sorted(wanted)


def test_national_ids_are_not_even_kept(stage: MetaStage):
    stage.add(1)
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    assert "529.982.247-25" not in repr(raw.body)
    assert source.normalise(raw).custom == {}


def test_a_quiet_page_costs_one_request(stage: MetaStage):
    stage.add(3)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    cursor = last_cursor(list(source.pull(cursor)))
    before = requests(stage)
    assert list(source.pull(cursor)) == []
    assert requests(stage) - before == 1


def test_a_lead_later_than_its_count_is_found(stage: MetaStage):
    stage.add(3)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    late = stage.business.leads[stage.add(1)[0]]
    stage.business._of_form[FORM].remove(late)
    cursor = last_cursor(list(source.pull(cursor)))
    stage.business._of_form[FORM].append(late)
    assert late.id in ids(list(source.pull(cursor)))


def test_a_form_whose_count_stands_still_is_read_again_after_a_while(stage: MetaStage):
    first = stage.add(2)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    cursor = last_cursor(list(source.pull(cursor)))
    stage.business.remove(stage.business.leads[first[0]])
    (unseen,) = stage.add(1)  # one went, one came: the count is as it was
    assert ids(list(source.pull(cursor))) == []
    stage.ground.clock.advance(timedelta(minutes=20))
    assert unseen in ids(list(source.pull(cursor)))


def test_every_form_has_its_own_cursor(stage: MetaStage):
    stage.business.add_form(PAGE, "2002", "Webinar", [{"key": "email", "type": "EMAIL"}])
    late = stage.add(1)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    early = stage.business.add_lead(
        "2002",
        [{"name": "email", "values": ["x@example.com"]}],
        created=NOON - timedelta(hours=1),
    )
    found = ids(list(source.pull(cursor)))
    assert early in found
    assert set(found) <= {early, *late}


def test_one_page_that_refuses_us_does_not_hide_the_others(stage: MetaStage):
    wanted = stage.add(2)
    source = stage.source(Options(connection={"pages": ("999", PAGE)}))
    found: list[str] = []

    def drain() -> None:
        for page in source.pull(None):
            found.extend(ids([page]))

    with pytest.raises(ContractError, match="may not see it"):
        drain()
    assert sorted(found) == sorted(wanted)


def test_the_quotas_minutes_are_minutes(stage: MetaStage):
    stage.add(1)
    source = stage.source(Options(connection={"pages": (PAGE,)}))
    list(source.pull(None))
    stage.business.quota.enforced = True
    stage.business.quota.calls_per_lead = 1
    with pytest.raises(RateLimited) as caught:
        list(source.pull(None))
    assert (caught.value.retry_after or 0) > 3600


def test_an_application_limit_comes_as_a_400_and_is_waited_for(stage: MetaStage):
    wanted = stage.add(1)
    limited = Fault(kind=FaultKind.RATE_LIMITED, detail="17", retry_after="0.01")
    stage.ground.faults.script(limited)
    assert ids(list(stage.source().pull(None))) == wanted


def test_a_wrong_app_secret_is_told(stage: MetaStage):
    wrong = Options(environ={"FIRSTTOUCH_META_ADS_APP_SECRET": "wrong"})
    with pytest.raises((AuthError, ContractError)):
        list(stage.source(wrong).pull(None))


def test_a_proxys_page_is_sorted_by_its_status(stage: MetaStage):
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await HTMLResponse("<h1>Forbidden</h1>", 403)(scope, receive, send)

    with serve_in_thread(refuse) as url:
        behind_it = stage.source(Options(environ={"FIRSTTOUCH_META_ADS_BASE_URL": url}))
        with pytest.raises(AuthError, match="HTTP 403"):
            list(behind_it.pull(None))
        behind_it.close()


def test_a_test_lead_is_recognised_by_its_texts(stage: MetaStage):
    stage.business.add_test_lead(FORM)
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    assert source.normalise(raw).is_test


def test_consent_is_the_string_1(stage: MetaStage):
    for checked in ("1", ""):
        stage.business.add_lead(
            FORM,
            [{"name": "email", "values": [f"c{checked}@example.com"]}],
            extra={"custom_disclaimer_responses": [{"checkbox_key": "a", "is_checked": checked}]},
        )
    source = stage.source()
    found = {source.normalise(raw).consent for raw in records(list(source.pull(None)))}
    assert found == {True, False}
