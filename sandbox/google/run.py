"""A query carried out: which rows, in which order, with which of their fields."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.google.errors import query_error
from sandbox.google.gaql import Condition, Query
from sandbox.google.ranges import SPANS
from sandbox.google.records import Customer, Row
from sandbox.google.schema import LEAD, Field, Kind, camel

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_LITERAL = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?")


def rows(accounts: GoogleAdsAccounts, customer: Customer, query: Query) -> list[Row]:
    """Answer the rows: the fields asked for, and names of resources unless they are omitted."""
    zone = ZoneInfo(accounts.literals_in or customer.time_zone)
    # What a day is, the account's own zone says, however texts are read.
    today = accounts.ground.clock.now().astimezone(ZoneInfo(customer.time_zone)).date()
    tests = [_test(condition, zone, today) for condition in query.where]
    found = [row for row in _all(accounts, customer, query) if all(holds(row) for holds in tests)]
    for field, falls in reversed(query.order_by):
        found.sort(key=lambda row, f=field: _sort_key(row, f), reverse=falls)  # type: ignore[misc]
    return [_shown(row, query) for row in found[: query.limit]]


def _all(accounts: GoogleAdsAccounts, customer: Customer, query: Query) -> list[Row]:
    own = {"customer": customer.node()}
    if query.resource == "customer":
        return [own]
    if query.resource == "campaign":
        mine = [c for c in accounts.campaigns.values() if c.customer_id == customer.id]
        return [{**own, "campaign": campaign.node()} for campaign in mine]
    if query.resource == "asset":
        forms = [form for form in accounts.forms.values() if form.customer_id == customer.id]
        return [{**own, "asset": form.node()} for form in forms]
    return [
        {
            **own,
            camel(LEAD): lead.node(customer.time_zone, with_offset=accounts.with_offset),
            "_at": lead.submitted,
            "campaign": accounts.campaigns[lead.campaign_id].node(),
            "asset": accounts.forms[lead.form_id].node(),
        }
        for lead in accounts.leads_of(customer.id)
    ]


def _test(condition: Condition, zone: ZoneInfo, today: date) -> Callable[[Row], bool]:
    field, sign = condition.field, condition.operator
    if sign.startswith("NOT "):
        positive = replace(condition, operator=sign.removeprefix("NOT "))
        test = _test(positive, zone, today)
        return lambda row: not test(row)
    compare = _comparison(condition, zone, today)

    def holds(row: Row) -> bool:
        found = _value(row, field)
        if sign in {"IS NULL", "IS NOT NULL"}:
            return (found is None) == (sign == "IS NULL")
        return sign == "!=" if found is None else compare(found)

    return holds


def _comparison(condition: Condition, zone: ZoneInfo, today: date) -> Callable[[Any], bool]:
    sign, values = condition.operator, condition.values
    if sign == "LIKE":
        pattern = re.compile(_as_regex(values[0]), re.IGNORECASE | re.DOTALL)
        return lambda found: pattern.fullmatch(found) is not None
    if sign == "DURING":
        start, end = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in SPANS[values[0]](today)
        )
        return lambda found: bool(start <= found < end)
    bounds = [_typed(condition.field, value, zone) for value in values]
    if sign == "IN":
        return lambda found: found in bounds
    if sign == "BETWEEN":
        return lambda found: bool(bounds[0] <= found <= bounds[1])
    if not bounds:
        return lambda _found: False
    return lambda found: _COMPARE[sign](found, bounds[0])


def _as_regex(like: str) -> str:
    """A sign in brackets stands for itself: [%]."""
    pieces = re.findall(r"\[.\]|.", like, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    return "".join(wild.get(piece) or re.escape(piece[len(piece) // 2]) for piece in pieces)


def _typed(field: Field, text: str, zone: ZoneInfo) -> Any:
    match field.kind:
        case Kind.MOMENT if _LITERAL.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
        case Kind.NUMBER if re.fullmatch(r"\d+", text):
            return int(text)
        case Kind.FLAG if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case Kind.TEXT:
            return text
        case _:
            raise query_error("BAD_VALUE", f"invalid value '{text}' for '{field.name}'.")


def _value(row: Row, field: Field) -> Any:
    if field.kind is Kind.MOMENT:
        return row["_at"].astimezone(UTC)
    found: Any = row
    for part in field.path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return int(found) if field.kind is Kind.NUMBER and found is not None else found


def _sort_key(row: Row, field: Field) -> tuple[bool, Any]:
    found = _value(row, field)
    return found is not None, found


def _shown(row: Row, query: Query) -> Row:
    told: dict[str, dict[str, Any]] = {}
    for field in query.select:
        resource, *inner = field.path
        node = row.get(resource)
        if node is None:
            continue
        part = told.setdefault(resource, {})
        if inner[0] in node:
            part[inner[0]] = node[inner[0]]
    if query.omits_names:
        return told
    told.setdefault(camel(query.resource), {})  # it is named whatever is asked for
    return {
        name: {"resourceName": row[name]["resourceName"], **part} for name, part in told.items()
    }
