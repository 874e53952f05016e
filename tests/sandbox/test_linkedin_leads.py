"""The sandbox's LinkedIn shows leads and forms in the vendor's own shapes, and obeys the query."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.linkedin.records import milliseconds
from tests.sandbox.linkedin_desk import (
    CAMPAIGN,
    FORM,
    HEADERS,
    NOON,
    ORGANIC_FORM,
    Desk,
    finder,
    ids,
    linkedin_desk,
)
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with linkedin_desk(stage) as desk:
        yield desk


def test_a_lead_by_id_has_the_published_shape(desk: Desk):
    """The keys and types of the vendor's sample for one lead, without projection."""
    lead_id = desk.lead(consents={0: True}, is_test=True)
    status, lead = desk.get(f"/rest/leadFormResponses/{lead_id}")
    assert status == 200
    assert set(lead) == {
        *("owner", "submitter", "leadType", "leadMetadata", "versionedLeadGenFormUrn", "id"),
        *("submittedAt", "testLead", "associatedEntity", "formResponse"),
    }
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d", lead["id"])
    assert lead["owner"] == {"sponsoredAccount": "urn:li:sponsoredAccount:1234567"}
    assert lead["leadMetadata"] == {
        "sponsoredLeadMetadata": {"campaign": f"urn:li:sponsoredCampaign:{CAMPAIGN}"}
    }
    urn = f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{FORM},1)"
    assert lead["versionedLeadGenFormUrn"] == urn
    assert (lead["submittedAt"], lead["testLead"]) == (milliseconds(NOON), True)
    response = lead["formResponse"]
    assert response["consentResponses"] == [{"accepted": True, "consentId": 0}]
    assert sorted(response["answers"], key=lambda a: a["questionId"]) == [
        {"questionId": 107234246, "answerDetails": {"textQuestionAnswer": {"answer": "Kevin"}}},
        {
            "questionId": 307234246,
            "answerDetails": {"textQuestionAnswer": {"answer": "kevin@example.com"}},
        },
        {"questionId": 707234246, "answerDetails": {"multipleChoiceAnswer": {"options": [0]}}},
    ]


def test_the_finder_decorates_what_it_is_asked_for(desk: Desk):
    desk.lead()
    (lead,) = desk.leads()[1]["elements"]
    assert "submitter" not in lead
    assert lead["leadMetadataInfo"]["sponsoredLeadMetadataInfo"]["campaign"]["name"] == "ent-2026"
    form = lead["form"]
    assert set(form) == {"hiddenFields", "creationLocale", "name", "id", "content"}
    assert form["creationLocale"] == {"country": "ES", "language": "es"}
    assert form["hiddenFields"][0] == {"name": "hidden_field", "value": "abc678"}
    name, _, colour = form["content"]["questions"]
    assert name == {
        "questionId": 107234246,
        "question": {"localized": {"es_ES": "Nombre"}},
        "responseEditable": True,
        "name": "First name",
        "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}},
        "predefinedField": "FIRST_NAME",
        "responseRequired": True,
    }
    assert colour["questionDetails"]["multipleChoiceQuestionDetails"]["options"][0] == {
        "text": {"localized": {"es_ES": "Rojo"}},
        "id": 0,
    }
    assert "predefinedField" not in colour


def test_answers_come_in_another_order_now_and_then(desk: Desk):
    lead_id = desk.lead()
    orders = {
        tuple(a["questionId"] for a in lead["formResponse"]["answers"])
        for _ in range(20)
        for lead in (desk.get(f"/rest/leadFormResponses/{lead_id}")[1],)
    }
    assert len(orders) > 1


def test_newest_first_by_start_and_count_with_ties(desk: Desk):
    old = [desk.lead(seconds=n // 4) for n in range(12)]
    pages = [ids(desk.leads(count="5", start=str(start))) for start in (0, 5, 10, 15)]
    assert [len(page) for page in pages] == [5, 5, 2, 0]
    assert sorted(lead for page in pages for lead in page) == sorted(old)
    assert set(pages[0][:4]) == set(old[8:])
    paging = desk.leads(count="5", start="5")[1]["paging"]
    assert paging == {"start": 5, "count": 5, "links": [], "total": 12}


def test_a_new_lead_shifts_the_pages_and_a_withdrawn_one_skips(desk: Desk):
    old = [desk.lead(seconds=n) for n in range(10)]
    first = ids(desk.leads(count="5"))
    desk.business.person_deletes(first[0])
    second = ids(desk.leads(count="5", start="5"))
    assert len(set(old) - set(first) - set(second)) == 1


def test_the_range_begins_with_its_start_and_ends_before_its_end(desk: Desk):
    early, late = desk.lead(seconds=0), desk.lead(seconds=1)
    start, end = milliseconds(NOON), milliseconds(NOON + timedelta(seconds=1))
    assert ids(desk.leads(submittedAtTimeRange=f"(start:{start},end:{end})")) == [early]
    both = desk.leads(submittedAtTimeRange=f"(start:{start},end:{end + 1})")
    assert sorted(ids(both)) == sorted([early, late])


def test_unordered_without_a_total_and_only_tests(desk: Desk):
    desk.business.is_unordered, desk.business.tells_total = True, False
    leads = [desk.lead(seconds=n, is_test=n == 3) for n in range(8)]
    found = desk.leads()
    assert ids(found) == sorted(leads)
    assert "total" not in found[1]["paging"]
    assert ids(desk.leads(limitedToTestLeads="true")) == [leads[3]]


def test_a_page_s_leads_are_asked_for_by_their_type(desk: Desk):
    number = int(f"10{ORGANIC_FORM}")
    event = desk.business.add_lead(ORGANIC_FORM, {number: "a@example.com"}, lead_type="EVENT")
    page = "(organization:urn%3Ali%3Aorganization%3A11223344)"
    assert ids(desk.leads(owner=page, leadType="(leadType:EVENT)")) == [event]
    assert ids(desk.leads(owner=page, leadType="(leadType:COMPANY)")) == []
    assert desk.leads(owner=page, leadType="(leadType:SPONSORED)")[0] == 400


def test_leads_are_kept_for_a_year(desk: Desk):
    lead_id = desk.lead()
    desk.business.ground.clock.advance(timedelta(days=366))
    now = desk.business.ground.clock.now()
    recent = f"(start:{milliseconds(now - timedelta(days=365))},end:{milliseconds(now)})"
    assert ids(desk.leads(submittedAtTimeRange=recent)) == []
    assert desk.get(f"/rest/leadFormResponses/{lead_id}")[0] == 404
    older = f"(start:{milliseconds(now - timedelta(days=366))},end:{milliseconds(now)})"
    assert desk.leads(submittedAtTimeRange=older)[0] == 400


def test_forms_are_listed_without_a_total_and_read_by_id(desk: Desk):
    owner = "(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A1234567)"
    status, found = desk.get(f"/rest/leadForms?q=owner&owner={owner}&count=10&start=0")
    assert status == 200
    assert found["paging"] == {"start": 0, "count": 10, "links": []}
    (form,) = found["elements"]
    assert {"reviewInfo", "owner", "versionId", "created", "lastModified", "state"} <= set(form)
    assert desk.get(f"/rest/leadForms/{FORM}") == (200, form)
    assert desk.get("/rest/leadForms/1")[0] == 404


def test_ad_accounts_are_found(desk: Desk):
    search = "q=search&search=(status:(values:List(ACTIVE)),test:false)&fields=id,name,test"
    status, found = desk.get(f"/rest/adAccounts?{search}&count=10&start=0")
    assert status == 200
    assert found["elements"] == [{"id": 1234567, "name": "Ad Account A", "test": False}]


def test_the_journal_has_what_was_served_and_the_root_a_page(desk: Desk):
    lead_id = desk.lead("Kevin")
    desk.get(finder())
    (served,) = desk.business.ground.journal.entries(event="served")
    assert served.ids == (lead_id,)
    page = desk.http.get(f"{desk.url}/")
    assert "Kevin" in page.text
    assert "ent-2026" in page.text


def test_several_by_their_ids_and_what_is_wrong_with_the_others(desk: Desk):
    first, second = desk.lead("Ann"), desk.lead("Bea")
    status, told = desk.get(f"/rest/leadFormResponses?ids=List({first},nobody,{second})&fields=id")
    assert status == 200
    assert told["results"] == {first: {"id": first}, second: {"id": second}}
    assert told["statuses"] == {first: 200, second: 200, "nobody": 404}
    assert told["errors"]["nobody"]["code"] == "NOT_FOUND"
    told = desk.get(f"/rest/leadForms?ids=List({FORM},7)")[1]
    assert (list(told["results"]), list(told["errors"])) == ([str(FORM)], ["7"])
    assert desk.get(f"/rest/leadForms?ids={FORM}")[0] == 400


def test_a_query_too_long_for_an_address_comes_as_a_body(desk: Desk):
    lead = desk.lead()
    address, _, query = finder().partition("?")
    tunnelled = {
        **HEADERS,
        "X-HTTP-Method-Override": "GET",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = desk.http.post(f"{desk.url}{address}", content=query, headers=tunnelled)
    assert ids((answer.status_code, answer.json())) == [lead]
    odd = {**tunnelled, "X-HTTP-Method-Override": "DELETE"}
    assert desk.http.post(f"{desk.url}{address}", content=query, headers=odd).status_code == 400
