"""Which Salesforce record is a contact's copy, where HubSpot's own sync keeps one. No I/O."""

from collections.abc import Mapping
from typing import Any

from connectors.salesforce_ids import whole_id
from connectors.setup import NativeSync
from leads.keys import LeadKey


def names(sync: NativeSync | None) -> tuple[str, ...]:
    """The contact's properties that are needed to know."""
    return sync.ids if sync else ()


def twin(properties: Mapping[str, Any], sync: NativeSync | None) -> LeadKey | None:
    """The first of the configured properties that has an id counts."""
    for name in names(sync):
        if told := str(properties.get(name) or "").strip():
            assert sync is not None
            return LeadKey(sync.other, whole_id(told) or told)
    return None
