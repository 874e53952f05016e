"""Pipedrive's lead, its person and its organization in canonical words. No I/O."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.malformed import set_aside
from connectors.vendor_text import as_text, digest
from leads.record import RawRecord

NAME = "pipedrive"
PERSON, ORGANIZATION = "person", "organization"
CHANGED, OWNER, LABELS = "update_time", "owner_id", "labels"
STANDARD: Mapping[str, str] = {
    "created_at": "add_time",
    "email": "person.email",
    "phone": "person.phone",
    "mobile_phone": "person.mobile",
    "first_name": "person.first_name",
    "last_name": "person.last_name",
    "full_name": "person.name",
    "job_title": "person.job_title",
    "company": "organization.name",
    "website": "organization.website",
    "industry": "organization.industry",
    "employees": "organization.employee_count",
    "country": "organization.country",
    "region": "organization.admin_area_level_1",
    "city": "organization.locality",
    "postal_code": "organization.postal_code",
    "lead_source": "source_name",
    "campaign": "channel_id",
    "current_owner": OWNER,
    "status": LABELS,
}
_MOVES_ALWAYS = (CHANGED, OWNER)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def problem_of(lead: Any) -> str | None:
    """What keeps a lead from having its place among the others; None when nothing does."""
    if not (isinstance(lead, dict) and lead.get("id")):
        return "the record has no id"
    try:
        changed_at(lead)
    except (ValueError, TypeError, KeyError):
        return f"{CHANGED} is not an instant"
    return None


def misshapen(lead: Any, problem: str) -> RawRecord:
    """Keep a lead that has such a problem."""
    told = lead if isinstance(lead, dict) else {}
    return set_aside(str(told.get("id") or ""), problem, {"lead": told})


def raw_record(
    lead: Mapping[str, Any],
    person: Mapping[str, Any] | None,
    organization: Mapping[str, Any] | None,
    labels: list[str],
) -> RawRecord:
    """What the person and the organization say is part of the version; when they moved is not."""
    body = {
        "lead": lead,
        PERSON: _bare(person),
        ORGANIZATION: _bare(organization),
        LABELS: labels,
    }
    return RawRecord(
        source_id=str(lead["id"]), version=f"{lead[CHANGED]}/{digest(body)}", body=body
    )


def _bare(record: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    # Either has an owner of its own, who is not the lead's.
    return record and {name: v for name, v in record.items() if name not in _MOVES_ALWAYS}


def to_text(body: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str | None]:
    return {name: as_text(_value(body, each)) for name, each in {**STANDARD, **fields}.items()}


def _value(body: Mapping[str, Any], name: str) -> Any:
    part, _, own = name.partition(".")
    if part == PERSON and own:
        return _of_person(body.get(PERSON) or {}, own)
    if part == ORGANIZATION and own:
        organization = body.get(ORGANIZATION) or {}
        return _plain(_of(organization, own) or (organization.get("address") or {}).get(own))
    return body.get(LABELS) if name == LABELS else _plain(body["lead"].get(name))


def _of_person(person: Mapping[str, Any], name: str) -> Any:
    match name:
        case "email":
            return _one_of(person.get("emails") or ())
        case "phone":
            return _one_of([p for p in person.get("phones") or () if not _is_mobile(p)])
        case "mobile":
            return _one_of([p for p in person.get("phones") or () if _is_mobile(p)])
        case _:
            return _plain(_of(person, name))


def _of(record: Mapping[str, Any], name: str) -> Any:
    own = record.get("custom_fields") or {}
    return own.get(name) if name in own else record.get(name)


def _one_of(listed: Any) -> Any:
    """The primary one, else the first."""
    whole = [each for each in listed if isinstance(each, dict) and each.get("value")]
    primary = [each for each in whole if each.get("primary")]
    return next((each["value"] for each in (*primary, *whole)), None)


def _is_mobile(phone: Any) -> bool:
    return isinstance(phone, dict) and phone.get("label") == "mobile"


def _plain(value: Any) -> Any:
    """An option as its label; an amount, an address and a time as what they begin with."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return next((value[name] for name in ("label", "value", "amount") if name in value), None)


def changed_at(record: Mapping[str, Any]) -> datetime:
    return moment(str(record[CHANGED]))


def moment(text: str) -> datetime:
    """An instant of v1 or v2: either says its zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_second(at: datetime) -> datetime:
    return max(_EPOCH, at).replace(microsecond=0)


def since_text(at: datetime) -> str:
    """As `updated_since` takes it: with fractions of a second it is refused."""
    return whole_second(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
