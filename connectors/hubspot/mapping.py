"""HubSpot's contact in canonical words, and back. No I/O."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.malformed import set_aside
from connectors.vendor_text import as_text, digest
from leads.record import RawRecord

STANDARD: Mapping[str, str] = {
    "created_at": "createdate",
    "email": "email",
    "work_email": "work_email",
    "phone": "phone",
    "mobile_phone": "mobilephone",
    "first_name": "firstname",
    "last_name": "lastname",
    "company": "company",
    "website": "website",
    "job_title": "jobtitle",
    "country": "country",
    "region": "state",
    "city": "city",
    "postal_code": "zip",
    "industry": "industry",
    "employees": "numemployees",
    "score": "hubspotscore",
    "language": "hs_language",
    "lead_source": "hs_analytics_source",
    "click_id": "hs_google_click_id",
    "current_owner": "hubspot_owner_id",
    "status": "hs_lead_status",
}
CHANGED = "lastmodifieddate"
OWNER = "hubspot_owner_id"


def changed_by(kind: str) -> str:
    """The property that moves with every change: contacts have a name of their own for it."""
    return CHANGED if kind == "contacts" else "hs_lastmodifieddate"


_NEVER_WRITTEN = frozenset({"created_at", "current_owner", "score", "click_id"})
WRITTEN: Mapping[str, str] = {
    **{name: each for name, each in STANDARD.items() if name not in _NEVER_WRITTEN},
    "google_click_id": "hs_google_click_id",
    "facebook_click_id": "hs_facebook_click_id",
}
"""Where a created contact has what its lead said, unless the configuration says otherwise."""
ALWAYS_WRITTEN: Mapping[str, str] = {"lifecyclestage": "lead"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def problem_of(record: Any, kind: str = "contacts") -> str | None:
    """What keeps a record from having its place among the others; None when nothing does."""
    if not (isinstance(record, dict) and record.get("id")):
        return "the record has no id"
    properties = record.get("properties")
    if not isinstance(properties, dict):
        return "the record has no properties"
    try:
        milliseconds(str(properties.get(changed_by(kind))))
    except (ValueError, TypeError):
        return f"{changed_by(kind)} is not an instant"
    return None


def misshapen(record: Any, problem: str) -> RawRecord:
    """Keep a record that has such a problem."""
    told = record if isinstance(record, dict) else {}
    properties = told.get("properties")
    known = properties if isinstance(properties, dict) else {}
    source_id = str(told.get("id") or "")
    return set_aside(source_id, problem, {"id": source_id, "properties": known})


def raw_record(record: Mapping[str, Any], kind: str = "contacts") -> RawRecord:
    """A lead's body holds its contact beside it: what either says is part of the version."""
    properties = record["properties"]
    body: dict[str, Any] = {"id": str(record["id"]), "properties": properties}
    if "contact" in record:
        body["contact"] = _bare(record["contact"])
    version = f"{properties[changed_by(kind)]}/{digest(body if 'contact' in body else properties)}"
    return RawRecord(source_id=body["id"], version=version, body=body)


def _bare(contact: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if contact is None:
        return None
    # The lead has an owner of its own; and what moves with every write is no news of the lead.
    told = {n: v for n, v in contact["properties"].items() if n not in (CHANGED, OWNER)}
    return {"id": str(contact["id"]), "properties": told}


def to_text(body: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str | None]:
    properties, names = body["properties"], {**STANDARD, **fields}
    if "contact" in body:
        person = (body["contact"] or {}).get("properties") or {}
        own = {n: v for n, v in properties.items() if v is not None}
        properties, names = {**person, **own}, {**names, "status": "hs_pipeline_stage"}
    return {name: as_text(properties.get(p)) for name, p in names.items()}


def changed_at(record: Mapping[str, Any], kind: str = "contacts") -> int:
    """Epoch milliseconds of the last change: the vendor's own precision."""
    return milliseconds(record["properties"][changed_by(kind)])


def milliseconds(stamp: str) -> int:
    return (datetime.fromisoformat(stamp) - _EPOCH) // timedelta(milliseconds=1)


def moment(text: str) -> datetime:
    """A datetime as the vendor writes it: ISO, or epoch milliseconds in older histories."""
    if text.isdecimal():
        return _EPOCH + timedelta(milliseconds=int(text))
    return datetime.fromisoformat(text)


def epoch_ms(at: datetime) -> int:
    return max(0, (at - _EPOCH) // timedelta(milliseconds=1))


def stamp(at: int) -> str:
    moment = (_EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
