"""What only LinkedIn does to a client."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leads.errors import AuthError, ConfigError, ContractError, RateLimited
from sandbox.faults import Fault, FaultKind
from sandbox.linkedin.business import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, TOKEN
from sandbox.linkedin.records import question
from tests.contract.linkedin_stage import (
    ACCOUNT,
    CAMPAIGN,
    EMAIL,
    FORM,
    OTHER_ACCOUNT,
    PAGE,
    LinkedInStage,
)
from tests.contract.stage import NOON, Options, ids, last_cursor, problems, records, requests

FIVE = Options(connection={"page_size": 5})
RENEWABLE = {
    "FIRSTTOUCH_LINKEDIN_ADS_REFRESH_TOKEN": REFRESH_TOKEN,
    "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_ID": CLIENT_ID,
    "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET": CLIENT_SECRET,
}


@pytest.fixture
def stage() -> Iterator[LinkedInStage]:
    with LinkedInStage.open() as opened:
        yield opened


def other_account(stage: LinkedInStage) -> list[str]:
    """Two leads of a second account."""
    owner = stage.business.add_owner("sponsoredAccount", OTHER_ACCOUNT, "Acme EMEA")
    stage.business.add_form(owner.urn, 42, "EMEA", [question(42, 1, "E", "en_US", asks="EMAIL")])
    return [stage.business.add_lead(42, {1042: f"e{n}@example.com"}) for n in range(2)]


def test_the_lead_reads_whole(stage: LinkedInStage):
    stage.add(1, email="ana@example.com")
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    lead = source.normalise(raw)
    assert (lead.first_name, lead.last_name, lead.email) == ("Ana", "Doe 0", "ana@example.com")
    assert (lead.channel, lead.campaign, lead.form) == ("linkedin_ads", "ent-iberia-2026", "Demo")
    assert (lead.created_at, lead.language, lead.consent) == (NOON, "es", True)
    assert lead.custom["cuál_es_tu_color_favorito"] == "Rojo"
    assert lead.custom["utm_source"] == "linkedin"
    assert not lead.is_test


def test_private_answers_are_not_even_kept(stage: LinkedInStage):
    stage.add(1)
    (raw,) = records(list(stage.source().pull(None)))
    assert "prefiero" not in repr(raw.body)


def test_answers_in_another_order_are_the_same_version(stage: LinkedInStage):
    stage.add(20)
    source = stage.source()
    first, again = ({r.version for r in records(list(source.pull(None)))} for _ in range(2))
    assert first == again


@pytest.mark.parametrize("switches", [(False, True), (True, False), (True, True)])
def test_any_order_of_the_list_and_no_total(stage: LinkedInStage, switches: tuple[bool, bool]):
    stage.business.is_unordered, stage.business.tells_total = switches
    wanted = [stage.add(1, at=NOON - timedelta(seconds=n % 4))[0] for n in range(23)]
    found = records(list(stage.source(FIVE).pull(None)))
    assert sorted(r.source_id for r in found) == sorted(wanted)
    times = [r.body["submittedAt"] for r in found]
    assert times == sorted(times)


def test_a_withdrawal_while_the_list_is_read_skips_nobody(stage: LinkedInStage):
    wanted = [stage.add(1, at=NOON - timedelta(seconds=n))[0] for n in range(23)]
    stage.business.meanwhile = lambda: stage.business.person_deletes(wanted[0])
    found = ids(list(stage.source(FIVE).pull(None)))
    assert sorted(found) == sorted(wanted[1:])


def test_a_lead_that_shows_itself_late_is_found(stage: LinkedInStage):
    stage.add(2)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    (late,) = stage.add(1, at=NOON - timedelta(minutes=9))
    assert late in ids(list(source.pull(cursor)))


@pytest.mark.parametrize("tells_total", [True, False])
def test_more_than_can_be_held_at_once_is_read_in_parts(stage: LinkedInStage, tells_total: object):
    stage.business.tells_total = bool(tells_total)
    wanted = stage.add(7)  # more than at once, in one millisecond: not to be parted
    wanted += [stage.add(1, at=NOON - timedelta(hours=n))[0] for n in range(1, 30)]
    few = {"page_size": 3, "most_at_once": 6}
    pages = list(stage.source(Options(connection=few)).pull(None))
    assert sorted(ids(pages)) == sorted(wanted)
    assert requests(stage) > 2 * len(wanted) / 3  # read whole, it would be half as many
    times = [r.body["submittedAt"] for r in records(pages)]
    assert times == sorted(times)


def test_older_leads_than_linkedin_keeps_are_not_asked_for(stage: LinkedInStage):
    """A start further back would be refused, and the source with it."""
    (wanted,) = stage.add(1)
    stage.ground.clock.advance(timedelta(days=364))
    source = stage.source(Options(connection={"overlap_seconds": 0}))
    assert ids(list(source.pull(None))) == [wanted]
    stage.ground.clock.advance(timedelta(days=300))
    assert ids(list(source.pull(None))) == []


def test_several_accounts_have_a_cursor_each(stage: LinkedInStage):
    emea, iberia = other_account(stage), stage.add(2)
    source = stage.source(Options(connection={"accounts": [ACCOUNT, OTHER_ACCOUNT]}))
    pages = list(source.pull(None))
    assert sorted(ids(pages)) == sorted([*emea, *iberia])
    early = stage.business.add_lead(
        42, {1042: "x@example.com"}, created=NOON - timedelta(minutes=5)
    )
    assert early in ids(list(source.pull(last_cursor(pages))))


def test_one_account_that_refuses_us_does_not_hide_the_others(stage: LinkedInStage):
    other_account(stage)
    wanted = stage.add(2)
    stage.business.denied.add(f"urn:li:sponsoredAccount:{OTHER_ACCOUNT}")
    source = stage.source(Options(connection={"accounts": [OTHER_ACCOUNT, ACCOUNT]}))
    found: list[str] = []

    def drain() -> None:
        for page in source.pull(None):
            found.extend(ids([page]))

    with pytest.raises(AuthError, match="ACCESS_DENIED"):
        drain()
    assert sorted(found) == sorted(wanted)
    (*findings,) = problems(source)
    refused = [f for f in findings if "ACCESS_DENIED" in f]
    assert refused
    assert all(OTHER_ACCOUNT in finding for finding in refused)


def test_without_accounts_those_the_token_sees_are_read(stage: LinkedInStage):
    wanted = other_account(stage) + stage.add(2)
    source = stage.source(Options(connection={"accounts": []}))
    assert sorted(ids(list(source.pull(None)))) == sorted(wanted)
    before = requests(stage)
    list(source.pull(None))
    assert requests(stage) - before == 2


def test_a_company_pages_leads_are_of_three_types(stage: LinkedInStage):
    page = stage.business.add_owner("organization", PAGE, "Acme")
    stage.business.add_form(page.urn, 7, "Page", [question(7, 1, "Email", "en_US", asks="EMAIL")])
    wanted = [
        stage.business.add_lead(7, {107: f"{kind}@example.com"}, lead_type=kind)
        for kind in ("COMPANY", "EVENT", "ORGANIZATION_PRODUCT")
    ]
    variables = {"FIRSTTOUCH_LINKEDIN_ADS_ORGANIZATIONS": f"urn:li:organization:{PAGE}"}
    source = stage.source(Options(connection={"accounts": []}, environ=variables))
    found = records(list(source.pull(None)))
    assert sorted(raw.source_id for raw in found) == sorted(wanted)
    assert {source.normalise(raw).campaign for raw in found} == {None}


def test_account_ids_may_come_as_numbers_urns_or_one_variable(stage: LinkedInStage):
    wanted = stage.add(1)
    for given in ([int(ACCOUNT)], [f"urn:li:sponsoredAccount:{ACCOUNT}"], f" {ACCOUNT}, "):
        source = stage.source(Options(connection={"accounts": given}))
        assert ids(list(source.pull(None))) == wanted
    with pytest.raises(ConfigError, match="accounts"):
        stage.source(Options(connection={"accounts": ["Acme ads"]}))


def test_a_daily_limit_is_told_at_once_and_ends_at_midnight(stage: LinkedInStage):
    stage.add(1)
    stage.ground.clock.set(datetime(2026, 11, 22, 20, 30, tzinfo=UTC))
    stage.business.quota.limit = 1
    source = stage.source()
    list(source.pull(None))
    before = requests(stage)
    with pytest.raises(RateLimited) as caught:
        list(source.pull(None))
    assert caught.value.retry_after == 3.5 * 3600
    assert requests(stage) - before == 1
    stage.ground.clock.advance(timedelta(seconds=caught.value.retry_after))
    assert len(ids(list(source.pull(None)))) == 1


def test_a_token_that_expires_is_renewed_where_that_is_possible(stage: LinkedInStage):
    wanted = stage.add(12)
    source = stage.source(Options(connection={"page_size": 5}, environ=RENEWABLE))
    stage.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED, path="/leadFormResponses"))
    assert sorted(ids(list(source.pull(None)))) == sorted(wanted)
    stage.business.tokens.discard(TOKEN)
    assert sorted(ids(list(source.pull(None)))) == sorted(wanted)
    assert requests(stage, "/oauth/v2/accessToken") == 1


def test_threads_that_find_the_token_expired_renew_it_once(stage: LinkedInStage):
    wanted = stage.add(4)
    source = stage.source(Options(environ=RENEWABLE))
    stage.business.expired.add(TOKEN)
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda lead_id: list(source.fetch([lead_id])), wanted)
        assert [raw.source_id for raws in found for raw in raws] == wanted
    assert requests(stage, "/oauth/v2/accessToken") == 1


def test_a_renewal_that_is_refused_names_what_to_check(stage: LinkedInStage):
    stale = {**RENEWABLE, "FIRSTTOUCH_LINKEDIN_ADS_REFRESH_TOKEN": "stale-and-secret"}
    source = stage.source(Options(environ=stale))
    stage.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED))
    with pytest.raises(AuthError, match="REFRESH_TOKEN") as caught:
        list(source.pull(None))
    assert "stale" not in str(caught.value)


def test_a_revoked_token_is_not_asked_with_again(stage: LinkedInStage):
    other_account(stage)
    stage.business.revoked.add(TOKEN)
    both = {"accounts": [ACCOUNT, OTHER_ACCOUNT]}
    with pytest.raises(AuthError, match="65601"):
        list(stage.source(Options(connection=both, environ=RENEWABLE)).pull(None))
    assert requests(stage) == 1


def test_a_version_that_is_no_longer_active_names_the_setting(stage: LinkedInStage):
    source = stage.source(Options(connection={"api_version": 202401}))
    with pytest.raises(ContractError, match="api_version"):
        list(source.pull(None))


def test_a_test_lead_is_known_by_its_mark(stage: LinkedInStage):
    stage.business.add_lead(FORM, {EMAIL: "someone@example.com"}, is_test=True)
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    assert source.normalise(raw).is_test


def test_a_form_that_does_not_come_with_its_leads_is_asked_for_once(stage: LinkedInStage):
    stage.add(3)
    decorated = records(list(stage.source().pull(None)))
    stage.business.decorates = False
    source = stage.source()
    bare = records(list(source.pull(None)))
    assert [source.normalise(raw) for raw in bare] == [source.normalise(raw) for raw in decorated]
    assert requests(stage, "/leadForms/") == 1


def test_a_withdrawn_lead_is_left_out_when_fetched(stage: LinkedInStage):
    gone, stays = stage.add(2)
    stage.business.person_deletes(gone)
    assert [raw.source_id for raw in stage.source().fetch([gone, "../x", stays])] == [stays]


def test_a_sound_account_has_no_findings_and_an_empty_one_has(stage: LinkedInStage):
    assert problems(stage.source(Options(environ=RENEWABLE))) == []
    stage.business.forms.clear()
    (finding,) = problems(stage.source(Options(environ=RENEWABLE)))
    assert "no lead form" in finding


def test_the_campaign_is_its_id_where_no_name_is_told(stage: LinkedInStage):
    stage.add(1)
    source = stage.source()
    (raw,) = records(list(source.pull(None)))
    nameless = {
        **raw.body,
        "leadMetadata": {"sponsoredLeadMetadata": {"campaign": f"x:{CAMPAIGN}"}},
    }
    nameless.pop("leadMetadataInfo")
    bare = type(raw)(source_id=raw.source_id, version=raw.version, body=nameless)
    assert source.normalise(bare).campaign == CAMPAIGN


def test_a_clock_set_back_reads_on_from_what_was_read(stage: LinkedInStage):
    stage.add(3)
    source = stage.source()
    cursor = last_cursor(list(source.pull(None)))
    stage.ground.clock.set(NOON - timedelta(hours=1))
    assert len(records(list(source.pull(cursor)))) == 3  # the newest again, and no refusal


def test_a_clock_that_is_behind_asks_for_nothing_that_is_gone(stage: LinkedInStage):
    """As long ago as LinkedIn keeps is told by our own clock."""
    source = stage.source()
    source._setup = replace(source._setup, intake=replace(source._setup.intake, created_after=None))
    stage.add(1, at=NOON - timedelta(hours=2))
    source._clock = lambda: NOON - timedelta(minutes=90)
    assert len(records(list(source.pull(None)))) == 1


def test_a_webhooks_lead_of_an_owner_that_is_not_listed_is_outside_the_intake(
    stage: LinkedInStage,
):
    (lead_id,) = stage.add(1)
    (ours,) = stage.source().fetch([lead_id])
    assert stage.source().is_intake(ours) is None
    for limit in ({"accounts": [OTHER_ACCOUNT]}, {"accounts": [], "organizations": [PAGE]}):
        source = stage.source(Options(connection=limit))
        (other,) = source.fetch([lead_id])
        assert source.is_intake(other) is not None
        assert "example.com" not in repr(other)
    unlimited = stage.source(Options(connection={"accounts": []}))
    (taken,) = unlimited.fetch([lead_id])
    assert unlimited.is_intake(taken) is None
