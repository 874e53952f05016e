"""A decided lead that waits for a decision again; and room that is kept for nothing."""

from datetime import timedelta

from leads.decision import Tally
from leads.ownership import WriteOutcome, WriteStatus
from store.rows import DeliveryState, LeadState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    CRM_IDS,
    LATER,
    NOW,
    TEAM,
    claim,
    decide,
    decision,
    deliver,
    key,
    load,
    new,
    show,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def given_to_ana(store: Store, count: int = 1) -> None:
    show(store, *(new(n) for n in range(1, count + 1)))
    decide(store)
    deliver(store)


def reopen(store: Store, *numbers: int, most: int = 3, now=NOW + HOUR, fresh=None):
    return store.reopen(
        {key(n): fresh for n in numbers}, reason="decided again", most_a_day=most, now=now
    )


def test_the_last_decision_counts_for_nobody_and_the_next_is_attempt_two(store: Store):
    given_to_ana(store)
    with store.desk(NOW) as desk:
        charged = {ANA: Tally(entitled=0.5, assigned=1), BEN: Tally(entitled=0.5, assigned=0)}
        desk.save_rotation({TEAM: charged})
    assert load(store)[ANA] == 1
    assert reopen(store, 1) == [key(1)]
    assert load(store)[ANA] == 0
    with store.desk(NOW + HOUR) as desk:
        assert desk.rotation()[TEAM] == {
            ANA: Tally(entitled=0, assigned=0),
            BEN: Tally(entitled=0, assigned=0),
        }
        (waiting,) = desk.waiting("hubspot", limit=9, now=NOW + HOUR)
        desk.record_decision(decision(key(1), BEN), frozenset({"k"}), [], run=LATER)
    assert waiting.lead.key == key(1)
    stored = store.stored_lead(key(1))
    assert [each.owner for each in stored.earlier] == [ANA]
    assert stored.decision is not None
    assert stored.decision.owner == BEN
    assert [each.attempt for each in stored.deliveries] == [1]
    assert stored.deliveries[0].state is DeliveryState.WRITTEN, "what was written was written"


def test_it_is_decided_as_it_reads_now(store: Store):
    given_to_ana(store)
    fresh = new(1, country="FR").lead
    reopen(store, 1, fresh=fresh)
    with store.desk(NOW + HOUR) as desk:
        (waiting,) = desk.waiting("hubspot", limit=9, now=NOW + HOUR)
    assert waiting.lead.country == "FR"


def test_what_was_not_written_yet_never_is(store: Store):
    show(store, new(1))
    decide(store)
    reopen(store, 1)
    assert claim(store) == []
    (delivery,) = store.deliveries_of(key(1))
    assert (delivery.state, delivery.reason) == (DeliveryState.WITHDRAWN, "decided again")


def test_not_more_often_than_allowed_within_a_day(store: Store):
    given_to_ana(store)
    assert reopen(store, 1, most=1) == []
    assert store.stored_lead(key(1)).state is LeadState.DECIDED
    assert reopen(store, 1, most=1, now=NOW + DAY + HOUR) == [key(1)]


def test_what_waits_or_is_unknown_is_not_reopened(store: Store):
    show(store, new(1))
    assert reopen(store, 1, 2) == []
    assert store.stored_lead(key(1)).state is LeadState.WAITING


def test_what_somebody_has_begun_to_write_is_theirs_to_finish(store: Store):
    """Even when their claim is over: they may be slow, and only the CRM knows what they wrote."""
    show(store, new(1))
    decide(store)
    (claimed,) = claim(store, worker="w")
    for now in (NOW, NOW + HOUR):
        assert reopen(store, 1, now=now) == []
    assert store.deliveries_of(key(1))[0].state is DeliveryState.PENDING
    fresh = {key(1): None}
    own = store.reopen(fresh, reason="removed", most_a_day=3, now=NOW, worker="w")
    assert own == [key(1)], "whoever claimed it knows that nothing was written"
    assert claimed.lead == key(1)


def test_twice_at_once_is_once(store: Store):
    given_to_ana(store)
    assert reopen(store, 1) == [key(1)]
    assert reopen(store, 1) == []


def test_room_that_nothing_shows_to_be_taken_up_is_listed_and_released(store: Store):
    given_to_ana(store)
    assert store.unseen_reservations(NOW) == []
    (idle,) = store.unseen_reservations(NOW + DAY)
    assert (idle.lead, idle.owner, idle.crm) == (key(1), ANA, "hubspot")
    store.release_reservations([idle.delivery], NOW + DAY)
    assert store.unseen_reservations(NOW + DAY) == []
    with store.desk(NOW) as desk:
        assert desk.open_leads(CRM_IDS)[ANA] == 0


def test_a_second_look_that_finds_somebody_overwritten_is_told_once(store: Store):
    show(store, new(1))
    decide(store)
    (each,) = claim(store)
    written = _outcome(WriteStatus.WRITTEN, unguarded=True)
    store.settle([(each, written)], run=LATER, now=NOW)
    assert [d.id for d in store.second_looks("hubspot", limit=9, now=NOW)] == [each.id]
    taken = _outcome(WriteStatus.CONFLICT, owner="theirs")
    assert len(store.settle_second_looks([(each, taken)], now=NOW)) == 1
    assert store.settle_second_looks([(each, taken)], now=NOW) == []
    assert store.second_looks("hubspot", limit=9, now=NOW + DAY) == []
    assert load(store)[ANA] == 0
    assert store.stored_lead(key(1)).is_void


def test_what_the_crm_cannot_tell_is_asked_again_and_given_up_in_the_end(store: Store):
    show(store, new(1))
    decide(store)
    (each,) = claim(store)
    store.settle([(each, _outcome(WriteStatus.WRITTEN, unguarded=True))], run=LATER, now=NOW)
    unknown = _outcome(WriteStatus.RETRYABLE)
    store.settle_second_looks([(each, unknown)], now=NOW)
    assert store.second_looks("hubspot", limit=9, now=NOW) == []
    again = NOW + timedelta(minutes=1)
    assert len(store.second_looks("hubspot", limit=9, now=again)) == 1
    store.settle_second_looks([(each, unknown)], now=NOW + timedelta(minutes=10))
    assert store.second_looks("hubspot", limit=9, now=NOW + DAY) == []
    (delivery,) = store.deliveries_of(key(1))
    assert delivery.state is DeliveryState.WRITTEN


def _outcome(status: WriteStatus, **more):
    return WriteOutcome(status=status, **more)
