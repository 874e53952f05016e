"""Parts of a composite request that use what earlier ones answered; requests out of shape."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.salesforce_desk import ANA, BY_HAND, ROOT, WEB, Desk, errors, salesforce_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def part(reference: str, method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"method": method, "url": f"{ROOT}/{path}", "referenceId": reference, **more}


def run(desk: Desk, *parts: dict[str, Any], **terms: Any) -> list[dict[str, Any]]:
    status, body = desk.ask("POST", "composite", {"compositeRequest": list(parts), **terms})
    assert status == 200, body
    results: list[dict[str, Any]] = body["compositeResponse"]
    return results


@pytest.mark.parametrize("all_or_none", [True, False])
def test_a_part_may_use_what_an_earlier_one_answered(desk: Desk, *, all_or_none: bool) -> None:
    lead = desk.lead(OwnerId=ANA)
    call = {"WhoId": "@{found.records[0].Id}", "OwnerId": "@{found.records[0].Owner.Id}"}
    found, task, shown = run(
        desk,
        part("found", "GET", "query?q=SELECT+Id,Owner.Id+FROM+Lead"),
        part("task", "POST", "sobjects/Task", body={**call, "Subject": "Call @{found.totalSize}"}),
        part("shown", "GET", "sobjects/Task/@{task.id}?fields=WhoId,OwnerId,Subject"),
        allOrNone=all_or_none,
    )
    assert (found["httpStatusCode"], task["httpStatusCode"]) == (200, 201)
    told = {name: shown["body"][name] for name in ("WhoId", "OwnerId", "Subject")}
    assert told == {"WhoId": lead, "OwnerId": ANA, "Subject": "Call 1"}


def test_what_hangs_on_a_part_that_failed_is_not_done(desk: Desk) -> None:
    lead = desk.lead()
    failed, halted, apart = run(
        desk,
        part("made", "POST", "sobjects/Task", body={"WhoId": "nonsense", "Subject": "Call"}),
        part("moved", "PATCH", f"sobjects/Lead/{lead}", body={"OwnerId": "@{made.id}"}),
        part("apart", "GET", f"sobjects/Lead/{lead}?fields=OwnerId"),
    )
    assert (failed["httpStatusCode"], halted["httpStatusCode"]) == (400, 400)
    assert errors(halted["body"]) == [
        (
            "PROCESSING_HALTED",
            "Invalid reference specified. No value for made.id found in made",
        )
    ]
    assert apart["body"]["OwnerId"] == desk.owner(lead) == WEB


@pytest.mark.parametrize(
    "path", ["query.nothing", "query.records[7].Id", "elsewhere.id", "query[0]"]
)
def test_a_reference_to_nothing(desk: Desk, path: str) -> None:
    desk.lead()
    _, halted = run(
        desk,
        part("query", "GET", "query?q=SELECT+Id+FROM+Lead"),
        part("row", "GET", f"sobjects/Lead/@{{{path}}}"),
    )
    assert errors(halted["body"])[0][0] == "PROCESSING_HALTED"


@pytest.mark.parametrize(
    "parts",
    [
        ["nonsense"],
        [{"method": "GET", "url": f"{ROOT}/limits"}],
        [{"method": "GET", "url": 5, "referenceId": "a"}],
        [part("a", "GET", "limits", httpHeaders=["b"])],
        [part("1a", "GET", "limits")],
        [part("a", "GET", "limits"), part("a", "GET", "limits")],
    ],
    ids=["no object", "no reference", "no address", "headers", "a digit first", "one name twice"],
)
def test_a_composite_request_out_of_shape_is_refused_whole(desk: Desk, parts: list[Any]) -> None:
    status, body = desk.ask("POST", "composite", {"compositeRequest": parts})
    assert (status, body[0]["errorCode"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        (
            "PATCH",
            "composite/sobjects",
            {"records": [{"attributes": {"type": 5}}]},
            "INVALID_INPUT",
        ),
        ("POST", "composite/sobjects/Lead", {"ids": 5, "fields": ["Id"]}, "MISSING_ARGUMENT"),
    ],
)
def test_a_collection_out_of_shape(
    desk: Desk, method: str, path: str, body: dict[str, Any], code: str
) -> None:
    status, told = desk.ask(method, path, body)
    assert (status, told[0]["errorCode"]) == (400, code)


def test_headers_in_other_spellings(desk: Desk) -> None:
    lead = desk.lead()
    named = {**BY_HAND, "Content-Type": "Application/JSON;charset=utf-8"}
    assert desk.send("PATCH", f"sobjects/Lead/{lead}", {"City": "Graz"}, named).status_code == 204
    zoneless = {**BY_HAND, "If-Unmodified-Since": "Sun, 22 Nov 2026 11:00:00"}
    answer = desk.send("PATCH", f"sobjects/Lead/{lead}", {"City": "Linz"}, zoneless)
    assert answer.status_code == 412
