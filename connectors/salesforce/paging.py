"""Reading an object's changes in order, so that a tie at a page's edge or an edit loses nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME
from connectors.salesforce.mapping import problem_of
from leads.errors import ContractError
from leads.record import Cursor


def read_stamp(text: str) -> datetime:
    """Raises ValueError."""
    return datetime.fromisoformat(text)


def parse_cursor(cursor: Cursor) -> datetime:
    try:
        return read_stamp(cursor)
    except ValueError:
        problem = f"the stored cursor {cursor[:40]!r} is not an instant"
        raise ContractError(NAME, "resume", problem, "Reset this source's cursor") from None


def changes(
    client: SalesforceClient,
    operation: str,
    fields: Sequence[str],
    *,
    conditions: Sequence[str] = (),
    since: datetime | None,
    overlap: float,
    page_size: int,
    deleted: bool = False,
    entity: str = "Lead",
    broken: list[Row] | None = None,
) -> Iterator[list[Row]]:
    """
    Yield pages of records in the order of (SystemModstamp, Id).

    Each page asks again from the last record seen. SystemModstamp is in whole seconds, so ties are
    normal and the Id breaks them; an offset would skip a record whenever an earlier one is edited.
    Rows that have no place in that order are left out, and put into `broken`.
    Raises RateLimited, before a page, when the calls left in the day are kept for deliveries.
    """
    bound = soql.from_start(soql.instant(since - timedelta(seconds=overlap))) if since else ""
    while True:
        client.require_room(operation)
        rows = client.repeat_rows(
            operation, _query(entity, fields, [*conditions, bound], page_size), deleted=deleted
        )
        whole = [row for row in rows if problem_of(row) is None]
        if broken is not None:
            broken += [row for row in rows if problem_of(row) is not None]
        if whole:
            yield whole
            last = whole[-1]
            bound = soql.after(soql.instant(read_stamp(last["SystemModstamp"])), last["Id"])
        if len(rows) < page_size:
            return
        if not whole:
            raise ContractError(NAME, operation, f"{problem_of(rows[0])}, in a whole page of rows")


def _query(entity: str, fields: Sequence[str], conditions: Sequence[str], page_size: int) -> str:
    where = " AND ".join(filter(None, conditions))
    # Values in it come from soql.py, which quotes them; names from our own tables and the describe.
    return (
        f"SELECT {', '.join(fields)} FROM {entity}{f' WHERE {where}' if where else ''}"  # noqa: S608
        f" ORDER BY SystemModstamp ASC, Id ASC LIMIT {page_size}"
    )
