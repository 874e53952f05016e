"""Erasing whom a vendor tells of: done here at once, and said what is left for a person to do."""

from collections.abc import Iterator, Sequence

from flows.wiring import Wiring
from leads.erasure import Subject
from leads.errors import DeliveryError
from leads.keys import LeadKey
from store.running_rows import InboxEntry


def erase_told(wiring: Wiring, source: str, entries: Sequence[InboxEntry]) -> list[DeliveryError]:
    """
    Erase the leads that these name, or their persons; answer what is still in the CRMs, once.

    Safe to repeat: a process that dies before the entry is settled leaves it to the next.
    """
    return [
        problem
        for entry in entries
        for source_id in entry.payload["erased"]
        for problem in _erase_one(wiring, source, source_id, entry)
    ]


def _erase_one(
    wiring: Wiring, source: str, source_id: str, entry: InboxEntry
) -> Iterator[DeliveryError]:
    subject = Subject(
        lead=LeadKey(source, source_id),
        whole_person=bool(entry.payload.get("erases_person")),
    )
    done = wiring.store.erase(subject, asked_by=f"{source} webhook", now=wiring.now())
    left = ", ".join(str(each) for each in done.records if each != subject.lead)
    if left:
        told = f"{source}: a person asked to be erased, and was, here"
        yield DeliveryError(f"{told}. Still at the vendors, for you to delete: {left}")
