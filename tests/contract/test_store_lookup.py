"""Finding a lead, and all that is kept on it."""

from datetime import timedelta

import pytest

from leads.errors import StoreError
from leads.ownership import WriteStatus
from store.rows import DeliveryState, LeadState
from store.store import Store
from tests.contract.store_work import (
    NOW,
    RUN,
    counts,
    decide,
    deliver,
    ignored,
    key,
    new,
    rejected,
    show,
)


def test_a_lead_is_found_by_key_id_or_address(store: Store):
    show(store, new(1), new(2), new("a:b"))
    show(store, new(1, source="salesforce"))
    assert store.find_lead("hubspot:1") == [key(1)]
    assert store.find_lead("1") == [key(1), key(1, "salesforce")]
    assert store.find_lead(" LEAD2@example.COM ") == [key(2)]
    assert store.find_lead("hubspot:a:b") == [key("a:b")]
    assert store.find_lead("a:b") == [key("a:b")]
    assert store.find_lead("3") == store.find_lead("") == store.find_lead("hubspot:3") == []


def test_a_stored_lead_tells_its_whole_way(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    stored = store.stored_lead(key(1))
    assert stored.lead == new(1).lead
    assert (stored.state, stored.reason, stored.is_void) == (LeadState.DECIDED, "", False)
    (sent,) = stored.deliveries
    assert (sent.state, sent.settled_at, sent.reason) == (DeliveryState.WRITTEN, NOW, "")
    assert stored.contradicted == ({},)  # whatever a database makes of an instant or a text


def test_one_that_is_not_decided_says_why(store: Store):
    show(store, ignored(1, owner="crm-x"), rejected(2))
    one, two = store.stored_lead(key(1)), store.stored_lead(key(2))
    assert (one.lead, one.decision, one.deliveries) == (None, None, ())
    assert (one.reason, one.owner_seen) == ("outside intake: has an owner", "crm-x")
    assert (two.state, two.reason) == (LeadState.REJECTED, "no e-mail and no phone")
    with pytest.raises(StoreError, match="hubspot:3: the store has no such lead"):
        store.stored_lead(key(3))


def test_the_ledger_counts_reasons_without_their_details(store: Store):
    reasons = [
        "test",
        "outside intake: status Closed",
        "outside intake: status Open",
        "outside intake",
    ]
    show(store, *(ignored(n, reason=reason) for n, reason in enumerate(reasons)))
    assert counts(store).ignored == {"test": 1, "outside intake": 3}


def test_sources_have_a_line_each(store: Store):
    show(store, new(1))
    show(store, new(1, source="meta_ads"), rejected_meta())
    decide(store)
    deliver(store, WriteStatus.WRITTEN)
    ledger = store.ledger(RUN)
    assert list(ledger) == ["hubspot", "meta_ads"]
    assert all(row.balanced for row in ledger.values())
    assert (ledger["meta_ads"].pulled, ledger["meta_ads"].delivered) == (2, 1)


def rejected_meta():
    return ignored(2, source="meta_ads", reason="test")


def test_the_latest_leads_of_a_source_are_given_newest_first(store: Store):
    show(store, new(1), new(2), ignored(3, owner="crm-x"))
    show(store, new(4), now=NOW + timedelta(minutes=1))
    show(store, new(5, source="salesforce"))

    latest = store.latest_leads("hubspot", 2)
    assert [each.key for each in latest] == [key(4), key(1)]
    assert [each.key for each in store.latest_leads("hubspot", 9)] == [key(4), key(1), key(2)]
