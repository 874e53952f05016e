"""A decision that a CRM refused can be made again: found once, and nothing of the first counts."""

from dataclasses import replace

from leads.decision import Tally
from leads.keys import LeadKey, OwnerId
from leads.ownership import WriteStatus
from store.rows import LeadState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    LATER,
    NOW,
    RUN,
    TEAM,
    claim,
    counts,
    decide,
    decision,
    deliver,
    delivery,
    key,
    load,
    new,
    outcome,
    show,
)

DESK = OwnerId("desk")


def _reopened(store: Store, crm: str = "hubspot", *, limit: int = 100) -> list[LeadKey]:
    with store.desk(NOW) as desk:
        found = desk.reopen_refused(crm, but=DESK, limit=limit)
        for each in found:
            again = delivery(each.lead.key, DESK, id=f"second {each.lead.key}")
            to_desk = decision(each.lead.key, DESK, shares=False)
            desk.record_decision(to_desk, frozenset({"mail:x"}), [again], run=LATER)
    return [each.lead.key for each in found]


def test_only_what_was_refused_is_opened_and_only_once(store: Store):
    show(store, *(new(n) for n in range(1, 6)))
    decide(store)
    kinds = [WriteStatus.WRITTEN, WriteStatus.REFUSED, WriteStatus.CONFLICT, WriteStatus.RETRYABLE]
    claimed = claim(store)
    settled = zip(claimed, map(outcome, kinds), strict=False)
    store.settle(list(settled), run=RUN, now=NOW)
    assert _reopened(store, "salesforce") == []
    assert _reopened(store) == [key(2)]
    assert _reopened(store) == []
    stored = store.stored_lead(key(2))
    assert stored.decision is not None
    assert (stored.state, stored.decision.owner, stored.is_void) == (
        LeadState.DECIDED,
        DESK,
        False,
    )
    assert (counts(store).decided, counts(store).refused) == (5, 1)


def test_what_was_refused_for_the_fallback_stays(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store, WriteStatus.REFUSED)
    assert _reopened(store) == [key(1)]
    deliver(store, WriteStatus.REFUSED)
    assert _reopened(store) == []
    assert store.stored_lead(key(1)).is_void


def test_they_are_opened_oldest_first_up_to_the_limit(store: Store):
    show(store, *(new(n) for n in range(1, 8)))
    decide(store)
    deliver(store, WriteStatus.REFUSED)
    assert _reopened(store, limit=3) == [key(n) for n in (1, 2, 3)]
    assert _reopened(store, limit=10) == [key(n) for n in (4, 5, 6, 7)]


def test_a_lead_that_another_crm_took_has_its_owner(store: Store):
    show(store, new(1))
    decide(store, made=lambda at: [delivery(at), delivery(at, crm="salesforce")])
    deliver(store, WriteStatus.WRITTEN, crm="salesforce")
    deliver(store, WriteStatus.REFUSED)
    assert _reopened(store) == []


def test_the_first_owner_keeps_nothing_of_it(store: Store):
    """Neither the reservation, nor the turn, nor the next record of the same person."""
    show(store, new(1), new(2))
    with store.desk(NOW) as desk:
        desk.save_rotation(
            {TEAM: {ANA: Tally(entitled=1, assigned=2), BEN: Tally(entitled=1, assigned=0)}}
        )
        (first, second) = desk.waiting(None, limit=10, now=NOW)
        for each in (first, second):
            entries = [delivery(each.lead.key)]
            made = decision(each.lead.key)
            desk.record_decision(made, frozenset({"mail:x"}), entries, run=RUN)
    assert load(store)[ANA] == 2
    deliver(store, WriteStatus.REFUSED)
    assert _reopened(store) == [key(1), key(2)]
    with store.desk(NOW) as desk:
        assert desk.rotation()[TEAM] == {
            ANA: Tally(entitled=0, assigned=0),
            BEN: Tally(entitled=0, assigned=0),
        }
        person = desk.same_people({key(9): frozenset({"mail:x"})})
        assert person[key(9)][0].owner == DESK
    in_hand = load(store)
    assert (in_hand[ANA], in_hand[DESK]) == (0, 2)


def test_a_second_record_of_somebody_becomes_a_decision_of_its_own(store: Store):
    show(store, new(1), new(2))
    with store.desk(NOW) as desk:
        (first, second) = desk.waiting(None, limit=10, now=NOW)
        for each, of in ((first, None), (second, key(1))):
            made = replace(decision(each.lead.key), accruals=())
            entries = [delivery(each.lead.key)]
            desk.record_decision(made, frozenset(), entries, duplicate_of=of, run=RUN)
    deliver(store, WriteStatus.REFUSED)
    _reopened(store)
    stored = store.stored_lead(key(2))
    assert (stored.state, stored.duplicate_of) == (LeadState.DECIDED, None)
