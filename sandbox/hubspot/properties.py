"""The contact properties this portal has, and how a value of each type is read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Key = str | float
"""What two values of one property are compared by."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELD_TYPES = {
    "string": "text",
    "number": "number",
    "enumeration": "select",
    "bool": "booleancheckbox",
    "date": "date",
    "datetime": "date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One contact property. An enumeration without options takes any text."""

    name: str
    type: str = "string"
    options: tuple[str, ...] = ()
    read_only: bool = False
    unique: bool = False
    custom: bool = False

    @property
    def label(self) -> str:
        return self.name.removeprefix("hs_").replace("_", " ").capitalize()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": _FIELD_TYPES[self.type],
            "description": "",
            "groupName": "contactinformation",
            "options": [
                {"label": o, "value": o, "displayOrder": i, "hidden": False}
                for i, o in enumerate(self.options)
            ],
            "displayOrder": -1,
            "calculated": False,
            "externalOptions": self.name == "hubspot_owner_id",
            "hasUniqueValue": self.unique,
            "hidden": False,
            "hubspotDefined": not self.custom,
            "modificationMetadata": {
                "archivable": self.custom,
                "readOnlyDefinition": not self.custom,
                "readOnlyValue": self.read_only,
            },
            "formField": not self.read_only,
            "archived": False,
        }


_TEXT = (
    "email phone mobilephone fax firstname lastname salutation company website jobtitle address "
    "city state country zip industry message twitterhandle job_function seniority"
)
_NUMBERS = "annualrevenue followercount"
_READ_ONLY = {
    "hs_object_id": "number",
    "createdate": "datetime",
    "lastmodifieddate": "datetime",
    "hubspot_owner_assigneddate": "datetime",
    "notes_last_contacted": "datetime",
    "notes_last_updated": "datetime",
    "hs_last_sales_activity_timestamp": "datetime",
    "num_notes": "number",
    "num_contacted_notes": "number",
    "num_associated_deals": "number",
    "hs_email_domain": "string",
    "hs_is_unworked": "bool",
    "hs_analytics_source_data_1": "string",
    "hs_analytics_source_data_2": "string",
    "hs_object_source": "string",
    "hs_object_source_id": "string",
    "hs_object_source_label": "string",
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "hubspot_owner_id": (),
    "hs_language": (),
    # In a real portal a fixed list; the sandbox takes free text, as imports from elsewhere leave.
    "numemployees": (),
    "hs_lead_status": (
        *("NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED"),
        *("ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING"),
    ),
    "lifecyclestage": (
        *("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead"),
        *("opportunity", "customer", "evangelist", "other"),
    ),
    "hs_analytics_source": (
        *("ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS"),
        *("OTHER_CAMPAIGNS", "DIRECT_TRAFFIC", "OFFLINE", "PAID_SOCIAL", "AI_REFERRALS"),
    ),
}
STANDARD = (
    *(Property(name=name) for name in _TEXT.split()),
    *(Property(name=name, type="number") for name in _NUMBERS.split()),
    *(Property(name=name, type=kind, read_only=True) for name, kind in _READ_ONLY.items()),
    *(Property(name=n, type="enumeration", options=o) for n, o in _CHOICES.items()),
)
SANDBOX_OWN = {
    "routing_reason": "string",
    "routing_rule": "string",
    "routing_method": "string",
    "product_interest": "string",
    "firsttouch_id": "string",
}


def portal_properties(custom: Mapping[str, str], unique: frozenset[str]) -> dict[str, Property]:
    """Every property by name. `custom` is name to type, over the sandbox's own."""
    made = (
        Property(name=name, type=kind, unique=name in unique, custom=True)
        for name, kind in {**SANDBOX_OWN, **custom}.items()
    )
    return {p.name: p for p in (*STANDARD, *made)}


def stamp(at: datetime) -> str:
    """The vendor's datetime: UTC, exactly three decimals, Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(text: str) -> int:
    """Epoch milliseconds of a value given as epoch milliseconds, a date or an ISO datetime."""
    if text.removeprefix("-").isdigit():
        return int(text)
    at = datetime.fromisoformat(text)
    return (at.replace(tzinfo=at.tzinfo or UTC) - _EPOCH) // timedelta(milliseconds=1)


def stored(kind: str, text: str) -> str:
    """The text the vendor keeps for `text`; ValueError when the type does not allow it."""
    match kind:
        case "datetime":
            return stamp(_EPOCH + timedelta(milliseconds=milliseconds(text)))
        case "date":
            return (_EPOCH + timedelta(milliseconds=milliseconds(text))).date().isoformat()
        case "number":
            if not math.isfinite(float(text)):
                raise ValueError(text)
            return text.strip()
        case "bool":
            if text.lower() not in {"true", "false"}:
                raise ValueError(text)
            return text.lower()
        case _:
            return text


def key_of(kind: str, text: str) -> Key:
    """What `text` is compared and sorted by: strings without case, enumerations with it."""
    match kind:
        case "datetime" | "date":
            return milliseconds(text)
        case "number":
            return float(text)
        case "string":
            return text.lower()
        case _:
            return text
