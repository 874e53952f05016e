"""Which Salesforce record is a contact's copy, where HubSpot's own sync keeps one. No I/O."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import NativeSync
from leads.keys import LeadKey

_SHORT, _CHUNK = 15, 5
_SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def names(sync: NativeSync | None) -> tuple[str, ...]:
    """The contact's properties that are needed to know."""
    return sync.ids if sync else ()


def twin(properties: Mapping[str, Any], sync: NativeSync | None) -> LeadKey | None:
    """The first of the configured properties that has an id counts."""
    for name in names(sync):
        if told := str(properties.get(name) or "").strip():
            assert sync is not None
            return LeadKey(sync.other, whole_id(told))
    return None


def whole_id(record_id: str) -> str:
    """Answer a Salesforce id with the three characters that its API always gives."""
    if len(record_id) != _SHORT or not record_id.isalnum():
        return record_id
    return record_id + "".join(_suffix(record_id[n : n + _CHUNK]) for n in range(0, _SHORT, _CHUNK))


def _suffix(part: Sequence[str]) -> str:
    return _SUFFIXES[sum(1 << at for at, c in enumerate(part) if "A" <= c <= "Z")]
