"""Erasures that are owed: who was erased while the CRM was told to create them."""

from hashlib import sha256

from flows.wiring import Wiring
from leads.keys import LeadKey
from store.running_rows import InboxEntry, InboxState

_WHAT = "{} was created there while its person was being erased: delete it there"


def owe_erasure(wiring: Wiring, record: LeadKey) -> None:
    """Keep it to be told, as a webhook's order is, until a person has seen to it."""
    what = _WHAT.format(f"record {record.source_id}")
    entry = InboxEntry(
        source=record.source,
        body_hash=sha256(f"owed:{record}".encode()).hexdigest(),
        payload={},
        state=InboxState.OWED,
        error=what,
    )
    wiring.store.put_inbox([entry], wiring.now())
