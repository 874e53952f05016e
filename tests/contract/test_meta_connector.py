"""What only Meta does to a client."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from connectors.inbound import hmac_sha256
from connectors.meta_ads.connector import MetaAds
from connectors.meta_ads.webhook import verify_webhook
from leads.errors import (
    AuthError,
    ConnectorError,
    ContractError,
    RateLimited,
    RecordError,
    TransientError,
)
from sandbox.faults import Fault, FaultKind
from sandbox.meta.app import SECRET
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


def late_lead(stage: MetaStage, minutes: int) -> str:
    """One that can be read only now, though it was created that long ago."""
    (lead_id,) = stage.add(1, at=stage.ground.clock.now() - timedelta(minutes=minutes))
    return lead_id


def test_a_lead_that_becomes_readable_after_a_newer_one_is_found(stage: MetaStage):
    stage.add(3)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    stage.ground.clock.advance(timedelta(minutes=1))
    late = late_lead(stage, 11)
    assert late in ids(list(source.pull(cursor)))


def test_one_later_than_the_overlap_is_found_as_the_form_counts_more_than_was_read(
    stage: MetaStage,
):
    stage.add(3)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    stage.ground.clock.advance(timedelta(minutes=1))
    late = late_lead(stage, 120)
    found: list[str] = []
    for _ in range(20):
        pages = list(source.pull(cursor))
        found += ids(pages)
        cursor = last_cursor(pages) if pages else cursor
        stage.ground.clock.advance(timedelta(minutes=1))
    assert late in found
    # The overlap a few times, and everything once.
    assert len(found) <= 12


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


def drained(source: MetaAds) -> tuple[list[str], ConnectorError]:
    """What a pull shows before it raises, and what it raises."""
    found: list[str] = []
    try:
        for page in source.pull(None):
            found.extend(ids([page]))
    except ConnectorError as refusal:
        return found, refusal
    raise AssertionError("the pull met no refusal")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.TOKEN_EXPIRED, path=f"/{FORM}/leads"),
        Fault(kind=FaultKind.RATE_LIMITED, path=f"/{PAGE}/leadgen_forms", retry_after="7200"),
        Fault(kind=FaultKind.RATE_LIMITED, path=f"/{FORM}/leads", retry_after="7200"),
        Fault(kind=FaultKind.SERVER_ERROR, path=f"/{PAGE}/leadgen_forms"),
    ],
    ids=["a form refuses", "a page is limited", "a form is limited", "a page fails"],
)
def test_neither_a_form_nor_a_page_hides_the_others(stage: MetaStage, fault: Fault):
    stage.business.add_page("1002", "Acme Iberia")
    stage.business.add_form("1002", "2002", "Webinar", [{"key": "email", "type": "EMAIL"}])
    stage.add(2)
    wanted = stage.business.add_lead("2002", [{"name": "email", "values": ["x@example.com"]}])
    stage.ground.faults.script(fault)
    found, refusal = drained(stage.source(Options(connection={"attempts": 1})))
    assert found == [wanted]
    assert str(refusal).startswith("meta_ads: ")


def test_a_form_that_refuses_does_not_hide_its_pages_other_forms(stage: MetaStage):
    stage.business.add_form(PAGE, "2002", "Webinar", [{"key": "email", "type": "EMAIL"}])
    stage.add(2)
    wanted = stage.business.add_lead("2002", [{"name": "email", "values": ["x@example.com"]}])
    stage.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED, path=f"/{FORM}/leads"))
    found, refusal = drained(stage.source())
    assert found == [wanted]
    assert isinstance(refusal, AuthError)


def test_a_vendor_out_of_reach_is_not_waited_for_page_by_page(stage: MetaStage):
    for number in range(10):
        stage.business.add_page(f"300{number}", "Acme")
    down = Fault(kind=FaultKind.SERVER_ERROR, path="/leadgen_forms")
    stage.ground.faults.script(*[down] * 11)
    _, refusal = drained(stage.source(Options(connection={"attempts": 1})))
    assert isinstance(refusal, TransientError)
    assert requests(stage, "/leadgen_forms") == 2


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"created_time": "soon"}, "created_at"),
        ({"created_time": None}, "created_at"),
        ({"field_data": None}, "record"),
        ({"field_data": {"email": "x@example.com"}}, "record"),
        ({"field_data": ["x@example.com"]}, "record"),
        ({"id": None}, "record"),
        ({"custom_disclaimer_responses": ["yes"]}, "record"),
    ],
)
def test_one_unreadable_lead_is_set_aside_and_the_others_are_read(
    stage: MetaStage, broken: dict[str, Any], field: str
):
    stage.business.add_lead(FORM, [{"name": "email", "values": ["x@example.com"]}], extra=broken)
    (whole,) = stage.add(1)
    source = stage.source()
    found = records(list(source.pull(None)))
    assert whole in {raw.source_id for raw in found}
    (bad,) = (raw for raw in found if raw.source_id != whole)
    assert source.is_intake(bad) is None
    assert source.owner_of(bad) is None
    with pytest.raises(RecordError) as caught:
        source.normalise(bad)
    assert caught.value.field == field
    if field == "record":
        assert "x@example.com" not in repr(bad.body)


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


def test_a_webhook_of_a_page_that_is_not_listed_is_outside_the_intake_and_not_read(
    stage: MetaStage,
):
    (ours,) = stage.add(1)
    source = stage.source(Options(connection={"pages": [PAGE]}))
    changes = [
        {"field": "leadgen", "value": {"leadgen_id": int(ours), "page_id": int(PAGE)}},
        {"field": "leadgen", "value": {"leadgen_id": 77, "page_id": "9009"}},
    ]
    entries = [
        {"id": PAGE, "changes": changes},
        {"id": "9010", "changes": [{"field": "leadgen", "value": {"leadgen_id": 78}}]},
    ]
    body = json.dumps({"object": "page", "entry": entries}).encode()
    proof = f"sha256={hmac_sha256(SECRET, body)}"
    (notice,) = verify_webhook(body, proof, SECRET, source.pages)  # type: ignore[misc]
    assert notice.ids == (ours,)
    assert [source.is_intake(raw) for raw in notice.records] == [
        "of page 9009, which `pages` does not list",
        "of page 9010, which `pages` does not list",
    ]
    (notice,) = verify_webhook(body, proof, SECRET, stage.source().pages)  # type: ignore[misc]
    assert notice.ids == (ours, "77", "78")
