"""How a CRM is read before there is a configuration: whatever is recent, whoever owns it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from connectors.hubspot.kinds import CONTACTS
from connectors.setup import Intake, SourceSetup
from leads.normalise.vocabulary import Vocabulary

LIFECYCLE: Final = "lifecycle"
"""The custom field in which a lead has how far it is, where the CRM tells that apart."""

VARIABLES: Final[Mapping[str, str]] = {
    "salesforce": "FIRSTTOUCH_SALESFORCE_CLIENT_ID",
    "hubspot": "FIRSTTOUCH_HUBSPOT_TOKEN",
    "pipedrive": "FIRSTTOUCH_PIPEDRIVE_TOKEN",
}
"""By what is set, a CRM is known to be connected."""

LABELLED: Final = frozenset({"pipedrive"})
"""CRMs whose leads always have an owner, and for a status what labels people gave them."""

USUAL_NOTES: Final[Mapping[str, Mapping[str, str]]] = {
    "salesforce": {
        "owner_reason": "Routing_Reason__c",
        "rule": "Routing_Rule__c",
        "method": "Routing_Method__c",
    },
    "hubspot": {
        "owner_reason": "routing_reason",
        "rule": "routing_rule",
        "method": "routing_method",
    },
    "pipedrive": {},
}
"""What the documents call the fields that a rep sees the reason in; Pipedrive makes the names."""


_OBJECTS: Final = {"salesforce": "Lead", "hubspot": CONTACTS.name, "pipedrive": "leads"}


def starting_setup(crm: str, since: datetime) -> SourceSetup:
    """Read every record created since, as it is; nobody in particular means "nobody yet"."""
    return SourceSetup(
        name=crm,
        intake=Intake(object=_OBJECTS[crm], created_after=since),
        vocabulary=Vocabulary(),
        fields={f"custom.{LIFECYCLE}": CONTACTS.stage} if crm == "hubspot" else {},
    )
