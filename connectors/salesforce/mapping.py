"""Salesforce's Lead in canonical words, and back. No I/O."""

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
REQUIRED: Mapping[str, str] = {"LastName": NOT_GIVEN, "Company": NOT_GIVEN}
"""What stands on a created Lead where nobody gave it."""
WRITTEN: Mapping[str, str] = {
    name: field for name, field in STANDARD.items() if name not in ("created_at", "current_owner")
}
"""Where a created Lead has what was said, unless the configuration says otherwise."""


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
