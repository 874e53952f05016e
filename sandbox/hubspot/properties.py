"""The contact properties this portal has, and how a value of each type is read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.hubspot.choices import OF_CONTACTS

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
    """
    One property. An owner is the one enumeration whose options are elsewhere.

    `outgrown`: old records hold what is no option any more; nobody can write it again.
    """

    name: str
    type: str = "string"
    options: tuple[str, ...] = ()
    read_only: bool = False
    unique: bool = False
    custom: bool = False
    outgrown: bool = False

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
    "email work_email phone mobilephone fax firstname lastname salutation company website jobtitle "
    "address city state country zip industry message twitterhandle job_function seniority gender "
    "hs_google_click_id hs_facebook_click_id hs_persona hs_timezone"
)
_NUMBERS = "annualrevenue followercount total_revenue recent_deal_amount"
_READ_ONLY_BY_TYPE = {
    "number": (
        "hs_object_id num_notes num_contacted_notes num_associated_deals associatedcompanyid "
        "hubspotscore num_conversion_events num_unique_conversion_events "
        "hs_time_to_first_engagement"
    ),
    "datetime": (
        "createdate lastmodifieddate hs_createdate hs_lastmodifieddate hubspot_owner_assigneddate "
        "notes_last_contacted notes_last_updated notes_next_activity_date "
        "hs_latest_source_timestamp hs_last_sales_activity_timestamp "
        "hs_sa_first_engagement_date first_conversion_date "
        "recent_conversion_date hs_analytics_first_timestamp hs_analytics_last_timestamp"
    ),
    "string": (
        "hs_email_domain hs_analytics_source_data_1 hs_analytics_source_data_2 hs_latest_source "
        "hs_latest_source_data_1 hs_latest_source_data_2 hs_object_source hs_object_source_id "
        "hs_object_source_label first_conversion_event_name recent_conversion_event_name "
        "ip_country_code hs_ip_timezone hs_all_owner_ids hs_user_ids_of_all_owners hubspot_team_id "
        "hs_merged_object_ids hs_calculated_merged_vids hs_pipeline salesforceleadid "
        "salesforcecontactid"
    ),
    "bool": "hs_is_unworked hs_is_contact hs_was_imported hs_email_optout",
}
_OUTGROWN = frozenset({"numemployees", "hs_language"})
"""What old records hold from a time when these lists had other options."""
STANDARD = (
    *(Property(name=name) for name in _TEXT.split()),
    *(Property(name=name, type="number") for name in _NUMBERS.split()),
    *(
        Property(name=name, type=kind, read_only=True)
        for kind, names in _READ_ONLY_BY_TYPE.items()
        for name in names.split()
    ),
    *(
        Property(name=name, type="enumeration", options=options, outgrown=name in _OUTGROWN)
        for name, options in OF_CONTACTS.items()
    ),
    Property(name="hubspot_owner_id", type="enumeration"),
)
SANDBOX_OWN = {
    "routing_reason": "string",
    "routing_rule": "string",
    "routing_method": "string",
    "product_interest": "string",
    "firsttouch_id": "string",
    **dict.fromkeys(
        (
            f"firsttouch_{name}"
            for name in ("source", "channel", "campaign", "form", "click_id", "employees")
        ),
        "string",
    ),
    "firsttouch_consent": "bool",
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
    if text.removeprefix("-").isdecimal():
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
