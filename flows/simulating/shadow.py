"""A second policy that decides beside the one in force, on the same leads, and writes nothing."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from json import dumps, loads

from config.load import from_document
from flows.barred import barred_by
from flows.modelling.in_force import model_for
from flows.wiring import Wiring
from leads.decision import NO_ARREARS, NOTHING_DRAWN, Decision, HoldKind, Method
from leads.keys import PoolName
from routing.book import Book
from routing.engine import Engine
from routing.policy import Policy, Strategy
from routing.quota import Quotas, since
from store.rows import DecidedLead
from store.shadow_rows import ShadowRow, ShadowSide

BATCH = 500


def follow(wiring: Wiring) -> int:
    """
    Decide, by the shadow's rules and rotation, what was decided since it began; answer how many.

    It sees what the decision in force saw of the person and the account, and what is open as it is:
    its own choices fill nobody's hands. Caps an hour, a day and a week count its own choices. A
    lead that its pools would hold is decided when the policy in force decided it. What the same
    policy decided in force is its decision, too.
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
            bears = since(engine.gauges, min(map(_came, (each for _, each in batch))))
            matcher, by_turns = model_for(desk, engine.policy)
            book = Book(
                open_leads=desk.open_leads(owners, opportunity=engine.policy.opportunity_weight),
                rotation=desk.shadow_rotation(of),
                away=desk.away(),
                quotas=Quotas(engine.gauges, desk.shadow_taken(of, bears)),
                barred=barred_by(desk.inactive_owners(owners), engine.policy),
                matcher=matcher,
                by_turns=by_turns,
                drawn=desk.drawn() if matcher else NOTHING_DRAWN,
                arrears=desk.arrears() if matcher else NO_ARREARS,
            )
            taken_from = _taken_from(wiring.configuration.policy)
            made = [(number, _counted(engine, book, each, taken_from)) for number, each in batch]
            desk.record_shadow(of, made, book.rotation)
    return len(batch)


def _taken_from(policy: Policy) -> frozenset[PoolName]:
    return frozenset(p.name for p in policy.pools.values() if p.strategy is Strategy.PULL)


def _counted(
    engine: Engine, book: Book, each: DecidedLead, taken_from: Collection[PoolName]
) -> Decision:
    is_in_force = each.decision.policy == engine.policy.hash
    decision = each.decision if is_in_force else decide_beside(engine, book, each, taken_from)
    book.take_turn(decision)
    return decision


def _came(each: DecidedLead) -> datetime:
    """Return when a lead could be decided first: it may have been held since."""
    saw = each.decision.saw
    return (saw.held_since if saw else None) or each.decision.decided_at


def decide_beside(
    engine: Engine, book: Book, each: DecidedLead, taken_from: Collection[PoolName]
) -> Decision:
    """
    Decide a lead by the shadow: when it came, or when the policy in force was done with it.

    `taken_from` are the pools in force that are. Whoever took it would have taken it from a pool of
    the shadow's, too; where nobody did, nobody would have. Of a lead that was never there to be
    taken nobody knows who would have had it: that `is_untaken`.
    """
    live, came = each.decision, _came(each)
    person, account = (live.saw.person, live.saw.account) if live.saw else (None, None)
    crm = engine.policy.crm_of.get(each.lead.key.source)
    view = partial(book.standing, person=person, account=account, crm=crm)
    held = engine.decide_or_hold(each.lead, view(at=came), came, matcher=book.matcher)
    if isinstance(held, Decision):
        return held
    taker = live.owner if live.method is Method.TAKE else None
    standing = view(at=live.decided_at, held_since=held.since, taker=taker)
    made = engine.decide(each.lead, standing, live.decided_at, matcher=book.matcher)
    held_by = live.saw.held_by if live.saw else None
    waited_in_vain = taker is None and held_by is not None and held_by.pool in taken_from
    if held.kind is not HoldKind.TAKE or made.method is Method.TAKE or waited_in_vain:
        return made
    return replace(
        made,
        owner=engine.policy.fallback,
        pool=held.pool,
        rule=held.rule,
        method=Method.TAKE,
        accruals=(),
        fills=False,
    )


def is_untaken(live: ShadowSide, shadow: ShadowSide) -> bool:
    """Tell whether a lead waits in a pool of the shadow's for somebody whom nobody knows."""
    take = Method.TAKE.value
    return shadow.method == take and (live.method, live.owner) != (take, shadow.owner)


@lru_cache(maxsize=2)
def _engine(document: str) -> Engine:
    """Compile once for all the ticks of a process."""
    return Engine(from_document(loads(document)).policy)
