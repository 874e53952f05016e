"""Identity keys of decided leads, and of people in the CRMs: who has the same person already?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, select

from leads.decision import Decision
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.lead import Lead
from store import codec
from store.rows import CrmPersonMatch, PersonMatch
from store.schema import crm_person, identity, returned
from store.schema import lead as lead_table
from store.upsert import chunks

_NOT_PROOF = "near:"
"""Keys that begin so only say whom to compare with."""

_KEYS: BindParameter[str] = bindparam("keys", expanding=True)
_OF_LEAD = (lead_table.c.source == identity.c.source) & (
    lead_table.c.source_id == identity.c.source_id
)
_DECIDED = (
    select(*identity.c, lead_table.c.owner_seen)
    .join(lead_table, _OF_LEAD)
    .where(identity.c.key.in_(_KEYS))
)
_DECIDED_WITH_LEADS = _DECIDED.add_columns(lead_table.c.document)
_IN_CRMS = (
    select(crm_person)
    .where(crm_person.c.key.in_(_KEYS))
    .order_by(crm_person.c.created_at, crm_person.c.crm, crm_person.c.record_id)
)
_RETURNED = select(returned.c.source_id, returned.c.owner).where(
    returned.c.source == bindparam("of"),
    returned.c.source_id.in_(bindparam("ids", expanding=True)),
)
_FORGET = (
    delete(identity)
    .where(identity.c.source == bindparam("at_source"))
    .where(identity.c.source_id == bindparam("at_id"))
)


class People:
    """
    The matches that one exclusive transaction can see: stored, and recorded within it.

    What was looked up once is remembered; nobody else can add to it before the transaction ends.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._matches: dict[str, list[PersonMatch]] = {}
        self._in_crms: dict[str, list[CrmPersonMatch]] = {}
        self._added: dict[LeadKey, int] = {}
        self._handed_back: dict[LeadKey, frozenset[OwnerId]] = {}

    def look_up(self, keys: Mapping[LeadKey, frozenset[str]]) -> dict[LeadKey, list[PersonMatch]]:
        """For each lead the other decided leads that share an identity key, earliest first."""
        wanted = {each for own in keys.values() for each in own}
        self._remember(wanted)
        # Of the leads themselves too: they are another's match once they are recorded.
        self._remember_returns({*keys, *(m.lead for each in wanted for m in self._matches[each])})
        found: dict[LeadKey, list[PersonMatch]] = {}
        for lead, own in keys.items():
            others = [m for each in own for m in self._matches[each] if m.lead != lead]
            if others:
                found[lead] = sorted(map(self._with_returns, others), key=self._age)
        return found

    def in_crms(self, lead: LeadKey, own: frozenset[str]) -> list[CrmPersonMatch]:
        """
        Answer the CRMs' records that share a key, but for those that are decided leads.

        Of a decided lead its own row says who has it, and is never behind.
        """
        self._remember(own)
        if not any(self._in_crms[each] for each in own):
            return []
        ours = {match.lead for each in own for match in self._matches[each]}
        return [
            match
            for each in sorted(own)
            for match in self._in_crms[each]
            if match.record != lead and match.record not in ours
        ]

    def add(self, own: frozenset[str], match: PersonMatch) -> None:
        self._remember(own)
        self._added[match.lead] = len(self._added)
        for each in own:
            self._matches[each].append(_found_by(each, match))

    def _age(self, match: PersonMatch) -> tuple[datetime, int, LeadKey, str]:
        # Leads decided together share an instant: the one recorded first is the earlier.
        return match.decided_at, self._added.get(match.lead, -1), match.lead, match.key

    def _with_returns(self, match: PersonMatch) -> PersonMatch:
        handed_back = self._handed_back[match.lead]
        return replace(match, handed_back=handed_back) if handed_back else match

    def _remember_returns(self, wanted: set[LeadKey]) -> None:
        # Not `wanted - keys()`: that looks at everybody remembered, for each lead anew.
        missing = sorted({each for each in wanted if each not in self._handed_back})
        if not missing:
            return
        self._handed_back |= dict.fromkeys(missing, frozenset[OwnerId]())
        # Source by source: SQLite looks no index up for pairs of values.
        for source in sorted({each.source for each in missing}):
            for some in chunks([each.source_id for each in missing if each.source == source]):
                of_these = {"of": source, "ids": some}
                for source_id, owner in self._connection.execute(_RETURNED, of_these):
                    self._handed_back[LeadKey(source, source_id)] |= {OwnerId(owner)}

    def _remember(self, wanted: Iterable[str]) -> None:
        missing = sorted({each for each in wanted if each not in self._matches})
        if not missing:
            return
        for each in missing:
            self._matches[each] = []
            self._in_crms[each] = []
        for some in chunks(missing):
            self._remember_leads(some)
            self._remember_crms([each for each in some if not each.startswith(_NOT_PROOF)])

    def _remember_leads(self, some: Sequence[str]) -> None:
        is_compared = any(each.startswith(_NOT_PROOF) for each in some)
        stored = _DECIDED_WITH_LEADS if is_compared else _DECIDED
        for row in self._connection.execute(stored, {"keys": some}):
            self._matches[row.key].append(_match(row))

    def _remember_crms(self, some: Sequence[str]) -> None:
        for row in self._connection.execute(_IN_CRMS, {"keys": some}):
            match = CrmPersonMatch(
                record=LeadKey(row.crm, row.record_id),
                crm_owner=CrmOwnerId(row.owner),
                created_at=row.created_at,
                key=row.key,
            )
            self._in_crms[row.key].append(match)


def match_of(decision: Decision, read: Lead | None) -> PersonMatch:
    """Answer what a decision is to other leads of the person."""
    return PersonMatch(
        lead=decision.lead, owner=decision.owner, decided_at=decision.decided_at, read=read
    )


def _found_by(key: str, match: PersonMatch) -> PersonMatch:
    return PersonMatch(
        lead=match.lead,
        owner=match.owner,
        decided_at=match.decided_at,
        key=key,
        read=match.read if key.startswith(_NOT_PROOF) else None,
    )


def _match(row: Row[tuple[object, ...]]) -> PersonMatch:
    is_proof = not row.key.startswith(_NOT_PROOF)
    return PersonMatch(
        lead=LeadKey(row.source, row.source_id),
        owner=OwnerId(row.owner),
        decided_at=row.decided_at,
        owner_seen=row.owner_seen,
        key=row.key,
        read=None if is_proof or row.document is None else codec.loads(row.document, Lead),
    )


def identity_rows(
    lead: LeadKey, owner: OwnerId, own: frozenset[str], decided_at: datetime
) -> list[dict[str, object]]:
    return [
        {
            "key": each,
            "source": lead.source,
            "source_id": lead.source_id,
            "owner": owner,
            "decided_at": decided_at,
        }
        for each in sorted(own)
    ]


def forget_people(connection: Connection, keys: Sequence[LeadKey]) -> None:
    """Let these leads attract nobody: the owner we gave them never came to be."""
    if keys:
        connection.execute(_FORGET, [{"at_source": k.source, "at_id": k.source_id} for k in keys])
