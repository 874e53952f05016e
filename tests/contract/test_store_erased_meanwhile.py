"""Whoever is erased while the CRM is being told to create them: the record is owed an erasure."""

from collections.abc import Callable

import pytest

from leads.delivery import Delivery, DeliveryKind
from leads.erasure import Subject
from leads.keys import LeadKey
from leads.ownership import WriteOutcome, WriteStatus
from store.store import Store
from tests.contract.store_work import MINUTE, NOW, RUN, claim, decide, delivery, new, show
from tests.contract.test_store_crash import Killed, contents, killed_at

AD = LeadKey("meta_ads", "7")
MADE = WriteOutcome(status=WriteStatus.WRITTEN, record_id="2951")
REFUSED = WriteOutcome(status=WriteStatus.REFUSED, reason="no")
UNANSWERED = WriteOutcome(status=WriteStatus.RETRYABLE, reason="no answer")
MAYBE = (
    "meta_ads:7 may have been created there while its person was being erased, by a process that "
    "has not said so yet: look for it by this id, and delete it"
)
UNANSWERED_BEFORE = (
    "meta_ads:7 may have been created there: the CRM did not answer, and its person was erased "
    "before it was asked again; look for it by this id, and delete it"
)
THERE = "record 2951 was created there while its person was being erased: delete it there"


def to_create(store: Store) -> None:
    def made(lead: LeadKey) -> list[Delivery]:
        kind = DeliveryKind.CREATE if lead == AD else DeliveryKind.OWNER
        return [delivery(lead, kind=kind, id=f"d-{lead.source_id}")]

    show(store, new(7, source="meta_ads"))
    decide(store, made=made)


def being_created(store: Store) -> Delivery:
    to_create(store)
    (claimed,) = claim(store)
    return claimed


def settle(store: Store, entry: Delivery, outcome: WriteOutcome = MADE) -> None:
    store.settle([(entry, outcome)], run=RUN, now=NOW + MINUTE)


def erase(store: Store, **more: bool) -> tuple[tuple[str, str], ...]:
    return store.erase(Subject(lead=AD), asked_by="a command", now=NOW, **more).owed


def owed(store: Store) -> list[str]:
    rows = store.unused_requests()
    assert all(row.is_owed and row.source == "hubspot" for row in rows)
    return [row.reason for row in rows]


def test_the_record_is_owed(store: Store):
    entry = being_created(store)
    erase(store)
    settle(store, entry)
    assert owed(store) == [THERE]
    settle(store, entry)
    assert owed(store) == [THERE], "and once"


def test_a_worker_that_dies_before_it_says_so_leaves_a_hint(store: Store):
    """It may have been created; nobody repeats what is not to be."""
    being_created(store)
    erase(store)
    assert owed(store) == [MAYBE]
    assert claim(store, now=NOW + 9 * MINUTE) == []


def test_killed_anywhere_while_it_is_asked_for_it_is_owed_only_once_that_is_done(store: Store):
    being_created(store)
    _killed_anywhere(store, lambda: erase(store))
    assert owed(store) == [MAYBE]


@pytest.mark.parametrize("outcome", [MADE, REFUSED, UNANSWERED])
def test_killed_anywhere_while_it_is_recorded_it_stays_owed(store: Store, outcome: WriteOutcome):
    entry = being_created(store)
    erase(store)
    _killed_anywhere(store, lambda: settle(store, entry, outcome), owes=[MAYBE])


def _killed_anywhere(
    store: Store, step: Callable[[], object], owes: list[str] | None = None
) -> None:
    before = contents(store)
    for statement in range(1, 500):
        with killed_at(store, statement):
            try:
                step()
            except Killed:
                assert contents(store) == before
                assert owed(store) == (owes or [])
            else:
                return
    raise AssertionError


def test_not_what_was_refused(store: Store):
    entry = being_created(store)
    erase(store)
    settle(store, entry, REFUSED)
    assert owed(store) == []


def test_what_had_no_answer_may_be_there(store: Store):
    entry = being_created(store)
    erase(store)
    settle(store, entry, UNANSWERED)
    assert owed(store) == [MAYBE]


def test_what_had_no_answer_before_may_be_there(store: Store):
    settle(store, being_created(store), UNANSWERED)
    assert erase(store) == (("hubspot", UNANSWERED_BEFORE),)
    assert owed(store) == [UNANSWERED_BEFORE]


def test_whoever_erases_is_told_of_it(store: Store):
    being_created(store)
    assert erase(store, is_rehearsal=True) == (("hubspot", MAYBE),)
    assert owed(store) == [], "it was a rehearsal"
    assert erase(store) == (("hubspot", MAYBE),)


def test_what_nobody_was_writing_is_not_there(store: Store):
    to_create(store)
    assert erase(store) == ()
    assert owed(store) == []


def test_nor_anybodys_who_was_not_erased(store: Store):
    entry = being_created(store)
    settle(store, entry)
    settle(store, entry)
    assert owed(store) == [], "settled by another worker, and not erased"


def test_nor_what_the_erasure_itself_could_name(store: Store):
    entry = being_created(store)
    settle(store, entry)
    erase(store)
    settle(store, entry)
    assert owed(store) == []
