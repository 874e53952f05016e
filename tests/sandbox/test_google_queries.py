"""What the sandbox's Google Ads answers: the shapes as documented, the query obeyed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.google.tokens import DEVELOPER_TOKEN
from tests.sandbox.google_desk import (
    ACCOUNT,
    CAMPAIGN,
    FORM,
    LEAD,
    MANAGER,
    NOON,
    Desk,
    failure,
    google_desk,
)
from tests.sandbox.stage import Stage

WITH_OFFSET = f"{LEAD}.submission_date_time > '2026-11-23 07:00:00-05:00'"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with google_desk(stage) as desk:
        yield desk


def test_a_lead_has_every_documented_field(desk: Desk) -> None:
    lead_id = desk.accounts.add_lead(
        FORM,
        CAMPAIGN,
        [("FULL_NAME", "Alex Example"), ("PHONE_NUMBER", "3125550177")],
        custom=[("Describe it", "Brake noise")],
        created=NOON,
        ad_group_id="7",
        ad_id="8",
        gclid="Cj0",
    )
    fields = (
        *("resource_name", "id", "asset", "campaign", "ad_group", "ad_group_ad", "gclid"),
        *("submission_date_time", "lead_form_submission_fields"),
        "custom_lead_form_submission_fields",
    )
    asked = ", ".join(f"{LEAD}.{name}" for name in fields)
    response = desk.ask(f"SELECT {asked} FROM {LEAD}", method="searchStream")
    (chunk,) = response.json()
    assert chunk.keys() == {"results", "fieldMask", "requestId"}
    here = f"customers/{ACCOUNT}"
    assert chunk["results"] == [
        {
            "leadFormSubmissionData": {
                "resourceName": f"{here}/leadFormSubmissionData/{lead_id}",
                "id": lead_id,
                "asset": f"{here}/assets/{FORM}",
                "campaign": f"{here}/campaigns/{CAMPAIGN}",
                "adGroup": f"{here}/adGroups/7",
                "adGroupAd": f"{here}/adGroupAds/7~8",
                "gclid": "Cj0",
                "submissionDateTime": "2026-11-23 07:00:00-05:00",
                "leadFormSubmissionFields": [
                    {"fieldType": "FULL_NAME", "fieldValue": "Alex Example"},
                    {"fieldType": "PHONE_NUMBER", "fieldValue": "3125550177"},
                ],
                "customLeadFormSubmissionFields": [
                    {"questionText": "Describe it", "fieldValue": "Brake noise"}
                ],
            }
        }
    ]
    assert desk.logged("served") == [{"ids": (lead_id,)}]


def test_only_what_was_asked_for_and_the_resource_names(desk: Desk) -> None:
    lead_id = desk.lead("Joe")
    (row,) = desk.rows(f"SELECT {LEAD}.id, campaign.name, customer.time_zone FROM {LEAD}")
    assert row == {
        "leadFormSubmissionData": {
            "resourceName": f"customers/{ACCOUNT}/leadFormSubmissionData/{lead_id}",
            "id": lead_id,
        },
        "campaign": {
            "resourceName": f"customers/{ACCOUNT}/campaigns/{CAMPAIGN}",
            "name": "ent-2026",
        },
        "customer": {"resourceName": f"customers/{ACCOUNT}", "timeZone": "America/New_York"},
    }


def test_numbers_of_64_bits_are_text(desk: Desk) -> None:
    (row,) = desk.rows("SELECT campaign.id, campaign.name FROM campaign")
    assert row["campaign"]["id"] == CAMPAIGN
    (row,) = desk.rows("SELECT asset.id, asset.type FROM asset WHERE asset.type = 'LEAD_FORM'")
    assert row["asset"]["type"] == "LEAD_FORM"
    (row,) = desk.rows("SELECT customer.id FROM customer WHERE customer.manager = FALSE LIMIT 1")
    assert row["customer"]["id"] == ACCOUNT


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (">= '2026-11-23 07:00:00'", {"b", "c"}),
        ("> '2026-11-23 07:00:00'", {"c"}),
        ("= '2026-11-23 07:00:00'", {"b"}),
        ("!= '2026-11-23 07:00:00'", {"a", "c"}),
        ('<= "2026-11-23 07:00:00"', {"a", "b"}),
        ("< '2026-11-23 07:00:00'", {"a"}),
        (">= '2026-11-23'", {"a", "b", "c"}),
        (">= '2026-11-24'", set()),
        ("BETWEEN '2026-11-23 06:59:59' AND '2026-11-23 07:00:00'", {"a", "b"}),
    ],
)
def test_conditions_on_the_time_are_in_the_account_s_own(desk: Desk, where, found) -> None:
    ids = {desk.lead(name, seconds=n): name for n, name in ((-1, "a"), (0, "b"), (1, "c"))}
    assert {ids[i] for i in desk.ids(f"WHERE {LEAD}.submission_date_time {where}")} == found


def test_conditions_are_all_obeyed_and_so_are_order_and_limit(desk: Desk) -> None:
    a, b, c = (desk.lead(name, seconds=n) for n, name in enumerate("abc"))
    assert desk.ids(f"where {LEAD}.id in ('{a}', '{c}', '7') and {LEAD}.id != '{c}'") == [a]
    order = f"ORDER BY {LEAD}.submission_date_time"
    assert desk.ids(f"{order} DESC") == [c, b, a]
    assert desk.ids(f"{order} ASC LIMIT 2") == [a, b]
    assert desk.ids(f"{order} DESC, {LEAD}.id LIMIT 1") == [c]


def test_without_an_order_leads_come_in_none(desk: Desk) -> None:
    ids = [desk.lead(str(n), seconds=n) for n in range(30)]
    assert desk.ids() != ids != desk.ids()[::-1]
    assert sorted(desk.ids()) == sorted(ids)


def test_pages_and_chunks(desk: Desk) -> None:
    desk.accounts.page_size, desk.accounts.chunk_size = 4, 3
    ids = {desk.lead(str(n)) for n in range(10)}
    query = f"SELECT {LEAD}.id FROM {LEAD}"
    found: list[str] = []
    more: dict[str, Any] = {}
    for size in (4, 4, 2):
        page = desk.ask(query, **more).json()
        found += [row["leadFormSubmissionData"]["id"] for row in page["results"]]
        assert len(page["results"]) == size
        more = {"pageToken": page.get("nextPageToken")}
    assert (set(found), more) == (ids, {"pageToken": None})
    chunks = desk.ask(query, method="searchStream").json()
    assert [len(chunk["results"]) for chunk in chunks] == [3, 3, 3, 1]
    assert failure(desk.ask(query, pageToken="???"))["errorCode"] == {
        "requestError": "INVALID_PAGE_TOKEN"
    }
    assert failure(desk.ask(query, pageSize=5))["errorCode"] == {
        "requestError": "PAGE_SIZE_NOT_SUPPORTED"
    }


def test_nothing_found_has_no_results_at_all(desk: Desk) -> None:
    query = f"SELECT {LEAD}.id FROM {LEAD}"
    assert "results" not in desk.ask(query).json()
    assert desk.ask(query, method="searchStream").json() == []


def test_leads_older_than_the_retention_are_gone(desk: Desk) -> None:
    old, new = desk.lead("old", seconds=-86400 * 59), desk.lead("new")
    assert set(desk.ids()) == {old, new}
    desk.accounts.ground.clock.advance(timedelta(days=2))
    assert desk.ids() == [new]
    desk.accounts.retention = timedelta(days=30)
    desk.accounts.ground.clock.advance(timedelta(days=27))
    assert desk.ids() == [new]
    desk.accounts.ground.clock.advance(timedelta(days=2))
    assert desk.ids() == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "EXPECTED_SELECT"),
        (f"FROM {LEAD}", "EXPECTED_SELECT"),
        (f"SELECT {LEAD}.id", "EXPECTED_FROM"),
        (f"SELECT {LEAD}.id FROM", "UNEXPECTED_END_OF_QUERY"),
        (f"SELECT {LEAD}.id FROM leads", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        (f"SELECT {LEAD}.email FROM {LEAD}", "UNRECOGNIZED_FIELD"),
        (f"SELECT segments.date FROM {LEAD}", "UNRECOGNIZED_FIELD"),
        ("SELECT asset.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE x.y = 1", "UNRECOGNIZED_FIELD"),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.id REGEXP_MATCH 'a'", "BAD_OPERATOR"),
        (
            f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.id IN ()",
            "PROHIBITED_EMPTY_LIST_IN_CONDITION",
        ),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.id IN 'a'", "EXPECTED_LIST"),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.id = bare", "BAD_VALUE"),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.id = 'a", "STRING_NOT_TERMINATED"),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.id = ;", "BAD_SYMBOL"),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.submission_date_time > 'now'", "BAD_VALUE"),
        (f"SELECT {LEAD}.id FROM {LEAD} WHERE {WITH_OFFSET}", "BAD_VALUE"),
        (
            f"SELECT {LEAD}.id FROM {LEAD} WHERE {LEAD}.lead_form_submission_fields = 'a'",
            "PROHIBITED_FIELD_IN_WHERE_CLAUSE",
        ),
        (
            f"SELECT {LEAD}.id FROM {LEAD} ORDER BY {LEAD}.gclid",
            "PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE",
        ),
        (
            f"SELECT {LEAD}.id FROM {LEAD} ORDER BY {LEAD}.submission_date_time",
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
        (f"SELECT {LEAD}.id FROM {LEAD} ORDER {LEAD}.id", "EXPECTED_BY"),
        (f"SELECT {LEAD}.id FROM {LEAD} LIMIT 0", "LIMIT_VALUE_TOO_LOW"),
        (f"SELECT {LEAD}.id FROM {LEAD} LIMIT ten", "BAD_LIMIT_VALUE"),
        (f"SELECT {LEAD}.id FROM {LEAD} LIMIT 1 LIMIT 2", "UNEXPECTED_INPUT"),
    ],
)
def test_a_query_that_is_none(desk: Desk, query: str, code: str) -> None:
    response = desk.ask(query)
    assert response.status_code == 400
    assert response.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert failure(response)["errorCode"] == {"queryError": code}
    assert [entry["code"] for entry in desk.logged("refused")] == [code]


def test_how_many_there_are_in_all_where_it_is_asked(desk: Desk) -> None:
    desk.accounts.page_size = 1
    for name in ("Ann", "Bea", "Cem"):
        desk.lead(name)
    query, counted = f"SELECT {LEAD}.id FROM {LEAD}", {"returnTotalResultsCount": True}
    page = desk.ask(query, searchSettings=counted).json()
    assert (len(page["results"]), page["totalResultsCount"]) == (1, "3")
    assert "totalResultsCount" not in desk.ask(query).json()


def test_the_accounts_that_a_token_is_let_into(desk: Desk) -> None:
    address = "customers:listAccessibleCustomers"
    headers = {"Authorization": f"Bearer {desk.token()}", "developer-token": DEVELOPER_TOKEN}
    told = desk.http.get(f"/v26/{address}", headers=headers)
    assert (told.status_code, told.json()) == (200, {"resourceNames": [f"customers/{MANAGER}"]})
    assert desk.http.get(f"/v26/{address}").status_code == 401
    assert desk.http.get(f"/v15/{address}", headers=headers).status_code == 404
