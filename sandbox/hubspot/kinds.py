"""The objects of the portal beside contacts: what they are called, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.hubspot.choices import OF_OTHERS
from sandbox.hubspot.properties import Property


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    One object. `changed` is the property that every write moves.

    `born` are a new record's values, `required` what the API refuses a record without, and
    `belongs_to` the object it must be associated with from the beginning.
    """

    name: str
    singular: str
    type_id: str
    changed: str = "hs_lastmodifieddate"
    created: str = "hs_createdate"
    shown: tuple[str, ...] = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    born: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    belongs_to: str | None = None


CONTACTS = Kind(
    name="contacts",
    singular="contact",
    type_id="0-1",
    changed="lastmodifieddate",
    created="createdate",
    shown=("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    born={"lifecyclestage": "lead", "hs_is_unworked": "true"},
)
LEADS = Kind(
    name="leads",
    singular="lead",
    type_id="0-136",
    created="createdate",
    shown=("createdate", "hs_lastmodifieddate", "hs_object_id"),
    born={"hs_pipeline": "lead-pipeline-id", "hs_pipeline_stage": "new-stage-id"},
    required=("hs_lead_name",),
    belongs_to="contacts",
)
TASKS = Kind(
    name="tasks",
    singular="task",
    type_id="0-27",
    born={"hs_task_status": "NOT_STARTED", "hs_task_priority": "NONE", "hs_task_type": "TODO"},
    required=("hs_timestamp",),
)
CALLS = Kind(name="calls", singular="call", type_id="0-48", required=("hs_timestamp",))
EMAILS = Kind(name="emails", singular="email", type_id="0-49", required=("hs_timestamp",))
MEETINGS = Kind(name="meetings", singular="meeting", type_id="0-47", required=("hs_timestamp",))
DEALS = Kind(
    name="deals",
    singular="deal",
    type_id="0-3",
    created="createdate",
    shown=("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate"),
    born={"dealstage": "appointmentscheduled", "pipeline": "default"},
)
COMPANIES = Kind(
    name="companies",
    singular="company",
    type_id="0-2",
    created="createdate",
    shown=("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
)
OTHERS = (LEADS, TASKS, CALLS, EMAILS, MEETINGS, DEALS, COMPANIES)

_EVERY = {
    "hubspot_owner_id": "enumeration",
    "hubspot_owner_assigneddate": "datetime",
    "hs_object_id": "number",
    "createdate": "datetime",
    "hs_createdate": "datetime",
    "hs_lastmodifieddate": "datetime",
    "hs_object_source": "string",
    "hs_object_source_id": "string",
    "hs_object_source_label": "string",
}
_WRITABLE = {"hubspot_owner_id"}
_ACTIVITY = {"hs_timestamp": "datetime"}
_OWN: Mapping[str, Mapping[str, str]] = {
    "leads": {
        "hs_lead_name": "string",
        "hs_lead_type": "enumeration",
        "hs_lead_label": "enumeration",
        "hs_pipeline": "enumeration",
        "hs_pipeline_stage": "enumeration",
        "routing_reason": "string",
        "routing_rule": "string",
        "routing_method": "string",
        "lead_campaign": "string",
    },
    "tasks": {
        **_ACTIVITY,
        "hs_task_subject": "string",
        "hs_task_body": "string",
        "hs_task_status": "enumeration",
        "hs_task_priority": "enumeration",
        "hs_task_type": "enumeration",
    },
    "calls": {**_ACTIVITY, "hs_call_status": "enumeration", "hs_call_direction": "enumeration"},
    "emails": {**_ACTIVITY, "hs_email_status": "enumeration", "hs_email_direction": "enumeration"},
    "meetings": {**_ACTIVITY, "hs_meeting_outcome": "enumeration"},
    "companies": {
        "name": "string",
        "domain": "string",
        "website": "string",
        "phone": "string",
        "city": "string",
        "state": "string",
        "country": "string",
        "zip": "string",
        "industry": "enumeration",
        "numberofemployees": "number",
        "lifecyclestage": "enumeration",
    },
    "deals": {
        "dealname": "string",
        "dealstage": "enumeration",
        "pipeline": "enumeration",
        "amount": "number",
        "closedate": "datetime",
        "deal_currency_code": "enumeration",
    },
}
_COMPUTED: Mapping[str, Mapping[str, str]] = {
    "tasks": {"hs_task_completion_date": "datetime"},
    "deals": {"hs_is_closed": "bool", "hs_is_closed_won": "bool"},
}


def properties_of(kind: Kind) -> dict[str, Property]:
    """Every property of an object beside contacts, by name."""
    own, computed = _OWN[kind.name], _COMPUTED.get(kind.name, {})
    listed = {**_EVERY, **computed, **own}
    options = OF_OTHERS.get(kind.name, {})
    return {
        name: Property(
            name=name,
            type=of,
            options=options.get(name, ()),
            read_only=name not in own and name not in _WRITABLE,
        )
        for name, of in listed.items()
    }


def computed(kind: Kind, values: Mapping[str, str | None], at: str) -> dict[str, str | None]:
    """What the vendor works out from a write at `at`."""
    if kind is TASKS and "hs_task_status" in values:
        is_done = values["hs_task_status"] == "COMPLETED"
        return {"hs_task_completion_date": at if is_done else None}
    if kind is DEALS and "dealstage" in values:
        stage = values["dealstage"]
        closed = "true" if stage in ("closedwon", "closedlost") else "false"
        won = "true" if stage == "closedwon" else "false"
        return {"hs_is_closed": closed, "hs_is_closed_won": won}
    if kind is CONTACTS and "email" in values:
        return {"hs_email_domain": (values["email"] or "").partition("@")[2] or None}
    return {}
