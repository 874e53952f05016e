"""Every source answers the same questions; the vendor's own journal is the witness."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from leads.errors import AuthError, ConnectorError, ContractError, RecordError, TransientError
from leads.record import Cursor
from sandbox.faults import Fault, FaultKind
from tests.contract.cases import SOURCES
from tests.contract.shop_stage import ShopStage
from tests.contract.stage import (
    NOON,
    OpenSource,
    Options,
    SourceStage,
    ids,
    last_cursor,
    records,
    requests,
)

FIVE = Options(connection={"page_size": 5})


@pytest.fixture(params=(*SOURCES, ShopStage), ids=lambda case: case.name)
def stage(request: pytest.FixtureRequest) -> Iterator[SourceStage]:
    case: type[OpenSource] = request.param
    with case.open() as opened:
        yield opened


def test_an_empty_vendor_gives_no_record(stage: SourceStage):
    assert ids(list(stage.source().pull(None))) == []


def test_ties_across_page_edges_lose_nobody(stage: SourceStage):
    wanted = [
        *stage.add(3, at=NOON - timedelta(seconds=9)),
        *stage.add(13, at=NOON - timedelta(seconds=5)),
        *stage.add(4, at=NOON),
    ]
    pages = list(stage.source(FIVE).pull(None))
    assert set(ids(pages)) == set(wanted)
    assert len([page for page in pages if page.records]) >= 4


def test_a_page_size_that_is_met_exactly_ends(stage: SourceStage):
    wanted = stage.add(10)
    assert sorted(ids(list(stage.source(FIVE).pull(None)))) == sorted(wanted)


def test_oldest_change_first(stage: SourceStage):
    late = stage.add(2, at=NOON)
    early = stage.add(7, at=NOON - timedelta(minutes=5))
    found = ids(list(stage.source(FIVE).pull(None)))
    assert set(found[:7]) == set(early)
    assert set(found[7:]) == set(late)


def test_the_cursor_is_inclusive(stage: SourceStage):
    stage.add(3)
    source = stage.source(FIVE)
    cursor = last_cursor(list(source.pull(None)))
    (latecomer,) = stage.add(1, at=NOON, email="late@example.com")
    assert latecomer in ids(list(source.pull(cursor)))


def test_each_pages_cursor_resumes_without_a_gap(stage: SourceStage):
    wanted = set(stage.add(9, at=NOON - timedelta(seconds=3))) | set(stage.add(8))
    pages = list(stage.source(FIVE).pull(None))
    for number, page in enumerate(pages):
        before = set(ids(pages[: number + 1]))
        after = set(ids(list(stage.source(FIVE).pull(page.resume_from))))
        assert before | after == wanted


def test_a_disturbance_while_reading_loses_nobody(stage: SourceStage):
    wanted = stage.add(12, at=NOON - timedelta(minutes=1)) + stage.add(12)
    pages = stage.source(FIVE).pull(None)
    seen = set(ids([next(pages)]))
    stage.ground.clock.advance(timedelta(seconds=2))
    for lead_id in sorted(seen)[:3]:
        stage.disturb(lead_id)
    for page in pages:
        seen |= set(ids([page]))
    assert seen >= set(wanted)


def test_a_record_read_twice_has_one_version(stage: SourceStage):
    stage.add(3)
    first = {r.source_id: r.version for r in records(list(stage.source().pull(None)))}
    again = {r.source_id: r.version for r in records(list(stage.source().pull(None)))}
    assert first == again
    assert len(first) == 3


def test_an_empty_tick_costs_one_request(stage: SourceStage):
    stage.add(3)
    source = stage.source(FIVE)
    cursor = last_cursor(list(source.pull(None)))
    for page in source.pull(cursor):  # Meta settles its count of leads by a second look
        cursor = page.resume_from
    before = requests(stage)
    list(source.pull(cursor))
    assert requests(stage) - before == 1


def test_fetch_reads_by_id_and_leaves_out_what_is_gone(stage: SourceStage):
    wanted = stage.add(3)
    source = stage.source()
    pulled = {r.source_id: r.version for r in records(list(source.pull(None)))}
    nobody = "00QfT000000ZZZZUA4" if stage.name == "salesforce" else "987654321"
    fetched = {r.source_id: r.version for r in source.fetch([*wanted, nobody, "?"])}
    assert fetched == pulled


def test_a_pulled_record_normalises_and_is_of_the_intake(stage: SourceStage):
    stage.add(1, email="Somebody@Example.com")
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    lead = source.normalise(raw)
    assert (lead.key.source, lead.key.source_id) == (stage.name, raw.source_id)
    assert (lead.email or "").lower() == "somebody@example.com"
    assert source.is_intake(raw) is None


def test_records_older_than_go_live_are_not_pulled(stage: SourceStage):
    stage.add(2, at=NOON - timedelta(days=60))
    wanted = stage.add(2)
    assert sorted(ids(list(stage.source().pull(None)))) == sorted(wanted)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.RATE_LIMITED, retry_after="0.01"),
        Fault(kind=FaultKind.SERVER_ERROR),
        Fault(kind=FaultKind.HTML_ERROR),
        Fault(kind=FaultKind.TRUNCATED),
        Fault(kind=FaultKind.MALFORMED),
        Fault(kind=FaultKind.TIMEOUT, seconds=0.8),
    ],
    ids=lambda fault: fault.kind,
)
def test_what_passes_is_repeated(stage: SourceStage, fault: Fault):
    wanted = stage.add(7)
    waiting = replace(fault, path=stage.reads)
    stage.ground.faults.script(waiting, waiting)
    assert set(ids(list(stage.source(FIVE).pull(None)))) == set(wanted)
    assert len(stage.ground.journal.entries(event="fault")) == 2


_NEEDED = {
    "shop": ("id", "changed"),
    "salesforce": ("Id", "SystemModstamp"),
    "hubspot": ("id", "properties"),
    "meta_ads": ("id", "field_data"),
    "linkedin_ads": ("id", "formResponse"),
    "pipedrive": ("id", "update_time"),
}


@pytest.mark.parametrize("number", [0, 1], ids=["no id", "no content"])
def test_one_record_out_of_shape_is_set_aside(stage: SourceStage, number: int):
    if stage.name == "google_ads":
        pytest.skip("has its own test of this")
    source = stage.source()
    list(source.pull(None))  # it has looked up its owners, by the same kind of request perhaps
    wanted = stage.add(3)
    field = _NEEDED[stage.name][number]
    stage.ground.faults.script(Fault(kind=FaultKind.MISSHAPEN, path=stage.reads, detail=field))
    pages = list(source.pull(None))
    found = records(pages)
    assert len(found) == 3
    (bad,) = (raw for raw in found if "malformed" in raw.body)
    assert (bad.source_id in wanted) is (field not in ("id", "Id"))
    assert source.is_intake(bad) is None
    assert source.owner_of(bad) is None or stage.name == "salesforce"
    with pytest.raises(RecordError) as caught:
        source.normalise(bad)
    assert caught.value.field == "record"
    assert {source.normalise(raw).key.source_id for raw in found if raw is not bad} < set(wanted)
    assert set(ids(list(source.pull(last_cursor(pages))))) == set(wanted)


@pytest.mark.parametrize(
    "kind", [FaultKind.SERVER_ERROR, FaultKind.HTML_ERROR, FaultKind.MALFORMED]
)
def test_what_does_not_pass_is_told_in_one_line(stage: SourceStage, kind: FaultKind):
    stage.add(1)
    source = stage.source(Options(connection={"attempts": 3}))
    stage.ground.faults.script(*[Fault(kind=kind, path=stage.reads)] * 3)
    with pytest.raises(TransientError) as caught:
        list(source.pull(None))
    assert str(caught.value).startswith(f"{stage.name}: ")
    assert "\n" not in str(caught.value)
    assert requests(stage, stage.reads) == 3


def test_a_wait_longer_than_a_minute_is_not_waited_for(stage: SourceStage):
    if stage.name not in {"salesforce", "meta_ads", "linkedin_ads"}:
        pytest.skip("HubSpot's Retry-After is not to be believed")
    stage.add(1)
    source = stage.source()
    limited = Fault(kind=FaultKind.RATE_LIMITED, path=stage.reads, retry_after="7200")
    stage.ground.faults.script(limited)
    with pytest.raises(TransientError) as caught:
        list(source.pull(None))
    assert (caught.value.retry_after or 0) > 60


def test_a_rest_asked_for_while_the_vendor_is_down_is_taken(stage: SourceStage, pauses):
    """Unlike a limit's, a 503's Retry-After is HTTP's own, and in seconds everywhere."""
    if stage.name in {"google_ads", "pipedrive", "shop"}:
        pytest.skip("its sandbox asks for none")
    wanted = stage.add(2)
    down = Fault(kind=FaultKind.SERVER_ERROR, path=stage.reads, retry_after="0.3")
    stage.ground.faults.script(down)
    assert sorted(ids(list(stage.source().pull(None)))) == sorted(wanted)
    assert 0.3 in pauses


def test_a_wait_of_hours_hangs_no_run(stage: SourceStage, pauses):
    """Seconds or milliseconds, in a header that a vendor documents or in one that it does not."""
    wanted = stage.add(2)
    source = stage.source()
    limited = Fault(kind=FaultKind.RATE_LIMITED, path=stage.reads, retry_after="20000")
    stage.ground.faults.script(limited)
    with suppress(TransientError):
        list(source.pull(None))
    assert sum(pauses) < 15
    assert len(stage.ground.journal.entries(event="fault")) == 1
    assert sorted(ids(list(source.pull(None)))) == sorted(wanted)


def test_a_token_that_expires_in_the_middle(stage: SourceStage):
    wanted = set(stage.add(12))
    source = stage.source(FIVE)
    pages = source.pull(None)
    first = next(pages)
    seen = set(ids([first]))
    ended = Fault(kind=FaultKind.TOKEN_EXPIRED)
    stage.ground.faults.script(ended)
    if stage.renews_its_token:
        seen |= set(ids(list(pages)))
    elif stage.name in {"meta_ads", "linkedin_ads"}:  # a list is read whole before its first page
        with pytest.raises(AuthError, match="TOKEN"):
            list(source.pull(first.resume_from))
        seen |= set(ids(list(source.pull(first.resume_from))))
    else:
        with pytest.raises(AuthError, match="TOKEN"):
            list(pages)
        seen |= set(ids(list(source.pull(first.resume_from))))
    assert seen == wanted


def test_wrong_credentials_name_what_to_check(stage: SourceStage):
    with pytest.raises(AuthError) as caught:
        list(stage.source(Options(environ=stage.wrong_secret)).pull(None))
    (variable,) = stage.wrong_secret
    assert variable in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_a_vendor_that_is_down(stage: SourceStage):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    options = Options(connection={"attempts": 2}, environ=_address(stage, port))
    with pytest.raises(TransientError, match="cannot be reached"):
        list(stage.source(options).pull(None))


def test_a_cursor_of_another_connector_is_refused(stage: SourceStage):
    with pytest.raises(ContractError, match="cursor"):
        list(stage.source().pull(Cursor("no cursor")))


def test_errors_hold_no_personal_data(stage: SourceStage):
    stage.add(1, email="private@example.com")
    source = stage.source(Options(connection={"attempts": 1}))
    for kind in (FaultKind.TRUNCATED, FaultKind.SERVER_ERROR, FaultKind.TIMEOUT):
        stage.ground.faults.script(Fault(kind=kind, path=stage.reads, seconds=0.8))
        with pytest.raises(ConnectorError) as caught:
            list(source.pull(None))
        assert "@" not in str(caught.value)
        assert caught.value.__cause__ is None


def _address(stage: SourceStage, port: int) -> dict[str, str]:
    return {f"FIRSTTOUCH_{stage.name.upper()}_BASE_URL": f"http://127.0.0.1:{port}"}
