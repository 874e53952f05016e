"""A second policy that decides beside the one in force, on the same leads, and writes nothing."""

from functools import lru_cache
from json import dumps, loads

from config.load import from_document
from flows.barred import barred_by
from flows.wiring import Wiring
from leads.decision import Decision, Standing
from routing.book import Book
from routing.engine import Engine
from routing.quota import Quotas, since
from store.rows import DecidedLead
from store.shadow_rows import ShadowRow

BATCH = 500


def follow(wiring: Wiring) -> int:
    """
    Decide, by the shadow's rules and rotation, what was decided since it began; answer how many.

    It sees what the decision in force saw of the person and the account, and what is open as it is:
    its own choices fill nobody's hands. Caps an hour, a day and a week count its own choices. A
    lead that its pools would hold is decided at once.
    """
    of = wiring.store.shadow()
    if of is None:
        return 0
    engine, followed = _engine(dumps(of.document, sort_keys=True)), 0
    while batch := _follow_batch(wiring, of, engine):
        followed += batch
    return followed


def _follow_batch(wiring: Wiring, of: ShadowRow, engine: Engine) -> int:
    with wiring.store.desk(wiring.now()) as desk:
        batch = desk.to_follow(of, limit=BATCH)
        if batch:
            owners = {owner.id: owner.crm for owner in engine.policy.owners.values()}
            bears = since(engine.gauges, batch[0][1].decision.decided_at)
            book = Book(
                open_leads=desk.open_leads(owners, opportunity=engine.policy.opportunity_weight),
                rotation=desk.shadow_rotation(of),
                away=desk.away(),
                quotas=Quotas(engine.gauges, desk.shadow_taken(of, bears)),
                barred=barred_by(desk.inactive_owners(owners), engine.policy),
            )
            made = [(number, _decide(engine, book, each)) for number, each in batch]
            desk.record_shadow(of, made, book.rotation)
    return len(batch)


def _decide(engine: Engine, book: Book, each: DecidedLead) -> Decision:
    saw = each.decision.saw
    person, account = (saw.person, saw.account) if saw else (None, None)
    at = each.decision.decided_at
    crm = engine.policy.crm_of.get(each.lead.key.source)
    standing: Standing = book.standing(person=person, account=account, crm=crm, at=at)
    decision = engine.decide(each.lead, standing, at)
    book.take_turn(decision)
    return decision


@lru_cache(maxsize=2)
def _engine(document: str) -> Engine:
    """Compile once for all the ticks of a process."""
    return Engine(from_document(loads(document)).policy)
