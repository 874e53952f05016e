"""What only Google Ads does to a client."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import Receive, Scope, Send

from connectors.google_ads.cursor import MOST_SEEN, Mark
from connectors.google_ads.mapping import key_of, row_record
from connectors.malformed import is_malformed
from leads.errors import AuthError, ContractError, RateLimited, RecordError, TransientError
from leads.lead import Headcount
from sandbox.faults import Fault, FaultKind
from sandbox.serve import serve_in_thread
from tests.contract.google_stage import ACCOUNT, CAMPAIGN, FORM, MANAGER, GoogleStage
from tests.contract.stage import (
    GO_LIVE,
    NOON,
    Options,
    ids,
    last_cursor,
    problems,
    records,
    requests,
)

OTHER = "1000000002"
BOTH = Options(connection={"customer_ids": [ACCOUNT, OTHER]})


@pytest.fixture
def stage() -> Iterator[GoogleStage]:
    with GoogleStage.open() as opened:
        yield opened


def other_account(stage: GoogleStage, **about: object) -> str:
    """A second account with a lead of its own; the lead's id."""
    stage.accounts.add_customer(OTHER, "Acme Asia", manager_id=MANAGER, **about)
    stage.accounts.add_campaign(OTHER, "20002", "ent-asia")
    stage.accounts.add_form(OTHER, "30002", "Demo Asia")
    fields = [("EMAIL", "asia@example.com")]
    return stage.accounts.add_lead("30002", "20002", fields, created=NOON)


def test_every_account_has_its_own_cursor(stage: GoogleStage):
    first = stage.add(2)
    late = other_account(stage, time_zone="Asia/Tokyo")
    source = stage.source(BOTH)
    pages = list(source.pull(None))
    assert sorted(ids(pages)) == sorted([*first, late])
    fields = [("EMAIL", "more@example.com")]
    earlier = NOON - timedelta(minutes=50)
    more = stage.accounts.add_lead("30002", "20002", fields, created=earlier)
    assert ids(list(source.pull(last_cursor(pages)))) == [more]


@pytest.mark.parametrize("about", [{"is_enabled": False}, {"manager_id": "9000000009"}])
def test_an_account_that_refuses_us_does_not_hide_the_others(stage: GoogleStage, about):
    other_account(stage)
    stage.accounts.add_customer(OTHER, "Acme Asia", **about)
    wanted = stage.add(2)
    found: list[str] = []

    def drain() -> None:
        for page in stage.source(Options(connection={"customer_ids": [OTHER, ACCOUNT]})).pull(None):
            found.extend(ids([page]))

    with pytest.raises(AuthError, match=r"customer_ids|login_customer_id"):
        drain()
    assert sorted(found) == sorted(wanted)


def test_a_lead_that_the_api_shows_late_is_found_and_no_other_is_repeated(stage: GoogleStage):
    stage.add(3)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    assert list(source.pull(cursor)) == []
    (late,) = stage.add(1, at=NOON - timedelta(minutes=59))
    stage.add(1, at=NOON - timedelta(minutes=61))  # beyond what is read again
    assert ids(list(source.pull(cursor))) == [late]


def test_a_lead_that_is_completed_within_the_overlap_is_handed_over_once_more(stage: GoogleStage):
    lead_id = stage.lead(("FULL_NAME", "Jo Doe"))
    source = stage.source()
    (page,) = source.pull(None)
    with pytest.raises(RecordError, match="nobody can be contacted"):
        source.normalise(page.records[0])
    first = stage.accounts.leads[lead_id]
    whole = (*first.fields, ("EMAIL", "jo@example.com"))
    stage.accounts.leads[lead_id] = replace(first, fields=whole)
    (again,) = source.pull(page.resume_from)
    assert source.normalise(again.records[0]).email == "jo@example.com"
    assert list(source.pull(again.resume_from)) == []


@pytest.mark.parametrize("literals_in", [None, "UTC"])
@pytest.mark.parametrize(
    "zone", ["Pacific/Honolulu", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati"]
)
def test_a_query_s_time_may_be_the_account_s_own_or_utc(stage: GoogleStage, zone, literals_in):
    stage.accounts.add_customer(ACCOUNT, "Acme", manager_id=MANAGER, time_zone=zone)
    stage.accounts.literals_in = literals_in
    first = stage.add(1, at=NOON - timedelta(hours=20))
    source = stage.source()
    pages = list(source.pull(None))
    assert ids(pages) == first
    (new,) = stage.add(1, at=NOON - timedelta(hours=19, minutes=59))
    assert ids(list(source.pull(last_cursor(pages)))) == [new]


def test_the_first_reading_does_not_know_the_zone_yet(stage: GoogleStage):
    wanted = stage.add(1, at=GO_LIVE + timedelta(seconds=1))
    stage.ground.clock.set(GO_LIVE + timedelta(hours=9))
    assert ids(list(stage.source().pull(None))) == wanted


def test_an_hour_that_comes_twice_loses_nobody(stage: GoogleStage):
    stage.accounts.add_customer(ACCOUNT, "Acme", manager_id=MANAGER, time_zone="America/New_York")
    stage.ground.clock.set(NOON)
    summer = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30, an hour before 01:30
    first = stage.add(1, at=summer)
    source = stage.source()
    pages = list(source.pull(None))
    second = stage.add(1, at=summer + timedelta(minutes=40))
    assert ids(pages) == first
    assert ids(list(source.pull(last_cursor(pages)))) == second


def test_a_time_without_an_offset_is_the_account_s(stage: GoogleStage):
    stage.accounts.with_offset = False
    stage.add(1)
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    assert source.normalise(raw).created_at == NOON


def test_a_lead_without_a_readable_time_is_handed_over_to_be_set_aside(stage: GoogleStage):
    broken = stage.lead(("EMAIL", "a@example.com"), extra={"submissionDateTime": "soon"})
    source = stage.source()
    pages = list(source.pull(None))
    assert ids(pages) == [broken]
    assert list(source.pull(last_cursor(pages))) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"leadFormSubmissionFields": ["x@example.com"]},
        {"leadFormSubmissionFields": 7},
        {"customLeadFormSubmissionFields": [["x@example.com"]]},
    ],
)
def test_one_row_out_of_shape_is_set_aside_and_the_others_are_read(stage: GoogleStage, broken):
    bad_id = stage.lead(("EMAIL", "x@example.com"), extra=broken)
    (whole,) = stage.add(1)
    source = stage.source()
    pages = list(source.pull(None))
    found = {raw.source_id: raw for raw in records(pages)}
    assert found.keys() == {bad_id, whole}
    bad = found[bad_id]
    assert source.is_intake(bad) is None
    assert source.text_of(bad) == {}
    with pytest.raises(RecordError, match="not of the shape we know") as caught:
        source.normalise(bad)
    assert caught.value.field == "record"
    assert "x@example.com" not in repr(bad.body)
    assert source.normalise(found[whole]).email
    assert list(source.pull(last_cursor(pages))) == []


def test_rows_that_are_no_leads_are_kept_apart():
    listed = {"leadFormSubmissionData": ["x"]}
    rows: tuple[object, ...] = (None, "x", {}, {"campaign": {"name": "a"}}, listed)
    assert len({key_of(row) for row in rows}) == len(rows)
    for row in rows:
        raw = row_record(row, ids_agree=True)
        assert is_malformed(raw)
        assert raw.source_id == ""


def test_category_and_custom_questions(stage: GoogleStage):
    stage.lead(
        ("WORK_EMAIL", "a@example.com"),
        ("COMPANY_SIZE", "51-200"),
        ("PRODUCT", "GTX Pro"),
        ("JOB_INDUSTRY", "Retail"),
        ("SERVICE", "Roofing"),
        ("PREFERRED_CONTACT_TIME", "Morning"),
        custom=[("¿Cuál es tu presupuesto?", "50K"), ("Número de empleados", "9")],
        gclid="Cj0K",
    )
    source = stage.source(Options(fields={"custom.hour": "PREFERRED_CONTACT_TIME"}))
    (raw,) = records(list(source.pull(None)))
    lead = source.normalise(raw)
    assert (lead.email, lead.product, lead.industry) == ("a@example.com", "GTX Pro", "Retail")
    assert lead.employees == Headcount(least=51, most=200)
    assert lead.custom == {
        "service": "Roofing",
        "hour": "Morning",
        "cuál_es_tu_presupuesto": "50K",
    }
    assert (lead.campaign, lead.form, lead.click_id) == ("ent-search", "Demo request", "Cj0K")
    assert lead.channel == "google_ads"


def test_government_ids_are_not_even_kept(stage: GoogleStage):
    stage.add(1)
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    assert "529.982.247-25" not in repr(raw)
    assert "GOVERNMENT" not in repr(raw)
    assert source.normalise(raw).custom == {}


def test_an_access_token_that_ran_out_is_bought_anew(stage: GoogleStage):
    source = stage.source()
    list(source.pull(None))
    stage.ground.clock.advance(timedelta(hours=2))
    wanted = stage.add(1)
    assert ids(list(source.pull(None))) == wanted
    assert requests(stage, "/token") == 2


def test_a_token_about_to_run_out_is_replaced_before_it_is_refused(stage: GoogleStage):
    stage.accounts.tokens.life = timedelta(seconds=30)
    source = stage.source()
    list(source.pull(None))
    list(source.pull(None))
    assert requests(stage, "/token") == 2
    assert stage.ground.journal.entries(event="refused") == []


def test_threads_share_one_access_token(stage: GoogleStage):
    source = stage.source()
    for _ in range(3):
        list(source.pull(None))
    assert requests(stage, "/token") == 1


@pytest.mark.parametrize(
    ("variable", "attempts"),
    [("DEVELOPER_TOKEN", 2), ("CLIENT_SECRET", 1), ("CLIENT_ID", 1), ("REFRESH_TOKEN", 1)],
)
def test_each_wrong_credential_is_named(stage: GoogleStage, variable, attempts):
    other_account(stage)
    name = f"FIRSTTOUCH_GOOGLE_ADS_{variable}"
    options = Options(connection=BOTH.connection, environ={name: "wrong"})
    with pytest.raises(AuthError, match=variable) as caught:
        list(stage.source(options).pull(None))
    assert "wrong" not in str(caught.value)
    # A login that is refused is not tried for each account; a 401 costs one fresh token, once each.
    assert requests(stage, "/token") <= 2 * attempts


def test_the_wait_that_google_asks_for_stands_in_the_details(stage: GoogleStage):
    wanted = stage.add(1)
    source = stage.source()
    limited = Fault(kind=FaultKind.RATE_LIMITED, path=stage.reads, retry_after="7200")
    stage.ground.faults.script(limited)
    with pytest.raises(RateLimited) as caught:
        list(source.pull(None))
    assert caught.value.retry_after == 7200
    soon = Fault(kind=FaultKind.RATE_LIMITED, path=stage.reads, retry_after="0.01")
    stage.ground.faults.script(soon)
    assert ids(list(source.pull(None))) == wanted


def test_an_error_in_the_middle_of_a_stream_is_no_end_of_it(stage: GoogleStage):
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        answer: object = [{"results": []}, {"error": {"code": 500, "status": "INTERNAL"}}]
        if scope["path"] == "/token":
            answer = {"access_token": "t", "expires_in": 3599}
        await JSONResponse(answer)(scope, receive, send)

    with serve_in_thread(broken) as url:
        options = Options(
            connection={"attempts": 1}, environ={"FIRSTTOUCH_GOOGLE_ADS_BASE_URL": url}
        )
        source = stage.source(options)
        with pytest.raises(TransientError, match="not a list of results"):
            list(source.pull(None))
        source.close()


def test_a_proxys_page_is_sorted_by_its_status(stage: GoogleStage):
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await HTMLResponse("<h1>Forbidden</h1>", 403)(scope, receive, send)

    with serve_in_thread(refuse) as url:
        source = stage.source(Options(environ={"FIRSTTOUCH_GOOGLE_ADS_BASE_URL": url}))
        with pytest.raises(AuthError, match="HTTP 403"):
            list(source.pull(None))
        source.close()


@pytest.mark.parametrize("version", ["v23", "v24", "v25", "v26"])
def test_every_version_that_google_serves(stage: GoogleStage, version):
    wanted = stage.add(1)
    source = stage.source(Options(connection={"api_version": version}))
    assert ids(list(source.pull(None))) == wanted


def test_a_version_that_is_gone_is_no_reason_to_repeat(stage: GoogleStage):
    with pytest.raises(ContractError, match="404"):
        list(stage.source(Options(connection={"api_version": "v17"})).pull(None))
    assert requests(stage, stage.reads) == 1


def test_an_id_that_would_end_the_query_s_text_is_not_asked_for(stage: GoogleStage):
    stage.add(2)
    assert list(stage.source().fetch(["x') OR ('' = '", "'", ""])) == []
    assert requests(stage, stage.reads) == 0


def test_fetch_finds_leads_whose_ids_are_ours(stage: GoogleStage):
    stage.add(3)
    source = stage.source(Options(connection={"ids_agree": False}))
    first, *_ = records(list(source.pull(None)))
    assert [raw.source_id for raw in source.fetch([first.source_id])] == [first.source_id]


def test_check_tells_of_accounts_that_cannot_be_read(stage: GoogleStage):
    stage.accounts.add_customer(OTHER, "Closed", manager_id=MANAGER, is_enabled=False)
    accounts = [ACCOUNT, MANAGER, OTHER]
    options = Options(connection={"customer_ids": accounts, "operations_a_day": 4000})
    manager, closed, unread, spent = problems(stage.source(options))
    assert f"{MANAGER} is a manager account" in manager
    assert "CUSTOMER_NOT_ENABLED" in closed
    assert "read leads: CUSTOMER_NOT_ENABLED" in unread
    assert "4,320 operations a day, of 4,000" in spent
    assert problems(stage.source()) == []


def test_names_that_a_webhook_does_not_bring_are_asked_for_once(stage: GoogleStage):
    source = stage.source()
    payload = {"form_id": int(FORM), "campaign_id": int(CAMPAIGN)}
    assert not source.knows(payload)
    stage.accounts.page_size = 1
    stage.accounts.add_campaign(ACCOUNT, "20009", "smb")
    source.learn_names()
    assert source.knows(payload)
    assert source.knows({"form_id": FORM, "campaign_id": 20009})


def test_what_was_seen_is_kept_for_as_long_as_it_is_read_again():
    mark = Mark(at=1000)
    for n in range(MOST_SEEN + 10):
        mark = Mark(at=1000 + n, seen={**mark.seen, f"l{n}": 1000 + n})
    assert len(mark.pruned(10**6).seen) == MOST_SEEN
    assert min(mark.pruned(100).seen.values()) == mark.at - 100
