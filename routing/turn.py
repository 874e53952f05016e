"""One lead's turn: decided with all that is known of it, and counted for whoever gets it."""

from dataclasses import dataclass
from datetime import datetime

from leads.decision import Decision
from leads.keys import LeadKey
from leads.lead import Lead
from leads.matches import AccountMatch, SamePerson
from routing.book import Book
from routing.engine import Engine
from routing.same_person import adds_a_record, why_not


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
    trace_full: bool = False,
) -> Turn:
    """Decide, and count the lead in the book, unless the CRM will hold no record more for it."""
    standing = book.standing(person=person, account=account)
    stays = person is not None and why_not(lead.key, standing, engine.policy, now) is None
    decision = engine.decide(lead, standing, now, trace_full=trace_full)
    if person is None or not stays or adds_a_record(lead.key, person, engine.policy):
        book.apply(decision)
    return Turn(decision=decision, duplicate_of=person.record if person and stays else None)
