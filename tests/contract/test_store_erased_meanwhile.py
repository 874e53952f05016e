"""Whoever is erased while the CRM is being told to create them: the record is named, once."""

from leads.delivery import Delivery, DeliveryKind
from leads.erasure import Subject
from leads.keys import LeadKey
from leads.ownership import WriteOutcome, WriteStatus
from store.store import Store
from tests.contract.store_work import MINUTE, NOW, RUN, claim, decide, delivery, key, new, show

AD = LeadKey("meta_ads", "7")
MADE = WriteOutcome(status=WriteStatus.WRITTEN, record_id="2951")


def being_created(store: Store) -> Delivery:
    def made(lead: LeadKey) -> list[Delivery]:
        kind = DeliveryKind.CREATE if lead == AD else DeliveryKind.OWNER
        return [delivery(lead, kind=kind, id=f"d-{lead.source_id}")]

    show(store, new(7, source="meta_ads"))
    decide(store, made=made)
    (claimed,) = claim(store)
    return claimed


def settle(store: Store, entry: Delivery, outcome: WriteOutcome = MADE) -> list[LeadKey]:
    return store.settle([(entry, outcome)], run=RUN, now=NOW + MINUTE)


def erase(store: Store) -> None:
    store.erase(Subject(lead=AD), asked_by="a command", now=NOW)


def test_the_record_is_answered(store: Store):
    entry = being_created(store)
    erase(store)
    assert settle(store, entry) == [key("2951")]


def test_not_what_was_refused(store: Store):
    entry = being_created(store)
    erase(store)
    assert settle(store, entry, WriteOutcome(status=WriteStatus.REFUSED, reason="no")) == []


def test_nor_anybodys_who_was_not_erased(store: Store):
    entry = being_created(store)
    assert settle(store, entry) == []
    assert settle(store, entry) == [], "settled by another worker, and not erased"


def test_nor_what_the_erasure_itself_could_name(store: Store):
    entry = being_created(store)
    settle(store, entry)
    erase(store)
    assert settle(store, entry) == []
