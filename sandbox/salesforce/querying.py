"""query, queryAll and their next pages."""

import re
from typing import Any

from sandbox.salesforce.cursors import Cursor
from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.soql.grammar import parse
from sandbox.salesforce.soql.run import Result, run
from sandbox.salesforce.wire import Answer, Call

_LEAST_BATCH, _MOST_BATCH = 200, 2000
_LOCATOR = re.compile(r"(0r8\w{15})-(\d+)")
_BATCH = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)


def query(org: SalesforceOrg, call: Call) -> Answer:
    return _first_page(org, call, deleted_too=False)


def query_all(org: SalesforceOrg, call: Call) -> Answer:
    return _first_page(org, call, deleted_too=True)


def more(org: SalesforceOrg, call: Call) -> Answer:
    matched = _LOCATOR.fullmatch(call.args[0])
    if not matched:
        raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
    cursor = org.cursors.find(matched[1], org.now())
    start = int(matched[2])
    if start >= cursor.result.total:
        raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
    return Answer(body=_page(org, call, cursor, matched[1], start))


def _first_page(org: SalesforceOrg, call: Call, *, deleted_too: bool) -> Answer:
    text = call.params.get("q")
    if text is None:
        raise Refusal("MALFORMED_QUERY", "A query string has to be specified")
    base = f"{call.base}/sobjects"
    result = run(parse(text), org, base=base, deleted_too=deleted_too)
    size = min(_batch_size(call), org.page_size)
    if result.is_aggregate:
        return Answer(body=_aggregates(result))
    cursor = Cursor(result=result, size=size, since=org.now())
    locator = org.cursors.keep(cursor) if result.total > size else ""
    return Answer(body=_page(org, call, cursor, locator, 0))


def _page(
    org: SalesforceOrg, call: Call, cursor: Cursor, locator: str, start: int
) -> dict[str, Any]:
    result, end = cursor.result, start + cursor.size
    rows = result.rows[start:end]
    page: dict[str, Any] = {"totalSize": result.total, "done": end >= result.total}
    if not page["done"]:
        resource = call.path.partition("/")[0]
        page["nextRecordsUrl"] = f"{call.base}/{resource}/{locator}-{end}"
    page["records"] = [result.show(row) for row in rows]
    if rows:
        org.log("served", result.entity.name, tuple(row["Id"] for row in rows))
    return page


def _aggregates(result: Result) -> dict[str, Any]:
    if len(result.rows) > _MOST_BATCH:
        message = (
            "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a "
            "single batch"
        )
        raise Refusal("EXCEEDED_ID_LIMIT", message)
    return {"totalSize": result.total, "done": True, "records": list(result.rows)}


def _batch_size(call: Call) -> int:
    asked = _BATCH.search(call.headers.get("sforce-query-options", ""))
    if not asked:
        return _MOST_BATCH
    size = int(asked[1])
    if not _LEAST_BATCH <= size <= _MOST_BATCH:
        message = f"batch size must be between {_LEAST_BATCH} and {_MOST_BATCH}"
        raise Refusal("INVALID_BATCH_SIZE", message)
    return size
