"""Where a record counts: one place each, and what is late or lost is never called on its way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reconciling.findings import Comparison, Kind, Place, Repair
from flows.reconciling.weighing import LATE, InCrm, Measure, weigh
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.sighting import Sighting, Verdict
from store.rows import DeliveryState, LeadStanding, LeadState, StandingDelivery

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KEY = LeadKey("hubspot", "7")
ANA, BEN, QUEUE = CrmOwnerId("1"), CrmOwnerId("2"), CrmOwnerId("9")
BY = Measure(now=NOW, unowned=frozenset({None, QUEUE}), configured=frozenset({OwnerId("ana")}))
SECOND = timedelta(seconds=1)


def shown(verdict: Verdict = Verdict.IGNORED, version: str = "1") -> Sighting:
    return Sighting(key=KEY, version=version, verdict=verdict, body={}, reason="outside intake: x")


def known(
    state: LeadState,
    *,
    delivery: StandingDelivery | None = None,
    seen: datetime = NOW,
    deadline: datetime | None = None,
) -> LeadStanding:
    return LeadStanding(
        key=KEY,
        version="1",
        state=state,
        reason="echo of our own write",
        created_at=seen,
        first_seen=seen,
        deadline=deadline,
        delivery=delivery,
    )


def delivery(
    state: DeliveryState,
    *,
    owner: str = "ana",
    made: datetime = NOW,
    due: datetime | None = None,
) -> StandingDelivery:
    return StandingDelivery(
        id="d",
        crm="hubspot",
        record_id="7",
        owner=OwnerId(owner),
        crm_owner=ANA,
        state=state,
        reason="",
        created_at=made,
        due_at=due or made,
    )


@given(
    verdict=st.sampled_from(Verdict),
    state=st.none() | st.sampled_from(LeadState),
    delivered=st.none() | st.sampled_from(DeliveryState),
    crm=st.builds(InCrm, owner=st.sampled_from([None, ANA, BEN, QUEUE]), is_there=st.booleans()),
    age=st.integers(0, 200_000),
)
def test_every_record_counts_once_and_differs_only_where_a_difference_says_so(
    verdict, state, delivered, crm, age
):
    old = NOW - age * SECOND
    made = None if delivered is None else delivery(delivered, made=old)
    standing = None if state is None else known(state, delivery=made, seen=old)
    weighed = weigh(shown(verdict), standing, crm, BY)
    assert (weighed.place is Place.DIFFERENT) == (weighed.difference is not None)
    found = Comparison(source="hubspot", shown=1)
    found.count({KEY: weighed})
    assert found.is_balanced
    if weighed.difference and weighed.difference.repair is Repair.DECIDE_AGAIN and crm.is_there:
        assert crm.owner in BY.unowned or delivered in (None, DeliveryState.PENDING)


@pytest.mark.parametrize(
    ("state", "place"),
    [
        (LeadState.REJECTED, Place.SET_ASIDE),
        (LeadState.IGNORED, Place.IGNORED),
        (LeadState.ERASED, Place.IGNORED),
        (LeadState.WAITING, Place.PENDING),
    ],
)
def test_what_is_no_assignment_counts_by_its_state(state, place):
    assert weigh(shown(), known(state), None, BY).place is place


@pytest.mark.parametrize("state", [LeadState.WAITING, LeadState.HELD])
def test_what_waits_is_pending_until_its_deadline_and_an_hour(state):
    just = known(state, seen=NOW - timedelta(days=3), deadline=NOW - LATE)
    assert weigh(shown(), just, None, BY).place is Place.PENDING
    late = known(state, seen=NOW, deadline=NOW - LATE - SECOND)
    difference = weigh(shown(), late, None, BY).difference
    assert difference is not None
    assert (difference.kind, difference.repair) == (Kind.OVERDUE, None)


def test_a_write_that_the_crm_does_not_take_for_an_hour_is_stuck():
    for age, place in ((LATE, Place.PENDING), (LATE + SECOND, Place.DIFFERENT)):
        made = delivery(DeliveryState.PENDING, made=NOW - age)
        found = weigh(shown(), known(LeadState.DECIDED, delivery=made), None, BY)
        assert found.place is place
    assert found.difference is not None
    assert found.difference.kind is Kind.STUCK


def test_what_waits_for_a_review_is_pending_however_long_ago_it_was_decided():
    made = delivery(DeliveryState.PENDING, made=NOW - timedelta(days=2), due=NOW + SECOND)
    found = weigh(shown(), known(LeadState.DECIDED, delivery=made), None, BY)
    assert found.place is Place.PENDING


@pytest.mark.parametrize(
    ("owner", "state", "kind"),
    [
        (ANA, DeliveryState.WRITTEN, None),
        (BEN, DeliveryState.WRITTEN, None),
        (BEN, DeliveryState.CONFLICT, None),
        (QUEUE, DeliveryState.WRITTEN, Kind.UNASSIGNED),
        (None, DeliveryState.UNCHANGED, Kind.UNASSIGNED),
        (None, DeliveryState.CONFLICT, Kind.UNDELIVERED),
        (None, DeliveryState.REFUSED, Kind.UNDELIVERED),
    ],
)
def test_who_owns_it_now_decides(owner, state, kind):
    standing = known(LeadState.DECIDED, delivery=delivery(state))
    difference = weigh(shown(), standing, InCrm(owner=owner), BY).difference
    assert (difference and difference.kind) == kind


def test_an_owner_who_means_nobody_yet_may_be_our_own_choice():
    """The fallback may be the very queue that new leads come from."""
    by = Measure(now=NOW, unowned=frozenset({ANA}), configured=BY.configured)
    standing = known(LeadState.DECIDED, delivery=delivery(DeliveryState.WRITTEN))
    assert weigh(shown(), standing, InCrm(owner=ANA), by).place is Place.ASSIGNED


def test_what_was_ignored_is_taken_in_only_when_it_changed_since():
    same = weigh(shown(Verdict.NEW, "1"), known(LeadState.IGNORED), None, BY)
    assert same.place is Place.IGNORED
    changed = weigh(shown(Verdict.NEW, "2"), known(LeadState.IGNORED), None, BY).difference
    assert changed is not None
    assert (changed.kind, changed.repair) == (Kind.MISSED, Repair.TAKE_IN)


def test_what_was_set_aside_is_taken_in_once_its_source_has_completed_it():
    """However long ago it was read: a poll looks back an hour, this a week."""
    for verdict, version in ((Verdict.NEW, "1"), (Verdict.REJECTED, "2"), (Verdict.IGNORED, "2")):
        same = weigh(shown(verdict, version), known(LeadState.REJECTED), None, BY)
        assert same.place is Place.SET_ASIDE
    found = weigh(shown(Verdict.NEW, "2"), known(LeadState.REJECTED), None, BY).difference
    assert found is not None
    assert (found.kind, found.repair) == (Kind.MISSED, Repair.TAKE_IN)


def test_what_was_decided_long_ago_is_not_decided_again():
    """Nothing is kept of what was written of it, which is no difference."""
    found = weigh(shown(Verdict.NEW), known(LeadState.FORGOTTEN), None, BY)
    assert (found.place, found.difference) == (Place.IGNORED, None)


@pytest.mark.parametrize("state", [DeliveryState.UNDONE, DeliveryState.WITHDRAWN])
@pytest.mark.parametrize(
    ("crm", "place"),
    [
        (InCrm(owner=None), Place.UNDONE),
        (InCrm(owner=QUEUE), Place.UNDONE),
        (InCrm(owner=None, is_there=False), Place.UNDONE),
        (None, Place.UNDONE),
        (InCrm(owner=BEN), Place.A_PERSONS),
        (InCrm(owner=ANA), Place.A_PERSONS),
    ],
)
def test_what_was_undone_is_accounted_for_and_no_difference_to_repair(state, crm, place):
    found = weigh(shown(), known(LeadState.DECIDED, delivery=delivery(state)), crm, BY)
    assert (found.place, found.difference) == (place, None)
