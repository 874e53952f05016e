"""Deciding: every waiting lead gets its owner, in one exclusive transaction a batch."""

from flows.planned_writes import reject_write, writes_for
from flows.same_person import FirstRecord, adds_a_record, same_person_decision
from flows.wiring import Wiring
from leads.decision import Decision
from leads.keys import RunId
from leads.lead import Lead
from leads.matching import identity_keys
from routing.book import Book
from store.desk import Desk
from store.rows import PersonMatch

BATCH = 500


def decide_waiting(wiring: Wiring, source: str, run: RunId) -> list[Decision]:
    """Decide every lead of `source` that waits, oldest first. Safe to run in many processes."""
    decided: list[Decision] = []
    while batch := _decide_batch(wiring, source, run):
        decided += batch
    return decided


def own_rejects(wiring: Wiring, source: str, run: RunId) -> int:
    """Give a CRM's records that were set aside to the data steward; answer how many."""
    if source not in wiring.crms:
        return 0
    owned = 0
    while batch := _own_batch(wiring, source, run):
        owned += batch
    return owned


def _own_batch(wiring: Wiring, source: str, run: RunId) -> int:
    with wiring.store.desk(wiring.now()) as desk:
        ownerless = desk.rejects_without_owner(source, limit=BATCH)
        for reject in ownerless:
            desk.record_owner_write(reject.key, [reject_write(wiring, reject.key)], run)
    return len(ownerless)


def _decide_batch(wiring: Wiring, source: str, run: RunId) -> list[Decision]:
    now = wiring.now()
    with wiring.store.desk(now) as desk:
        waiting = desk.waiting(source, limit=BATCH, now=now)
        if not waiting:
            return []
        book = Book(
            open_leads=desk.open_leads(wiring.crm_ids()),
            rotation=desk.rotation(),
            away=desk.away(),
        )
        # One look-up for all; each lead then asks again without the database.
        desk.same_person({each.lead.key: identity_keys(each.lead) for each in waiting})
        decisions = [_decide_one(wiring, desk, book, each.lead, run) for each in waiting]
        desk.save_rotation(book.rotation)
    return decisions


def _first_record(wiring: Wiring, match: PersonMatch) -> FirstRecord:
    """Return who has the person now: a colleague who took the record since, if one did."""
    owners = wiring.configuration.policy.owners.values()
    taken_by = (o.id for o in owners if o.crm.get(match.lead.source) == match.owner_seen)
    owner = next(taken_by, match.owner) if match.owner_seen else match.owner
    return FirstRecord(record=match.lead, owner=owner)


def _decide_one(wiring: Wiring, desk: Desk, book: Book, lead: Lead, run: RunId) -> Decision:
    now, identity, policy = wiring.now(), identity_keys(lead), wiring.configuration.policy
    match = desk.same_person({lead.key: identity}).get(lead.key)
    first = _first_record(wiring, match) if match else None
    decision = same_person_decision(lead, first, policy, book, now) if first else None
    if decision is None:
        first = None
        decision = wiring.engine.decide(lead, book.standing(), now)
    if first is None or adds_a_record(lead, first, policy):
        book.apply(decision)
    writes = writes_for(wiring, lead, decision)
    duplicate_of = first.record if first else None
    desk.record_decision(decision, identity, writes, duplicate_of=duplicate_of, run=run)
    return decision
