"""What still has to be written to a CRM: one entry of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.quick import quick

_NAMES = """
source email phone first_name last_name company website job_title country region city postal_code
industry employees employees_min employees_max product deal_type deal_value currency score language
lead_source channel campaign form click_id google_click_id facebook_click_id linkedin_click_id
consent status
"""
WRITTEN_FIELDS = frozenset(_NAMES.split())
"""What a created record may carry, beside `custom.NAME`; `status` only from a source's defaults."""


class DeliveryKind(StrEnum):
    """What the CRM is asked to do."""

    OWNER = "owner"  # give a record that is there to its owner
    CREATE = "create"  # create the record of an ad platform's lead, already owned


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """
    `record_id` is the CRM's; None until a creation has made it. `expected` are the owners that may
    be replaced beside those that mean "nobody yet" there. `values` (creations only) are canonical
    fields, `notes` the routing fields the configuration names for this CRM: reason, rule, method.
    `notify` are the channels by which the owner is told once this is written. `before` is who had
    the record when it was read, "" for nobody; None where that was not kept. `known` (creations
    only) is a record that is the person's already: of the CRM, or a lead that became one.
    """

    id: str
    lead: LeadKey
    crm: str
    kind: DeliveryKind
    owner: OwnerId
    crm_owner: CrmOwnerId
    expected: frozenset[CrmOwnerId | None]
    record_id: str | None = None
    values: Mapping[str, str]
    notes: Mapping[str, str]
    attempts: int = 0
    notify: tuple[str, ...] = ()
    before: CrmOwnerId | None = None
    known: LeadKey | None = None

    @property
    def known_in_crm(self) -> str | None:
        """The CRM's own record, where that is what is known."""
        known = self.known
        return known.source_id if known is not None and known.source == self.crm else None
