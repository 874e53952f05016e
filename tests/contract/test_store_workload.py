"""What an owner has in hand: the CRM's picture, and what we gave and it does not show yet."""

from datetime import datetime

import pytest

from leads.delivery import DeliveryKind
from leads.keys import CrmOwnerId, OwnerId
from leads.ownership import WriteStatus
from leads.record import CrmOwner, Cursor, WorkItem, WorkKind
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    CRM_IDS,
    MINUTE,
    NOW,
    RUN,
    SECOND,
    claim,
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


def mirror(store: Store, *changes: tuple[str, str | None, bool], seconds: int = 0) -> None:
    page = [
        WorkItem(crm="hubspot", record_id=record, owner=owner, is_open=is_open)
        for record, owner, is_open in changes
    ]
    store.save_work_page("hubspot", page, Cursor("w"), now=NOW + seconds * SECOND)


def test_open_records_count_for_their_owner_in_every_crm(store: Store):
    mirror(store, ("1", "crm-ana", True), ("2", "crm-ana", True), ("3", "crm-ana", False))
    mirror(store, ("4", None, True), ("5", "crm-nobody-of-ours", True))
    deal = WorkItem(crm="sf", record_id="1", owner="005A", is_open=True)
    store.save_work_page("sf", [deal], Cursor("w"), now=NOW)
    both = {**CRM_IDS, ANA: {**CRM_IDS[ANA], "sf": CrmOwnerId("005A")}}
    with store.desk(NOW) as desk:
        assert desk.open_leads(both) == {ANA: 3.0, BEN: 0.0}
    assert store.cursor("hubspot", "workload") == "w"


@pytest.mark.parametrize("late", [("crm-ben", True), (None, True), ("crm-ana", False)])
def test_a_page_that_was_slow_to_arrive_takes_nothing_back(
    store: Store, late: tuple[str | None, bool]
):
    """Two read at once; the one that asked first saves last."""

    def told(seconds: int, state: tuple[str | None, bool]) -> float:
        (owner, is_open), at = state, NOW + seconds * SECOND
        item = WorkItem(crm="hubspot", record_id="1", owner=owner, is_open=is_open, changed_at=at)
        store.save_work_page("hubspot", [item], Cursor("w"), now=NOW)
        return load(store)[ANA]

    assert told(2, ("crm-ana", True)) == 1
    assert told(1, late) == 1
    assert told(2, late) == 0  # of the same moment: who can say?
    mirror(store, ("1", "crm-ana", True))  # as a reconciliation found it, whenever it changed
    assert load(store)[ANA] == 1
    assert told(1, late) == 0


def test_an_opportunity_counts_at_its_weight(store: Store):
    mirror(store, ("1", "crm-ana", True))
    kind = WorkKind.OPPORTUNITY
    deals = [
        WorkItem(crm="hubspot", record_id=f"d{n}", owner="crm-ana", is_open=n < 3, kind=kind)
        for n in range(4)
    ]
    store.save_work_page("hubspot", deals, Cursor("w"), now=NOW)
    with store.desk(NOW) as desk:
        assert desk.open_leads(CRM_IDS) == {ANA: 4.0, BEN: 0.0}
        assert desk.open_leads(CRM_IDS, opportunity=0.5) == {ANA: 2.5, BEN: 0.0}
        assert desk.open_leads(CRM_IDS, opportunity=0) == {ANA: 1.0, BEN: 0.0}


def test_a_record_that_moves_or_closes_counts_where_it_is_now(store: Store):
    mirror(store, ("1", "crm-ana", True), ("2", "crm-ana", True), ("1", "crm-ben", True))
    assert load(store) == {ANA: 1.0, BEN: 1.0}
    mirror(store, ("1", "crm-ben", False), ("2", None, True))
    assert load(store) == {ANA: 0.0, BEN: 0.0}


def test_a_decision_is_reserved_until_the_crm_shows_it(store: Store):
    show(store, new(1))
    mirror(store, ("1", "queue", True))
    decide(store)
    assert load(store) == {ANA: 1.0, BEN: 0.0}
    deliver(store)
    assert load(store) == {ANA: 1.0, BEN: 0.0}
    mirror(store, ("1", "queue", True), seconds=1)  # the CRM's search lags behind our write
    assert load(store) == {ANA: 1.0, BEN: 0.0}
    mirror(store, ("1", "crm-ana", True), seconds=2)
    assert load(store) == {ANA: 1.0, BEN: 0.0}  # once, not twice


def test_once_seen_the_workload_governs(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    mirror(store, ("1", "crm-ana", True))
    mirror(store, ("1", "crm-ben", True), seconds=1)
    assert load(store) == {ANA: 0.0, BEN: 1.0}


def test_a_record_seen_closed_frees_its_owner(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    mirror(store, ("1", "crm-ben", False))
    assert load(store) == {ANA: 0.0, BEN: 0.0}


def test_a_record_closed_before_it_was_given_says_nothing(store: Store):
    mirror(store, ("1", None, False), seconds=-60)
    show(store, new(1))
    decide(store)
    assert load(store)[ANA] == 1


def test_a_record_never_seen_with_its_owner_is_given_up_after_ten_minutes(store: Store):
    show(store, new(1), new(2))
    decide(store)
    (claimed, _pending) = claim(store)
    store.settle([(claimed, outcome(WriteStatus.WRITTEN))], run=RUN, now=NOW)
    mirror(store, ("1", "crm-ben", True), seconds=1)  # a person took it before we saw it
    store.mark_workload_read("hubspot", NOW + 9 * MINUTE)
    assert load(store, NOW + 10_000 * MINUTE) == {ANA: 2.0, BEN: 1.0}
    # What is not written yet is not given up, however long it takes.
    store.mark_workload_read("hubspot", NOW + 10 * MINUTE)
    assert load(store, NOW + 10 * MINUTE) == {ANA: 1.0, BEN: 1.0}
    assert load(store, NOW + 10_000 * MINUTE) == {ANA: 1.0, BEN: 1.0}


def test_nobody_looking_is_no_sign_that_a_record_was_moved_on(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store, WriteStatus.WRITTEN)
    assert load(store, NOW + 10_000 * MINUTE)[ANA] == 1


def test_a_record_seen_closed_before_its_write_still_counts(store: Store):
    show(store, new(1))
    decide(store)
    mirror(store, ("1", None, False), seconds=1)
    assert load(store)[ANA] == 1
    deliver(store, WriteStatus.WRITTEN, now=NOW + 2 * SECOND)
    assert load(store)[ANA] == 1


@pytest.mark.parametrize("failure", [WriteStatus.CONFLICT, WriteStatus.REFUSED])
def test_a_write_that_failed_frees_its_owner(store: Store, failure: WriteStatus):
    show(store, new(1))
    decide(store)
    deliver(store, failure)
    assert load(store)[ANA] == 0


def test_a_record_the_owner_has_already_is_not_counted_twice(store: Store):
    show(store, new(1))
    mirror(store, ("1", "crm-ana", True))
    decide(store)
    assert load(store)[ANA] == 1


def test_a_created_record_is_recognised_by_the_id_it_got(store: Store):
    show(store, new(1, source="meta_ads"))
    decide(store, made=lambda each: [delivery(each, kind=DeliveryKind.CREATE)])
    mirror(store, ("77", "crm-ana", True))  # seen before we heard that it was created
    assert load(store)[ANA] == 2
    (claimed,) = claim(store)
    store.settle([(claimed, outcome(WriteStatus.WRITTEN, record="77"))], run=RUN, now=NOW)
    assert load(store)[ANA] == 1


def test_reservations_show_at_the_same_desk(store: Store):
    show(store, new(1))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(1)), frozenset(), [delivery(key(1))], run=RUN)
        assert desk.open_leads(CRM_IDS) == {ANA: 1.0, BEN: 0.0}


def test_a_decision_without_a_write_reserves_nothing(store: Store):
    show(store, new(1))
    decide(store, made=lambda _: [])
    assert load(store)[ANA] == 0


def test_owners_who_leave_the_list_stay_inactive(store: Store):
    def person(crm_id: str) -> CrmOwner:
        return CrmOwner(crm_id=crm_id, name="N", email=None, is_active=True, is_queue=False)

    store.save_owners("hubspot", [person("1"), person("2")], NOW)
    store.save_owners("sf", [person("1")], NOW)
    store.save_owners("hubspot", [person("2")], NOW + MINUTE)
    one, two = store.crm_owners("hubspot")
    assert (one.crm_id, one.is_active, one.seen_at) == ("1", False, NOW + MINUTE)
    assert (two.crm_id, two.is_active, two.seen_at) == ("2", True, NOW + MINUTE)
    assert [each.is_active for each in store.crm_owners("sf")] == [True]


def test_an_owner_who_left_is_known_since_when_and_one_who_is_back_is_in_again(store: Store):
    def person(crm_id: str, *, active: bool = True) -> CrmOwner:
        return CrmOwner(crm_id=crm_id, name="N", email=None, is_active=active, is_queue=False)

    ids = {OwnerId(n): {"hubspot": CrmOwnerId(n)} for n in "1234"}

    def gone() -> dict[str, tuple[str, datetime | None]]:
        with store.desk(NOW) as desk:
            found = desk.inactive_owners(ids)["hubspot"]
        return {each.crm_id: (each.name, each.seen_at) for each in found}

    asked = ("1", "2", "3")
    store.save_owners("hubspot", [person("1"), person("2", active=False)], NOW, asked=asked)
    assert gone() == {"2": ("N", NOW), "3": ("", NOW)}  # nobody was asked for the fourth
    later = NOW + MINUTE
    store.save_owners("hubspot", [person("2", active=False)], later, asked=asked)
    assert gone() == {"1": ("N", later), "2": ("N", NOW), "3": ("", NOW)}
    store.save_owners("hubspot", [person(n) for n in asked], later + MINUTE, asked=asked)
    assert gone() == {}
