"""What Pipedrive answers: leads, users and fields of v1; persons and the like of v2."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.pipedrive.account import PipedriveAccount, Record
from sandbox.pipedrive.errors import Refused, bad_request, not_found

_WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SORTS = ("id", "title", "owner_id", "creator_id", "was_seen", "expected_close_date")
_TIMES = ("add_time", "update_time")
_MOST, _MOST_IDS, _VARCHAR = 500, 100, 255
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request, as far as an answer depends on it."""

    path: str
    query: Query
    sent: str

    @property
    def last(self) -> str:
        """The end of the path: a kind of record, or an id."""
        return self.path.rpartition("/")[2]

    def body(self) -> Any:
        try:
            return json.loads(self.sent)
        except ValueError as error:
            raise bad_request("the body is not JSON") from error


def list_leads(account: PipedriveAccount, call: Call) -> Record:
    """Those that are archived are a list of their own."""
    found = [lead for lead in account.leads.values() if not lead["is_archived"]]
    if "updated_since" in call.query:
        since = _instant(call.query["updated_since"])
        found = [lead for lead in found if _at(lead["update_time"]) >= since]
    return _page_of_leads(found, call.query)


def list_archived(account: PipedriveAccount, call: Call) -> Record:
    if "updated_since" in call.query:
        raise bad_request('"updated_since" is not allowed')
    found = [lead for lead in account.leads.values() if lead["is_archived"]]
    return _page_of_leads(found, call.query)


def _page_of_leads(found: list[Record], query: Query) -> Record:
    """By offset, in the order asked for."""
    for name in ("owner_id", "person_id", "organization_id"):
        if name in query:
            found = [lead for lead in found if str(lead[name]) == query[name]]
    ordered = _sorted(found, query.get("sort", "add_time ASC"))
    start, limit = _number(query, "start", 0), _limit(query)
    page = ordered[start : start + limit]
    more = start + limit < len(ordered)
    about = {"start": start, "limit": limit, "more_items_in_collection": more}
    return _told(page, pagination=about)


def get_lead(account: PipedriveAccount, call: Call) -> Record:
    lead_id = call.last
    if lead_id not in account.leads:
        raise not_found("Lead")
    return _told(account.leads[lead_id])


def update_lead(account: PipedriveAccount, call: Call) -> Record:
    """What is sent is changed, or the whole of it is refused."""
    lead_id, body = call.last, call.body()
    if lead_id not in account.leads:
        raise not_found("Lead")
    if not isinstance(body, dict) or not body:
        raise bad_request("the body must be an object with at least one property")
    known = account.field_keys()
    for name, value in body.items():
        _check_value(account, known, name, value)
    if fault := account.ground.row_fault(lead_id):
        raise Refused(400, fault.detail or "Update of the lead failed", data=None)
    is_new = "owner_id" in body and body["owner_id"] != account.leads[lead_id]["owner_id"]
    lead = account.change(lead_id, body)
    if is_new:
        account.ground.log("owner_written", "leads", (lead_id,), owner=body["owner_id"])
    return _told(lead)


def list_users(account: PipedriveAccount, _call: Call) -> Record:
    return _told(list(account.users.values()))


def me(account: PipedriveAccount, _call: Call) -> Record:
    first = next(iter(account.users.values()))
    return _told({**first, "company_name": "Sandbox", "company_domain": "sandbox"})


def list_fields(account: PipedriveAccount, call: Call) -> Record:
    start, limit = _number(call.query, "start", 0), _limit(call.query)
    every = list(account.field_keys().values())
    about = {"start": start, "limit": limit, "more_items_in_collection": start + limit < len(every)}
    return {**_told(every[start : start + limit]), "additional_data": about}


def list_contact_fields(account: PipedriveAccount, call: Call) -> Record:
    codes = account.contact_fields[call.last.removesuffix("Fields")]
    told = [{"field_code": code, "field_name": code, "is_custom_field": True} for code in codes]
    return {**_told(told), "additional_data": {"next_cursor": None}}


def list_labels(account: PipedriveAccount, _call: Call) -> Record:
    return _told([{"id": i, "name": name, "color": "green"} for i, name in account.labels.items()])


def list_records(account: PipedriveAccount, call: Call) -> Record:
    """A list of v2: by a cursor that names the record it goes on behind."""
    query = call.query
    found = _filtered(list(account.kinds[call.last].values()), query)
    by = query.get("sort_by", "id")
    if by not in ("id", *_TIMES):
        raise bad_request("sort_by must be one of id, add_time, update_time")
    ordered = sorted(found, key=lambda each: (each[by], each["id"]))
    if "cursor" in query:
        ordered = _behind(ordered, by, query["cursor"])
    page = ordered[: _limit(query)]
    following = _cursor(page[-1], by) if len(ordered) > len(page) else None
    return {**_told(page), "additional_data": {"next_cursor": following}}


def _filtered(found: list[Record], query: Query) -> list[Record]:
    if "ids" in query:
        wanted = query["ids"].split(",")
        if len(wanted) > _MOST_IDS:
            raise bad_request(f"ids must contain less than or equal to {_MOST_IDS} items")
        found = [each for each in found if str(each["id"]) in wanted]
    if "updated_since" in query:
        since = _instant(query["updated_since"])
        found = [each for each in found if _at(each["update_time"]) >= since]
    if "done" in query:
        found = [each for each in found if each.get("done") is (query["done"] == "true")]
    if "lead_id" in query:
        found = [each for each in found if each.get("lead_id") == query["lead_id"]]
    return found


def add_activity(account: PipedriveAccount, call: Call) -> Record:
    body = call.body()
    if not isinstance(body, dict) or not isinstance(body.get("owner_id", 0), int):
        raise bad_request("owner_id must be a number")
    if body.get("lead_id") is not None and body["lead_id"] not in account.leads:
        raise not_found("Lead")
    number = account.add("activities", {"done": False, "marked_as_done_time": None, **body})
    account.ground.log("created", "activities", (str(number),), by="api")
    return _told(account.kinds["activities"][number])


def _check_value(
    account: PipedriveAccount, known: Mapping[str, Record], name: str, value: Any
) -> None:
    if name == "owner_id":
        if not isinstance(value, int):
            raise bad_request("owner_id must be a number")
        if not account.users.get(value, {}).get("active_flag"):
            raise Refused(400, "Owner was not found or is not active", data=None)
    elif name not in known and name != "is_archived":
        raise bad_request(f'"{name}" is not allowed')
    elif known.get(name, {}).get("field_type") == "varchar" and len(str(value)) > _VARCHAR:
        raise bad_request(f'"{name}" length must be at most {_VARCHAR} characters long')


def _sorted(found: Sequence[Record], asked: str) -> list[Record]:
    """By several fields, the first before the second; stable, as Python's own sorting is."""
    ordered = list(found)
    for part in reversed(asked.split(",")):
        name, _, way = part.strip().partition(" ")
        if name not in (*_SORTS, *_TIMES) or way not in ("ASC", "DESC", ""):
            raise bad_request(f"sort by {part.strip()!r} is not supported")
        ordered.sort(key=lambda lead: str(lead[name] or ""), reverse=way == "DESC")
    return ordered


def _behind(found: Sequence[Record], by: str, cursor: str) -> list[Record]:
    try:
        place, _, number = base64.b64decode(cursor).decode().partition("|")
        last = (place, int(number))
    except ValueError as error:
        raise bad_request("cursor is invalid") from error
    if by == "id":
        return [each for each in found if each["id"] > last[1]]
    return [each for each in found if (str(each[by]), each["id"]) > last]


def _cursor(record: Record, by: str) -> str:
    return base64.b64encode(f"{record[by]}|{record['id']}".encode()).decode()


def _told(data: Any, **additional: Any) -> Record:
    return {
        "success": True,
        "data": data,
        **({"additional_data": additional} if additional else {}),
    }


def _instant(text: str) -> datetime:
    """Fractions of a second are refused, as the live API refuses them."""
    if not _WHOLE_SECONDS.fullmatch(text):
        raise bad_request("updated_since is not a valid datetime")
    return datetime.fromisoformat(text)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _limit(query: Query) -> int:
    limit = _number(query, "limit", 100)
    if not 1 <= limit <= _MOST:
        raise bad_request(f"limit must be between 1 and {_MOST}")
    return limit


def _number(query: Query, name: str, otherwise: int) -> int:
    text = query.get(name, str(otherwise))
    if not text.isdecimal():
        raise bad_request(f"{name} must be a number")
    return int(text)
