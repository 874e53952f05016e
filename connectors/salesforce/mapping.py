"""Salesforce's Lead in canonical words, and back. No I/O."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.malformed import set_aside
from connectors.vendor_text import as_text, digest
from leads.record import RawRecord

STANDARD: Mapping[str, str] = {
    "created_at": "CreatedDate",
    "email": "Email",
    "phone": "Phone",
    "mobile_phone": "MobilePhone",
    "first_name": "FirstName",
    "last_name": "LastName",
    "company": "Company",
    "website": "Website",
    "job_title": "Title",
    "country": "Country",
    "region": "State",
    "city": "City",
    "postal_code": "PostalCode",
    "industry": "Industry",
    "employees": "NumberOfEmployees",
    "lead_source": "LeadSource",
    "current_owner": "OwnerId",
    "status": "Status",
}
WITH_PICKLISTS: Mapping[str, str] = {"country": "CountryCode", "region": "StateCode"}
"""Fields that appear when an org switches on state and country picklists."""

TECHNICAL = ("Id", "SystemModstamp", "IsConverted")
NOT_GIVEN = "[not given]"
_REQUIRED = {"LastName": NOT_GIVEN, "Company": NOT_GIVEN}
_NEVER_CREATED = frozenset({"created_at", "current_owner", "status"})
_DIGITS = re.compile(r"\d+")


def problem_of(row: Any) -> str | None:
    """What keeps a row from having its place among the others; None when nothing does."""
    if not (isinstance(row, dict) and isinstance(row.get("Id"), str) and row["Id"]):
        return "the row has no Id"
    try:
        datetime.fromisoformat(str(row.get("SystemModstamp")))
    except ValueError:
        return "SystemModstamp is not an instant"
    return None


def raw_record(row: Any) -> RawRecord:
    """`attributes` is left out: it holds an address with the API version in it."""
    told = row if isinstance(row, dict) else {}
    body = {name: value for name, value in told.items() if name != "attributes"}
    if problem := problem_of(row):
        return set_aside(str(told.get("Id") or ""), problem, body)
    version = f"{row['SystemModstamp']}/{digest(body)}"
    return RawRecord(source_id=row["Id"], version=version, body=body)


def to_text(body: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str | None]:
    """`fields` maps canonical names to this org's; what is blank there is read as standard."""
    text = {name: as_text(body.get(field)) for name, field in {**STANDARD, **fields}.items()}
    for name, field in WITH_PICKLISTS.items():
        if name not in fields:
            text[name] = as_text(body.get(field)) or text[name]
    return text


def to_fields(values: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, Any]:
    """
    Canonical values as this org's fields, for a creation.

    LastName and Company are required of every Lead: "[not given]" stands where nobody gave them.
    What has no field here is left out.
    """
    written = {
        field: _value(name, values[name])
        for name, field in {**STANDARD, **fields}.items()
        if values.get(name) and name not in _NEVER_CREATED
    }
    known = {field: value for field, value in written.items() if value is not None}
    return {**_REQUIRED, **known}


def _value(name: str, text: str) -> Any:
    match name:
        case "employees":
            # An integer field; of a range ("51-200") the least is what is certain.
            least = _DIGITS.search(text.replace(",", ""))
            return int(least.group()) if least else None
        case "region":
            return text.partition("-")[2] or text  # "US-CA" is CA beside a country of its own
        case _:
            return text
