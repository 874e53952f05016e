"""The shape of sources: where leads come from, which of them are new, and what is written back."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema

from config.model_base import (
    Duration,
    Instant,
    Name,
    Names,
    Strict,
    Text,
    VendorId,
    as_list,
    stated,
)

SALESFORCE: Final = "salesforce"
PIPEDRIVE: Final = "pipedrive"
RECEIVERS: Final = (SALESFORCE, "hubspot")
"""CRMs in which leads from elsewhere can be created."""
CRMS: Final = (*RECEIVERS, PIPEDRIVE)
PLATFORMS: Final = ("meta_ads", "google_ads", "linkedin_ads")
CSV: Final = "csv_file"
SOURCES: Final = (*CRMS, *PLATFORMS, CSV, "webhook")
NOTES: Final = {"owner_reason": "reason", "rule": "rule", "method": "method"}

_SECRET_WORDS: Final = frozenset(
    {"secret", "token", "password", "passwd", "pwd", "key", "credential", "credentials", "apikey"}
)

_LISTED: Final = {"type": "array", "items": {"type": "string"}}
_Fields = Annotated[
    tuple[Name, ...],
    BeforeValidator(as_list),
    Field(strict=False),
    WithJsonSchema({"anyOf": [{"type": "string"}, _LISTED]}),
]
"""The CRM's fields for one of ours: one, several, or none at all."""


class IntakeModel(Strict):
    """Which records of a CRM are new leads; nothing else is ever given another owner."""

    object: Name | None = stated("The CRM's object.", "Lead", default=None)
    owners: Annotated[tuple[Name | None, ...], Field(strict=False, min_length=1)] = stated(
        'Owners that mean "nobody yet": a user, queue:NAME, or null for blank.',
        ["Integration User", "queue:Web leads"],
        default=(None,),
    )
    statuses: Names = stated("Lead statuses that count.", ["Open - Not Contacted"], default=())
    lifecycle: Names = stated("Lifecycle stages that count.", ["lead"], default=())
    returned: Names = stated(
        "Statuses or lifecycle stages by which an owner hands a record back.",
        ["Returned", "Wrong territory"],
        default=(),
    )
    created_after: Instant | None = stated(
        "Go-live: older records stay with whoever has them.", "2026-11-01", default=None
    )


class WriteModel(Strict):
    """CRM fields that tell a rep why; each is written only when named."""

    owner_reason: Name | None = stated("One sentence why.", "Routing_Reason__c", default=None)
    rule: Name | None = stated("The rule's name.", "Routing_Rule__c", default=None)
    method: Name | None = stated("How the owner was found.", "Routing_Method__c", default=None)


class CreateModel(Strict):
    """What a record created in a CRM for a lead from elsewhere carries."""

    fields: dict[Name, _Fields] = stated(
        "Our field to the CRM's that it is written into, where that is not the one it is read "
        "from; several take the same value, and an empty list takes it nowhere.",
        {"campaign": "Campaign_Name__c"},
        default_factory=dict,
    )
    values: dict[Name, dict[Name, Text]] = stated(
        "Our words to the CRM's, per field, for lists of its own.",
        {"lead_source": {"google_ads": "PAID_SEARCH"}},
        default_factory=dict,
    )
    places: Literal["codes", "names"] = stated(
        "How countries and regions are written where any text is taken.", "names", default="codes"
    )


class NativeSyncModel(Strict):
    """HubSpot and Salesforce keep copies of each other's records, by HubSpot's own sync."""

    master: Name = stated("The side that is written.", "salesforce", default="salesforce")
    wait: Duration = stated(
        "How long a record of the other side may wait for its copy to be known.",
        "5m",
        default="5m",
        validate_default=True,
    )
    ids: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = stated(
        "The contact's properties that hold the Salesforce id; the first that is filled counts.",
        ["salesforceleadid"],
        default=("salesforceleadid", "salesforcecontactid"),
    )


class SourceModel(Strict):
    """One connected system."""

    kind: Name | None = stated(
        "What it is, where its name does not say so: of CSV files there may be several.",
        CSV,
        default=None,
    )
    intake: IntakeModel | None = stated(
        "Which records are new leads; CRMs need it.",
        {"object": "Lead", "owners": ["queue:Web leads"]},
        default=None,
    )
    fields: dict[Name, Name] = stated(
        "Our field to the vendor's, where it is not the usual one.",
        {"product": "Product_Interest__c"},
        default_factory=dict,
    )
    create: CreateModel | None = stated(
        "CRMs: what records created here for other sources' leads carry.",
        {"fields": {"campaign": "Campaign_Name__c"}},
        default=None,
    )
    write: WriteModel | None = stated(
        "CRM fields to note the routing in.", {"rule": "Routing_Rule__c"}, default=None
    )
    destination: Name | None = stated(
        "Whatever is no CRM: the CRM its leads are created in.", "hubspot", default=None
    )
    defaults: dict[Name, Text] = stated(
        "What the destination requires and a form did not ask.",
        {"company": "[not given]"},
        default_factory=dict,
    )
    pages: Annotated[tuple[VendorId, ...], Field(strict=False)] = stated(
        "Meta: only these pages, polled or by webhook.", ["102030405060"], default=()
    )
    failures_allowed: Annotated[int, Field(ge=1, le=1_000)] = stated(
        "After so many failing syncs in a row it is asked less often, until it answers.",
        5,
        default=5,
    )
    native_sync: NativeSyncModel | None = stated(
        "HubSpot: its own Salesforce sync is on; the two records of a pair are one lead.",
        {"master": "salesforce"},
        default=None,
    )
    default_country: Name | None = stated(
        "The country of a record that names none (for phone numbers).", "ES", default=None
    )
    connection: dict[Name, object] = stated(
        "How to reach it; credentials come from the environment.",
        {"base_url": "https://example.my.salesforce.com", "timeout": 30},
        default_factory=dict,
    )


def is_secret(key: str) -> bool:
    """Tell whether a key names a credential, which has no place in a file."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower().replace("-", "_").split("_")
    return words[-1] in _SECRET_WORDS


def is_address(value: object) -> bool:
    """Tell whether a value is a web address without a login in it."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
