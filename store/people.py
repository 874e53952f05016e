"""Identity keys of decided leads: who has the same person already?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from leads.keys import LeadKey, OwnerId
from store.rows import PersonMatch
from store.schema import identity
from store.schema import lead as lead_table
from store.upsert import chunks


class People:
    """
    The matches that one exclusive transaction can see: stored, and recorded within it.

    What was looked up once is remembered; nobody else can add to it before the transaction ends.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._matches: dict[str, list[PersonMatch]] = {}
        self._added: dict[LeadKey, int] = {}

    def look_up(self, keys: Mapping[LeadKey, frozenset[str]]) -> dict[LeadKey, PersonMatch]:
        """For each lead the earliest decided other lead that shares an identity key."""
        self._remember({each for own in keys.values() for each in own})
        found: dict[LeadKey, PersonMatch] = {}
        for lead, own in keys.items():
            others = [m for each in own for m in self._matches[each] if m.lead != lead]
            if others:
                found[lead] = min(others, key=self._age)
        return found

    def add(self, own: frozenset[str], match: PersonMatch) -> None:
        self._remember(own)
        self._added[match.lead] = len(self._added)
        for each in own:
            self._matches[each].append(match)

    def _age(self, match: PersonMatch) -> tuple[datetime, int, LeadKey]:
        # Leads decided together share an instant: the one recorded first is the earlier.
        return match.decided_at, self._added.get(match.lead, -1), match.lead

    def _remember(self, wanted: Iterable[str]) -> None:
        missing = sorted({each for each in wanted if each not in self._matches})
        for each in missing:
            self._matches[each] = []
        for some in chunks(missing):
            of_lead = (lead_table.c.source == identity.c.source) & (
                lead_table.c.source_id == identity.c.source_id
            )
            stored = select(*identity.c, lead_table.c.owner_seen).join(lead_table, of_lead)
            for row in self._connection.execute(stored.where(identity.c.key.in_(some))):
                self._matches[row.key].append(
                    PersonMatch(
                        lead=LeadKey(row.source, row.source_id),
                        owner=OwnerId(row.owner),
                        decided_at=row.decided_at,
                        owner_seen=row.owner_seen,
                    )
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
        gone = (
            delete(identity)
            .where(identity.c.source == bindparam("at_source"))
            .where(identity.c.source_id == bindparam("at_id"))
        )
        connection.execute(gone, [{"at_source": k.source, "at_id": k.source_id} for k in keys])
