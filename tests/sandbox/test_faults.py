"""Each fault, met by a plain client at each vendor; and none where the vendor promises better."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.faults import Fault, FaultKind, Faults
from sandbox.town import SERVED, Town
from tests.sandbox.lists import ASK, PATHS, listed

UNORDERED = [vendor for vendor in SERVED if vendor != "salesforce"]
Read = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with Town.open(7, 100) as town:
        town.vendors.hubspot.limits.search.limit = None  # five a second, in which more is asked
        yield town


@pytest.fixture
def read(town: Town) -> Iterator[Read]:
    """Read a list of a vendor's that meets `faults`; how many leads are there is not changed."""
    with httpx.Client(timeout=0.5) as http:

        def ask(vendor: str, **fault: Any) -> httpx.Response:
            if fault:
                town.faults[vendor].script(Fault(path=PATHS[vendor], **fault))
            return ASK[vendor](http, town)

        yield ask
    for faults in town.faults.values():
        faults.clear()


@pytest.mark.parametrize("vendor", SERVED)
def test_nothing_is_wrong_by_itself(read: Read, vendor: str):
    assert len(listed(read(vendor))) > 2


def _wait_told(vendor: str, answer: httpx.Response) -> str:
    if vendor == "google_ads":
        error = answer.json()[0]["error"]["details"][0]["errors"][0]
        return str(error["details"]["quotaErrorDetails"]["retryDelay"]).rstrip("s")
    return str(answer.headers.get("retry-after"))


@pytest.mark.parametrize(
    ("vendor", "status"),
    [
        ("salesforce", 403),
        ("hubspot", 429),
        ("meta_ads", 400),
        ("google_ads", 429),
        ("linkedin_ads", 429),
    ],
)
def test_a_rate_limit_in_the_vendors_words_and_an_absurd_wait(read: Read, vendor: str, status: int):
    answer = read(vendor, kind=FaultKind.RATE_LIMITED, retry_after="20000")
    assert (answer.status_code, _wait_told(vendor, answer)) == (status, "20000")


@pytest.mark.parametrize("vendor", SERVED)
def test_errors_by_status_and_page(read: Read, vendor: str):
    ours = read(vendor, kind=FaultKind.SERVER_ERROR)
    assert (ours.status_code, ours.headers["content-type"]) == (503, "application/json")
    proxys = read(vendor, kind=FaultKind.HTML_ERROR)
    assert (proxys.status_code, proxys.text[:6]) == (502, "<html>")
    login = read(vendor, kind=FaultKind.HTML_PAGE)
    assert (login.status_code, login.text[:6]) == (200, "<html>")


@pytest.mark.parametrize("vendor", SERVED)
@pytest.mark.parametrize("when", ["", "after"])
def test_a_connection_that_is_dropped(read: Read, town: Town, vendor: str, when: str):
    served = len(town.journal.entries(vendor, "served"))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        read(vendor, kind=FaultKind.DROPPED, detail=when)
    carried_out = len(town.journal.entries(vendor, "served")) - served
    assert carried_out == (1 if when else 0)
    assert read(vendor).status_code == 200


@pytest.mark.parametrize("vendor", SERVED)
def test_bodies_that_stop_half_way(read: Read, vendor: str):
    with pytest.raises(httpx.RemoteProtocolError):
        read(vendor, kind=FaultKind.TRUNCATED)
    with pytest.raises(httpx.ReadTimeout):
        read(vendor, kind=FaultKind.STALLED, seconds=5.0)
    with pytest.raises(httpx.ReadTimeout):
        read(vendor, kind=FaultKind.TIMEOUT, seconds=5.0)
    for kind in (FaultKind.STALLED, FaultKind.TIMEOUT):
        with pytest.raises(httpx.ReadTimeout):
            read(vendor, kind=kind)
    assert read(vendor).status_code == 200


@pytest.mark.parametrize("vendor", UNORDERED)
def test_pages_that_repeat_themselves_or_come_in_another_order(read: Read, vendor: str):
    as_ever = listed(read(vendor))
    assert listed(read(vendor, kind=FaultKind.REPEATED)) == as_ever * 2
    shuffled = listed(read(vendor, kind=FaultKind.SHUFFLED))
    assert shuffled != as_ever
    assert sorted(shuffled) == sorted(as_ever)


def test_an_order_that_a_query_asked_for_is_kept(read: Read, town: Town):
    """SOQL's ORDER BY is a promise: such a fault waits for ever."""
    for kind in (FaultKind.REPEATED, FaultKind.SHUFFLED):
        town.faults["salesforce"].script(Fault(kind=kind))
    assert listed(read("salesforce")) == listed(read("salesforce"))
    assert town.faults["salesforce"].for_request("/query") is not None


@pytest.mark.parametrize("vendor", SERVED)
def test_somebody_edits_while_a_list_is_read(read: Read, town: Town, vendor: str):
    told = {e: len(town.journal.entries(vendor, e)) for e in ("person", "created")}
    before = listed(read(vendor, kind=FaultKind.EDITED))
    now = {e: len(town.journal.entries(vendor, e)) - n for e, n in told.items()}
    is_crm = vendor in ("salesforce", "hubspot")
    assert now == {"person": 1, "created": 0} if is_crm else {"person": 0, "created": 1}
    # It came too late for this answer, whatever it was.
    assert len(before) <= len(listed(read(vendor)))


@pytest.mark.parametrize(
    ("vendor", "status"),
    [("salesforce", 401), ("hubspot", 401), ("meta_ads", 400), ("google_ads", 401)],
)
def test_a_token_that_ends(read: Read, vendor: str, status: int):
    assert read(vendor, kind=FaultKind.TOKEN_EXPIRED).status_code == status


def test_what_was_injected_stands_in_the_journal(read: Read, town: Town):
    before = len(town.journal.entries("hubspot", "fault"))
    read("hubspot", kind=FaultKind.RATE_LIMITED, retry_after="20000")
    told = town.journal.entries("hubspot", "fault")[before:]
    assert [(e.detail["kind"], e.detail["retry_after"]) for e in told] == [
        ("rate_limited", "20000")
    ]


def test_shares_of_one_kind_that_differ_stand_side_by_side():
    faults = Faults(3)
    faults.set_share(FaultKind.RATE_LIMITED, 0.3, retry_after="1")
    faults.set_share(FaultKind.RATE_LIMITED, 0.3, retry_after="20000")
    faults.set_share(FaultKind.ROW_REFUSED, 0.3, detail="UNABLE_TO_LOCK_ROW")
    met = [fault.retry_after for _ in range(200) if (fault := faults.for_request("/x"))]
    assert set(met) == {"1", "20000"}
    rows = [fault.detail for _ in range(200) if (fault := faults.for_row("1"))]
    assert set(rows) == {"UNABLE_TO_LOCK_ROW"}
    assert 30 < len(rows) < 90


WRONG_ORDERS = {
    "no kind": (
        {"script": [{"path": "/x"}]},
        "script[0]: None is no kind of fault; there are rate_",
    ),
    "unknown kind": ({"script": [{"kind": "flood"}]}, "script[0]: 'flood' is no kind of fault"),
    "unknown share": ({"shares": {"flood": 0.1}}, "shares.flood: 'flood' is no kind of fault"),
    "unknown key": ({"script": [{"kind": "dropped", "when": 1}]}, "script[0]: a fault has no when"),
    "share": ({"shares": {"dropped": 2}}, "shares.dropped: 2 is no share from 0 to 1"),
    "no share": ({"shares": {"dropped": {"path": "/x"}}}, "shares.dropped: None is no share"),
    "text": ({"script": [{"kind": "dropped", "path": 1}]}, "script[0].path: 1 is no text"),
    "seconds": ({"script": [{"kind": "timeout", "seconds": "1"}]}, "script[0].seconds: '1' is no"),
    "no object": ([], "send a JSON object"),
    "no fault": ({"script": ["dropped"]}, "script[0]: a fault is an object"),
    "no list": ({"script": {}}, "script is a list of faults"),
    "other": ({"scripts": []}, "scripts: there are only script and shares"),
}


@pytest.mark.parametrize(("order", "told"), WRONG_ORDERS.values(), ids=WRONG_ORDERS)
def test_an_order_that_cannot_be_read_says_why_and_changes_nothing(
    town: Town, order: Any, told: str
):
    town.faults["hubspot"].script(Fault(kind=FaultKind.DROPPED))
    address = f"{town.addresses['hubspot']}/_sandbox/faults"
    answer = httpx.post(address, json=order)
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert town.faults["hubspot"].scripted == 1
    town.faults["hubspot"].clear()


def test_an_order_that_is_no_json_is_refused(town: Town):
    address = f"{town.addresses['hubspot']}/_sandbox/faults"
    assert httpx.post(address, content=b"{").status_code == 422


def test_a_page_is_empty_where_the_vendor_may_have_one(read: Read, town: Town):
    whole = listed(read("meta_ads"))
    first = read("meta_ads", kind=FaultKind.EMPTY_PAGE)
    assert first.json()["data"] == []
    assert "next" in first.json()["paging"]
    following = first.json()["paging"]["cursors"]["after"]
    address = first.request.url.copy_merge_params({"after": following})
    assert listed(httpx.get(address)) == whole
    for vendor in set(SERVED) - {"meta_ads"}:
        assert listed(read(vendor, kind=FaultKind.EMPTY_PAGE)), vendor
        assert town.faults[vendor].scripted == 1
        town.faults[vendor].clear()


def test_faults_are_set_from_outside(town: Town):
    with httpx.Client(base_url=town.addresses["meta_ads"]) as http:
        share = {"share": 1.0, "retry_after": "7", "path": "/leads"}
        http.post("/_sandbox/faults", json={"shares": {"rate_limited": share}})
        fault = town.faults["meta_ads"].for_request("/1/leads")
        assert fault is not None
        assert fault.retry_after == "7"
        assert town.faults["meta_ads"].for_request("/1/forms") is None
        http.post("/_sandbox/faults", json={"shares": {"server_error": 1.0}})
        plain = town.faults["meta_ads"].for_request("/1/leads")
        assert plain is not None
        assert plain.kind is FaultKind.SERVER_ERROR
    town.faults["meta_ads"].clear()
