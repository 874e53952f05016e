"""Leads handed back: by whom, why, and who has the record in the CRM until it is written anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leads.decision import NOT_IN_TOUCH
from leads.keys import CrmOwnerId, LeadKey, OwnerId


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """
    `owner` gave up what the lead's decision number `attempt` gave them; `by` is who said so.

    `reason` is a person's own words: never log it. `is_lead` false: they called it none.
    """

    lead: LeadKey
    attempt: int
    owner: OwnerId
    by: OwnerId | None
    reason: str
    is_lead: bool
    at: datetime

    @property
    def is_late(self) -> bool:
        """Whether they did not give it up: their time was up."""
        return self.reason.startswith(NOT_IN_TOUCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose a record is in its CRM by our own latest write."""

    crm: str
    record_id: str
    crm_owner: CrmOwnerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What a lead that was handed back brings to its next decision; see `Standing.returned`."""

    returned: Mapping[OwnerId, str]
    no_lead: bool
    holder: Holder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBack:
    """
    A person set a status in the CRM that hands the record back; of which lead it is.

    `owner_seen` is whoever the CRM showed with that status.
    """

    crm: str
    record_id: str
    status: str
    owner_seen: str | None
    lead: LeadKey
