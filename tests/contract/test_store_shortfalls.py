"""What a record was written without is kept with its delivery, and counted."""

from datetime import timedelta

from leads.ownership import LeftOut, WhyLeftOut, WriteOutcome, WriteStatus
from store.rows import Shortfall
from store.store import Store
from tests.contract.store_work import MINUTE, NOW, RUN, claim, decide, key, new, show

NO_CHOICE = LeftOut(name="lead_source", field="LeadSource", why=WhyLeftOut.NOT_A_CHOICE)
REFUSED = LeftOut(name="country", field="Country", why=WhyLeftOut.REFUSED, code="FIELD_INTEGRITY")
RANGE = LeftOut(name="employees", field="N", why=WhyLeftOut.NOT_A_NUMBER, instead="Size__c")


def settle(store: Store, *left_out: tuple[LeftOut, ...], late: timedelta = timedelta(0)) -> None:
    """Write what is due, each without one of these, in the order they came in."""
    outcomes = [WriteOutcome(status=WriteStatus.WRITTEN, left_out=each) for each in left_out]
    claimed = claim(store, now=NOW + late)
    store.settle(list(zip(claimed, outcomes, strict=True)), run=RUN, now=NOW + late)


def test_it_stands_with_its_delivery(store: Store):
    show(store, new(1), new(2))
    decide(store)
    settle(store, (NO_CHOICE, RANGE), ())
    for number, expected in ((1, (NO_CHOICE, RANGE)), (2, ())):
        (stored,) = store.stored_lead(key(number)).deliveries
        assert stored.left_out == expected


def test_it_is_counted_most_frequent_first_and_since_when(store: Store):
    show(store, *(new(n) for n in range(4)))
    decide(store)
    settle(store, (NO_CHOICE,), (NO_CHOICE, REFUSED), (), (RANGE,))
    show(store, new(9))
    decide(store)
    settle(store, (REFUSED,), late=MINUTE)
    found = store.shortfalls(NOW)
    assert found[:2] == [
        Shortfall(crm="hubspot", left_out=REFUSED, records=2),
        Shortfall(crm="hubspot", left_out=NO_CHOICE, records=2),
    ]
    assert found[2:] == [Shortfall(crm="hubspot", left_out=RANGE, records=1)]
    assert store.shortfalls(NOW + MINUTE) == [Shortfall(crm="hubspot", left_out=REFUSED, records=1)]


def test_what_is_tried_again_goes_without_nothing_yet(store: Store):
    show(store, new(1))
    decide(store)
    again = WriteOutcome(status=WriteStatus.RETRYABLE, left_out=(NO_CHOICE,))
    store.settle([(each, again) for each in claim(store)], run=RUN, now=NOW)
    assert store.shortfalls(NOW) == []
