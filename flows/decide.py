"""Deciding: every waiting lead gets its owner, in one exclusive transaction a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from flows.barred import barred_by
from flows.modelling.in_force import model_for
from flows.native_sync import until_told
from flows.planned_writes import reject_write, writes_for
from flows.recognise import Owners, Recogniser, asks_for_accounts, recogniser
from flows.reviewing.gate import ReviewGate
from flows.spans import traced
from flows.wiring import Wiring
from leads.accounts import AccountBook, clues
from leads.decision import BY_NOBODY, NO_ARREARS, NOTHING_DRAWN, Decision, Held, HoldKind
from leads.keys import CrmOwnerId, LeadKey, RunId
from leads.lead import Lead
from leads.people import KnownRecord
from routing.book import Book
from routing.quota import Quotas, since
from routing.turn import take_turn
from store.desk import Desk
from store.rows import Holding, WaitingLead

BATCH = 500
HELD_AT_ONCE = 2_000
_WHENEVER: Mapping[LeadKey, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """
    What the leads of one transaction share; `gone`: their owners who are deactivated.

    `is_final`: nobody is asked to look at what is decided. `no_later`: a lead waits for it until
    then at most.
    """

    desk: Desk
    book: Book
    recognise: Recogniser
    gate: ReviewGate
    gone: frozenset[tuple[str, CrmOwnerId]]
    is_final: bool = False
    no_later: Mapping[LeadKey, datetime] = field(default_factory=lambda: _WHENEVER)


@traced("decide")
def decide_waiting(wiring: Wiring, source: str, run: RunId) -> list[Decision]:
    """
    Decide every lead of `source` that waits, oldest first. Safe to run in many processes.

    First those that pools hold, of every source, whatever became free meanwhile: by SLA deadline,
    then by age.
    """
    decided = _decide_held(wiring, run)
    while (batch := _decide_batch(wiring, source, run)) is not None:
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
    def own(desk: Desk) -> int:
        ownerless = desk.rejects_without_owner(source, limit=BATCH)
        for reject in ownerless:
            seen = CrmOwnerId(reject.owner_seen or "")
            desk.record_owner_write(reject.key, [reject_write(wiring, reject.key, seen)], run)
        return len(ownerless)

    return wiring.store.at_desk(wiring.now(), own)


def _decide_held(wiring: Wiring, run: RunId) -> list[Decision]:
    paused = wiring.store.paused()

    def decide(desk: Desk) -> list[Decision]:
        held = desk.held(tuple(HoldKind), limit=HELD_AT_ONCE)
        ready = [each for each in held if is_on(wiring, each.lead.key.source, paused)]
        return decide_all(wiring, desk, ready, run) if ready else []

    return wiring.store.at_desk(wiring.now(), decide)


def is_on(wiring: Wiring, source: str, paused: set[str]) -> bool:
    return source in wiring.sources and source not in paused


def _decide_batch(wiring: Wiring, source: str, run: RunId) -> list[Decision] | None:
    """Decide some; None when nothing waits any more. What is held does not wait."""
    now = wiring.now()

    def decide(desk: Desk) -> list[Decision] | None:
        waiting = desk.waiting(source, limit=BATCH, now=now)
        return decide_all(wiring, desk, waiting, run) if waiting else None

    return wiring.store.at_desk(now, decide)


def decide_all(
    wiring: Wiring,
    desk: Desk,
    waiting: Sequence[WaitingLead],
    run: RunId,
    *,
    by_turns: str = "",
    no_later: Mapping[LeadKey, datetime] = _WHENEVER,
) -> list[Decision]:
    """
    Decide these leads in order; those that their pools hold are not in the answer.

    `by_turns` says why no model is asked, and nobody to look at it, this time. Who may look at one
    of `no_later` has until then at most.
    """
    batch = replace(batch_of(wiring, desk, waiting, by_turns=by_turns), no_later=no_later)
    made = [_decide_one(wiring, batch, each, run) for each in waiting]
    desk.save_rotation(batch.book.rotation)
    return [each for each in made if each is not None]


def batch_of(
    wiring: Wiring, desk: Desk, waiting: Sequence[WaitingLead], *, by_turns: str = ""
) -> Batch:
    """Read once what these leads' decisions look at."""
    policy, gauges = wiring.configuration.policy, wiring.engine.gauges
    is_final = bool(by_turns)
    matcher, by_turns = (None, by_turns) if by_turns else model_for(desk, policy)
    book = Book(
        open_leads=desk.open_leads(wiring.crm_ids(), opportunity=policy.opportunity_weight),
        rotation=desk.rotation(),
        away=desk.away(),
        quotas=Quotas(gauges, desk.taken(since(gauges, wiring.now()))),
        barred=barred_by(desk.inactive_owners(wiring.crm_ids()), policy),
        matcher=matcher,
        by_turns=by_turns,
        drawn=desk.drawn() if matcher else NOTHING_DRAWN,
        arrears=desk.arrears() if matcher else NO_ARREARS,
    )
    recognise = _recogniser(wiring, desk, [each.lead for each in waiting])
    return Batch(
        desk=desk,
        book=book,
        recognise=recognise,
        gate=ReviewGate(wiring, desk, matcher),
        gone=_gone(desk, [each.lead for each in waiting]),
        is_final=is_final,
    )


def _gone(desk: Desk, waiting: Sequence[Lead]) -> frozenset[tuple[str, CrmOwnerId]]:
    """Answer who of the leads' owners is deactivated in their CRM: nobody has those leads."""
    theirs: dict[str, set[CrmOwnerId]] = {}
    for lead in waiting:
        if lead.current_owner:
            theirs.setdefault(lead.key.source, set()).add(lead.current_owner)
    return frozenset(
        (crm, each) for crm, owners in theirs.items() for each in desk.deactivated(crm, owners)
    )


def _recogniser(wiring: Wiring, desk: Desk, waiting: Sequence[Lead]) -> Recogniser:
    """Look everything up at once for all; each lead then asks again without the database."""
    policy = wiring.configuration.policy
    owners = Owners.of(policy)

    def known(lead: LeadKey, keys: frozenset[str]) -> Sequence[KnownRecord]:
        ours = desk.same_people({lead: keys}).get(lead, [])
        theirs = desk.same_people_in_crms(lead, keys)
        return [*owners.of_leads(ours), *owners.of_crm(theirs, wiring.crms)]

    asked = waiting if asks_for_accounts(policy) else ()
    wanted = {lead.key: clues(lead, policy.matching) for lead in asked}
    book = AccountBook(desk.accounts_near([*wanted.values()]) if wanted else ())
    made = recogniser(policy, known, book, owners, wanted)
    desk.same_people({lead.key: made.keys(lead) for lead in waiting})
    return made


def _decide_one(wiring: Wiring, batch: Batch, waiting: WaitingLead, run: RunId) -> Decision | None:
    """Decide a lead, or let its pool hold it: None."""
    lead = waiting.lead
    person = batch.recognise.person(lead)
    if awaited := until_told(wiring, waiting, person):
        batch.desk.await_twin(lead.key, *awaited)
        return None
    turn = take_turn(
        wiring.engine,
        batch.book,
        lead,
        wiring.now(),
        person=person,
        account=batch.recognise.account(lead),
        held_since=waiting.held_since,
        held_by=waiting.held_by,
        returned=waiting.back.returned if waiting.back else BY_NOBODY,
        no_lead=waiting.back is not None and waiting.back.no_lead,
    )
    if isinstance(turn, Held):
        if Holding(turn.pool, turn.kind, turn.until, turn.rule) != waiting.holding:
            batch.desk.record_hold(turn)
        return None
    # Handed back, it goes to the next at once.
    is_final = batch.is_final or waiting.back is not None
    asked = (
        None
        if is_final
        else batch.gate.look(
            turn.decision,
            turn.duplicate_of,
            wiring.now(),
            no_later=batch.no_later.get(lead.key),
        )
    )
    batch.desk.record_decision(
        turn.decision,
        batch.recognise.keys(lead),
        writes_for(wiring, lead, turn.decision, waiting.back, gone=batch.gone),
        read=lead,
        duplicate_of=turn.duplicate_of,
        run=run,
        review_until=asked.until if asked else None,
        due_at=asked.due_at if asked else None,
    )
    return turn.decision
