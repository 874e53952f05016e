"""One lead's turn: decided with all that is known of it, and counted for whoever gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leads.decision import BY_NOBODY, Decision, Held, HeldBy
from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from leads.matches import AccountMatch, SamePerson
from routing.book import Book
from routing.engine import Engine
from routing.same_person import adds_a_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A decision; `duplicate_of` is the person's earlier record where that one decided."""

    decision: Decision
    duplicate_of: LeadKey | None = None


def take_turn(
    engine: Engine,
    book: Book,
    lead: Lead,
    now: datetime,
    *,
    person: SamePerson | None = None,
    account: AccountMatch | None = None,
    held_since: datetime | None = None,
    held_by: HeldBy | None = None,
    returned: Mapping[OwnerId, str] = BY_NOBODY,
    no_lead: bool = False,
    trace_full: bool = False,
    may_hold: bool = True,
) -> Turn | Held:
    """
    Decide, and count the lead in the book, unless the CRM will hold no record more for it.

    A lead that its pool holds counts for nobody yet; where it may not, somebody else has it.
    """
    standing = book.standing(
        person=person,
        account=account,
        held_since=held_since,
        held_by=held_by,
        returned=returned,
        no_lead=no_lead,
        crm=engine.policy.crm_of.get(lead.key.source),
        at=now,
    )
    stays = engine.stays(lead, standing, now)
    decide = engine.decide_or_hold if may_hold else engine.decide
    decision = decide(lead, standing, now, trace_full=trace_full, matcher=book.matcher)
    if isinstance(decision, Held):
        return decision
    if person is None or not stays or adds_a_record(lead.key, person, engine.policy):
        book.apply(decision)
    return Turn(decision=decision, duplicate_of=person.record if person and stays else None)
