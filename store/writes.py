"""What we wrote, or are about to write, as the owner of records that a source shows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from leads.keys import LeadKey
from leads.sighting import Sighting
from store.judging import Writes
from store.rows import DeliveryState
from store.schema import delivery
from store.upsert import chunks

_OURS = (DeliveryState.WRITTEN.value, DeliveryState.UNCHANGED.value)
_PENDING = delivery.c.state == DeliveryState.PENDING.value
_BEGUN = or_(delivery.c.lease_holder.is_not(None), delivery.c.attempts > 0)
_OF: BindParameter[str] = bindparam("of")
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_WRITTEN = select(delivery.c.record_id, delivery.c.crm_owner).where(
    delivery.c.crm == _OF, delivery.c.record_id.in_(_IDS), delivery.c.state.in_(_OURS)
)
_PENDING_OF_LEADS = select(delivery.c.source_id, delivery.c.crm_owner, _BEGUN).where(
    _PENDING, delivery.c.source == _OF, delivery.c.source_id.in_(_IDS)
)
_PENDING_OF_KNOWN = select(delivery.c.known_id, delivery.c.crm_owner, _BEGUN).where(
    _PENDING, delivery.c.crm == _OF, delivery.c.known_id.in_(_IDS)
)
_PENDING_CREATION = _PENDING_OF_LEADS.where(delivery.c.crm == bindparam("crm"))


@dataclass(slots=True)
class _Writes:
    owners: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)

    def note(self, owner: str, *, is_begun: bool) -> None:
        self.pending.add(owner)
        if is_begun:
            self.begun.add(owner)

    def frozen(self) -> Writes:
        return Writes(
            owners=frozenset(self.owners),
            pending=frozenset(self.pending),
            begun=frozenset(self.begun),
        )


def writes_on(
    connection: Connection, source: str, shown: Sequence[Sighting]
) -> dict[LeadKey, Writes]:
    """
    Answer by the CRM's record: a lead that we created in a CRM comes back as its record.

    What is pending may be shown already, as it is only settled when its answer came: by the lead's
    own id, by the record found for it, or by the lead for which the record says it was created.
    """
    found: defaultdict[str, _Writes] = defaultdict(_Writes)
    for some in chunks(sorted({each.key.source_id for each in shown})):
        asked = {"of": source, "ids": some}
        for record, owner in connection.execute(_WRITTEN, asked):
            found[record].owners.add(owner)
        for pending in (_PENDING_OF_LEADS, _PENDING_OF_KNOWN):
            for record, owner, is_begun in connection.execute(pending, asked):
                found[record].note(owner, is_begun=is_begun)
    created = {e.created_for: e.key.source_id for e in shown if e.created_for is not None}
    for lead, owner, is_begun in _to_create(connection, source, sorted(created)):
        found[created[lead]].note(owner, is_begun=is_begun)
    return {LeadKey(source, record): each.frozen() for record, each in found.items()}


def _to_create(
    connection: Connection, crm: str, leads: Sequence[LeadKey]
) -> Iterator[tuple[LeadKey, str, bool]]:
    for source in sorted({each.source for each in leads}):
        for some in chunks([each.source_id for each in leads if each.source == source]):
            asked = {"of": source, "ids": some, "crm": crm}
            for name, owner, begun in connection.execute(_PENDING_CREATION, asked):
                yield LeadKey(source, name), owner, begun
