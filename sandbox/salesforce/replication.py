"""sobjects/Lead/updated and deleted: ids of what changed between two minutes."""

from datetime import datetime, timedelta

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.records import Row
from sandbox.salesforce.rows import entity_of
from sandbox.salesforce.soql.dates import read_datetime, wire_datetime
from sandbox.salesforce.wire import Answer, Call

_REACH_OF_UPDATED, _REACH_OF_DELETED = timedelta(days=30), timedelta(days=15)


def updated(org: SalesforceOrg, call: Call) -> Answer:
    start, end = _span(org, call, _REACH_OF_UPDATED)
    rows = [row for row in _changed(org, call, start, end) if not row.get("IsDeleted")]
    return Answer(
        body={"ids": [row["Id"] for row in rows], "latestDateCovered": wire_datetime(end)}
    )


def deleted(org: SalesforceOrg, call: Call) -> Answer:
    start, end = _span(org, call, _REACH_OF_DELETED)
    rows = [row for row in _changed(org, call, start, end) if row.get("IsDeleted")]
    return Answer(
        body={
            "deletedRecords": [
                {"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in rows
            ],
            "earliestDateAvailable": wire_datetime(org.now() - _REACH_OF_DELETED),
            "latestDateCovered": wire_datetime(end),
        }
    )


def _changed(org: SalesforceOrg, call: Call, start: datetime, end: datetime) -> list[Row]:
    entity = entity_of(org, call.args[0])
    if "SystemModstamp" not in entity.columns:
        raise Refusal("INVALID_TYPE_FOR_OPERATION", f"{entity.name} cannot be replicated")
    return [
        row
        for row in org.rows(entity)
        if row.get("SystemModstamp") and start <= read_datetime(row["SystemModstamp"]) < end
    ]


def _span(org: SalesforceOrg, call: Call, reach: timedelta) -> tuple[datetime, datetime]:
    """Read `start` and `end`; seconds do not count. Raises Refusal."""
    start, end = _minute(call, "start"), _minute(call, "end")
    if start >= end:
        message = "start must be at least one minute before end"
        raise Refusal("INVALID_REPLICATION_DATE", message)
    if start < org.now() - reach:
        message = f"start is more than {reach.days} days ago"
        raise Refusal("INVALID_REPLICATION_DATE", message)
    return start, end


def _minute(call: Call, name: str) -> datetime:
    # An offset's plus that was not encoded arrives as a space.
    text = call.params.get(name, "").replace(" ", "+")
    try:
        return read_datetime(text).replace(second=0, microsecond=0)
    except ValueError:
        raise Refusal("INVALID_DATE_FORMAT", f"{name}: a date and time with a zone") from None
