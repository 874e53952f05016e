"""composite/batch, tree and graph, asked by the real client over real HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from tests.sandbox.salesforce_desk import ANA, BY_HAND, ROOT, Desk, salesforce_over_http
from tests.sandbox.test_salesforce_client import log_in

LEAD = {"LastName": "Doe", "Company": "Doe Ltd"}
HALTED = "The transaction was rolled back since another operation in the same transaction failed."


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Desk, Any]]:
    with ExitStack() as open_things:
        desk = open_things.enter_context(salesforce_over_http())
        yield desk, log_in(desk, open_things)


@pytest.fixture
def desk(served: tuple[Desk, Any]) -> Desk:
    return served[0]


def post(served: tuple[Desk, Any], path: str, body: dict[str, Any]) -> Any:
    return served[1].restful(f"composite/{path}", method="POST", json=body)


def refused(served: tuple[Desk, Any], path: str, body: dict[str, Any]) -> Any:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        post(served, path, body)
    return caught.value.content


def ask(method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"method": method, "url": f"v66.0/{path}", **more}


def batch(served: tuple[Desk, Any], *parts: dict[str, Any], **terms: Any) -> Any:
    return post(served, "batch", {"batchRequests": list(parts), **terms})


def test_the_parts_of_a_batch_are_apart(served: tuple[Desk, Any], desk: Desk) -> None:
    lead = desk.lead()
    told = batch(
        served,
        ask("PATCH", f"sobjects/lead/{lead}", richInput={"City": "Graz"}),
        ask("PATCH", "sobjects/lead/nonsense", richInput={"City": "Linz"}),
        {"method": "GET", "url": f"{ROOT}/sobjects/Lead/{lead}?fields=City"},
    )
    assert told["hasErrors"]
    changed, failed, shown = told["results"]
    assert changed == {"statusCode": 204, "result": None}
    assert (failed["statusCode"], failed["result"][0]["errorCode"]) == (404, "NOT_FOUND")
    assert (shown["statusCode"], shown["result"]["City"]) == (200, "Graz")
    assert not batch(served, ask("GET", "limits"))["hasErrors"]


def test_a_batch_stops_at_an_error_where_it_is_told_to(
    served: tuple[Desk, Any], desk: Desk
) -> None:
    lead = desk.lead(City="Graz")
    last = ask("PATCH", f"sobjects/Lead/{lead}", richInput={"City": "Linz"})
    first = ask("PATCH", f"sobjects/Lead/{lead}", richInput={"City": "Wels"})
    told = batch(served, first, ask("GET", "nothing"), last, haltOnError=True)
    assert [result["statusCode"] for result in told["results"]] == [204, 404, 412]
    assert told["results"][2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"
    assert desk.org.leads[lead]["City"] == "Wels"  # what was done before stays


def test_each_part_of_a_batch_counts(served: tuple[Desk, Any], desk: Desk) -> None:
    before = desk.org.allowance.used(desk.org.now())
    batch(served, *[ask("GET", "limits")] * 25)
    assert desk.org.allowance.used(desk.org.now()) - before == 25


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([ask("GET", "limits")] * 26, "LIMIT_EXCEEDED"),
        ([ask("LOOK", "limits")], "INVALID_INPUT"),
        ([{"method": "GET", "url": "v67.0/limits"}], "INVALID_INPUT"),  # newer than the batch
        ([{"method": "GET", "url": "v33.0/limits"}], "INVALID_INPUT"),
        ([{"method": "GET"}], "INVALID_INPUT"),
        ([], "INVALID_INPUT"),
    ],
    ids=["26", "method", "newer", "older", "no url", "none"],
)
def test_a_batch_out_of_shape_runs_nothing(
    served: tuple[Desk, Any], desk: Desk, parts: list[Any], code: str
) -> None:
    lead = desk.lead(City="Graz")
    if len(parts) == 1:
        parts = [ask("PATCH", f"sobjects/Lead/{lead}", richInput={"City": "Linz"}), *parts]
    assert refused(served, "batch", {"batchRequests": parts})[0]["errorCode"] == code
    assert desk.org.leads[lead]["City"] == "Graz"


def test_a_composite_request_of_too_many_is_answered_in_one_part(served: tuple[Desk, Any]) -> None:
    part = {"method": "GET", "url": f"{ROOT}/limits"}
    parts = [{**part, "referenceId": f"p{n}"} for n in range(26)]
    (told,) = refused(served, "", {"compositeRequest": parts})["compositeResponse"]
    assert (told["httpStatusCode"], told["referenceId"]) == (400, None)
    assert told["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
    assert told["body"][0]["message"].endswith("contain more than 25 operations.")


def test_five_queries_and_collections_are_all_that_a_composite_request_takes(
    served: tuple[Desk, Any],
) -> None:
    query = {"method": "GET", "url": f"{ROOT}/query/?q=SELECT+Id+FROM+Lead"}
    rows = {"method": "GET", "url": f"{ROOT}/composite/sobjects/Lead?ids=00Q&fields=Id"}
    parts = [
        {**part, "referenceId": f"p{n}"} for n, part in enumerate((query, rows, query, rows, query))
    ]
    body = {"compositeRequest": [*parts, {"method": "GET", "url": f"{ROOT}/limits"}]}
    body["compositeRequest"][-1]["referenceId"] = "limits"
    told = post(served, "", body)["compositeResponse"]
    assert [part["httpStatusCode"] for part in told] == [200] * 6
    body["compositeRequest"].append({**query, "referenceId": "sixth"})
    (only,) = refused(served, "", body)["compositeResponse"]
    assert only["body"][0]["errorCode"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("path", ["batch", "graph", "tree/Lead", ""])
def test_one_composite_within_another_is_not_there(served: tuple[Desk, Any], path: str) -> None:
    part = {"method": "POST", "url": f"{ROOT}/composite/{path}", "referenceId": "p", "body": {}}
    (told,) = post(served, "", {"compositeRequest": [part]})["compositeResponse"]
    assert (told["httpStatusCode"], told["body"][0]["errorCode"]) == (404, "NOT_FOUND")
    within = ask("POST", f"composite/{path}", richInput={})
    assert batch(served, within)["results"][0]["statusCode"] == 404


def test_the_composite_resources(served: tuple[Desk, Any]) -> None:
    names = ("tree", "batch", "sobjects", "graph")
    told = served[1].restful("composite")
    assert told == {name: f"{ROOT}/composite/{name}" for name in names}


def row(reference: str, kind: str = "Lead", **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": kind, "referenceId": reference}, **fields}


def calls(*references: str, **fields: Any) -> dict[str, Any]:
    return {"records": [row(name, "Task", Subject="Call", **fields) for name in references]}


def test_a_tree_is_answered_level_by_level(served: tuple[Desk, Any], desk: Desk) -> None:
    records = [row("a", **LEAD, Tasks=calls("a1", "a2")), row("b", **LEAD)]
    told = post(served, "tree/Lead/", {"records": records})
    assert not told["hasErrors"]
    made = {result["referenceId"]: result["id"] for result in told["results"]}
    assert list(made) == ["a", "b", "a1", "a2"]
    tasks = desk.records(f"SELECT Id, WhoId FROM Task WHERE WhoId = '{made['a']}'")
    assert {task["Id"] for task in tasks} == {made["a1"], made["a2"]}


def test_one_bad_record_of_a_tree_is_told_alone_and_nothing_is_made(
    served: tuple[Desk, Any], desk: Desk
) -> None:
    before = len(desk.org.leads)
    bad = row("bad", **LEAD, Email="123")
    told = refused(served, "tree/Lead", {"records": [row("good", **LEAD, Tasks=calls("c")), bad]})
    assert told["hasErrors"]
    (result,) = told["results"]
    assert result["referenceId"] == "bad"
    assert result["errors"] == [
        {
            "statusCode": "INVALID_EMAIL_ADDRESS",
            "message": "Email: invalid email address: 123",
            "fields": ["Email"],
        }
    ]
    assert len(desk.org.leads) == before


def test_what_a_tree_cannot_name(served: tuple[Desk, Any]) -> None:
    twice = refused(served, "tree/Lead", {"records": [row("a", **LEAD), row("a", **LEAD)]})
    assert [result["referenceId"] for result in twice["results"]] == ["a", "a"]
    (other,) = refused(served, "tree/Lead", {"records": [row("u", "UserRole")]})["results"]
    assert other["errors"][0]["statusCode"] == "INVALID_INPUT"
    assert other["errors"][0]["message"] == "Invalid entity type provided in the request: UserRole"
    (root,) = refused(served, "tree/Lead", {"records": [row("t", "Task")]})["results"]
    assert root["errors"][0]["statusCode"] == "INVALID_INPUT"
    nameless = {"attributes": {"type": "Lead"}, **LEAD}
    told = refused(served, "tree/Lead", {"records": [nameless]})
    assert told == [
        {
            "message": "'referenceId' is a required field. at [line:1, column:1]",
            "errorCode": "JSON_PARSER_ERROR",
        }
    ]


def test_a_tree_of_more_than_200(served: tuple[Desk, Any], desk: Desk) -> None:
    before = len(desk.org.leads)
    many = [row(f"r{n}", **LEAD) for n in range(100)]
    one = row("one", **LEAD, Tasks=calls(*(f"t{n}" for n in range(100))))
    told = refused(served, "tree/Lead", {"records": [*many, one]})
    assert told[0]["errorCode"] == "EXCEEDED_ID_LIMIT"
    assert len(desk.org.leads) == before


def node(reference: str, method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"method": method, "url": f"{ROOT}/{path}", "referenceId": reference, **more}


def graph(name: str, *nodes: dict[str, Any]) -> dict[str, Any]:
    return {"graphId": name, "compositeRequest": list(nodes)}


def a_lead(name: str = "lead", **fields: Any) -> dict[str, Any]:
    return node(name, "POST", "sobjects/Lead/", body={**LEAD, **fields}, httpHeaders=dict(BY_HAND))


def a_task(name: str, who: str) -> dict[str, Any]:
    return node(name, "POST", "sobjects/Task/", body={"WhoId": who, "Subject": "Call"})


def test_graphs_succeed_and_fail_apart(served: tuple[Desk, Any], desk: Desk) -> None:
    before = len(desk.org.leads)
    good = graph("good", a_lead(OwnerId=ANA), a_task("task", "@{lead.id}"))
    bad = graph("bad", a_lead(), a_task("task", "nonsense"))
    told = post(served, "graph", {"graphs": [good, bad]})["graphs"]
    assert [(g["graphId"], g["isSuccessful"]) for g in told] == [("good", True), ("bad", False)]
    made = told[0]["graphResponse"]["compositeResponse"]
    assert [part["httpStatusCode"] for part in made] == [201, 201]
    assert made[0]["httpHeaders"] == {"Location": f"{ROOT}/sobjects/Lead/{made[0]['body']['id']}"}
    lead, task = told[1]["graphResponse"]["compositeResponse"]
    assert lead == {  # as recorded of a graph that failed
        "body": [{"errorCode": "PROCESSING_HALTED", "message": HALTED}],
        "httpHeaders": {},
        "httpStatusCode": 400,
        "referenceId": "lead",
    }
    assert (task["referenceId"], task["httpStatusCode"]) == ("task", 400)
    assert len(desk.org.leads) == before + 1


def test_a_graph_knows_nothing_of_another(served: tuple[Desk, Any]) -> None:
    apart = [graph("1", a_lead()), graph("2", a_task("task", "@{lead.id}"))]
    told = post(served, "graph", {"graphs": apart})["graphs"]
    assert [g["isSuccessful"] for g in told] == [True, False]


def test_after_fifteen_graphs_that_failed_none_is_run(served: tuple[Desk, Any], desk: Desk) -> None:
    before = len(desk.org.leads)
    bad = [graph(f"bad{n}", a_task("task", "nonsense")) for n in range(15)]
    told = post(served, "graph", {"graphs": [*bad, graph("last", a_lead())]})["graphs"]
    (last,) = told[-1]["graphResponse"]["compositeResponse"]
    assert (last["body"][0]["errorCode"], told[-1]["isSuccessful"]) == ("PROCESSING_HALTED", False)
    assert len(desk.org.leads) == before


def chain(length: int) -> dict[str, Any]:
    parts = [a_task("t0", "nobody")]
    parts += [a_task(f"t{n}", f"@{{t{n - 1}.id}}") for n in range(1, length)]
    return graph("1", *parts)


def versions(count: int) -> dict[str, Any]:
    """Nodes that differ in their version alone."""
    parts = [node(f"n{n}", "GET", "sobjects/Lead/00Q") for n in range(count)]
    urls = [f"/services/data/v{50 + n}.0/sobjects/Lead/00Q" for n in range(count)]
    return graph("1", *({**part, "url": url} for part, url in zip(parts, urls, strict=True)))


@pytest.mark.parametrize(
    ("graphs", "code"),
    [
        ([versions(16)], "LIMIT_EXCEEDED"),
        ([graph(f"g{n}", a_lead()) for n in range(76)], "LIMIT_EXCEEDED"),
        ([graph("1", *(a_lead(f"l{n}") for n in range(501)))], "LIMIT_EXCEEDED"),
        ([chain(16)], "LIMIT_EXCEEDED"),
        ([graph("1", a_lead()), graph("1", a_lead())], "INVALID_INPUT"),
        ([graph("x" * 40, a_lead())], "INVALID_INPUT"),
        ([graph("_", a_lead())], "INVALID_INPUT"),
        ([graph("1", a_lead(), a_lead())], "INVALID_INPUT"),
        ([graph("1", a_lead("a.b"))], "INVALID_INPUT"),
        ([graph("1", node("q", "GET", "query?q=SELECT+Id+FROM+Lead"))], "INVALID_INPUT"),
        ([graph("1")], "INVALID_INPUT"),
        ([], "INVALID_INPUT"),
    ],
    ids=[
        "different",
        "76",
        "501",
        "deep",
        "twice",
        "long",
        "sign",
        "reference",
        "letters",
        "query",
        "empty",
        "none",
    ],
)
def test_graphs_out_of_shape_are_refused_whole(
    served: tuple[Desk, Any], desk: Desk, graphs: list[Any], code: str
) -> None:
    before = len(desk.org.leads)
    assert refused(served, "graph", {"graphs": graphs})[0]["errorCode"] == code
    assert len(desk.org.leads) == before


@pytest.mark.parametrize("most", [chain(15), versions(15)], ids=["deep", "different"])
def test_fifteen_are_not_too_many(served: tuple[Desk, Any], most: dict[str, Any]) -> None:
    (told,) = post(served, "graph", {"graphs": [most]})["graphs"]
    assert not told["isSuccessful"]  # it was run


def test_graphs_came_with_version_50(served: tuple[Desk, Any]) -> None:
    client = served[1]
    newer, client.base_url = client.base_url, client.base_url.replace("v66.0", "v49.0")
    try:
        with pytest.raises(SalesforceResourceNotFound):
            post(served, "graph", {"graphs": [graph("1", a_lead())]})
    finally:
        client.base_url = newer
