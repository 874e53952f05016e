"""Which record a creation is to look at first: as it was decided, as was found, or of before."""

from dataclasses import replace

from leads.delivery import Delivery, DeliveryKind
from leads.keys import LeadKey
from leads.ownership import WriteStatus
from store.store import Store
from tests.contract.store_work import (
    BEN,
    LATER,
    MINUTE,
    NOW,
    RUN,
    claim,
    decide,
    decision,
    delivery,
    new,
    outcome,
    show,
)

AD, EARLIER = LeadKey("meta_ads", "2"), LeadKey("linkedin_ads", "1")
HERS = LeadKey("hubspot", "2951")


def planned(store: Store, *, known: LeadKey | None) -> None:
    def made(lead: LeadKey) -> list[Delivery]:
        entry = delivery(lead, kind=DeliveryKind.CREATE, id=f"d-{lead.source_id}")
        return [replace(entry, known=known if lead == AD else None)]

    show(store, new(2, source="meta_ads"))
    decide(store, made=made)


def claimed(store: Store, now=NOW) -> Delivery:
    (entry,) = claim(store, now=now)
    return entry


def test_the_crms_own_record_is_known_as_it_was_decided(store: Store):
    planned(store, known=HERS)
    assert claimed(store).known == HERS


def test_an_earlier_lead_is_the_record_that_it_became_by_now(store: Store):
    show(store, new(1, source="linkedin_ads"))
    decide(store, made=lambda lead: [delivery(lead, kind=DeliveryKind.CREATE)])
    (first,) = claim(store)
    planned(store, known=EARLIER)
    assert claimed(store).known is None, "it is no record yet"
    store.settle([(first, outcome(WriteStatus.WRITTEN, record="2951"))], run=RUN, now=NOW)
    assert claimed(store, NOW + 9 * MINUTE).known == HERS


def test_what_was_found_there_is_known_when_it_is_tried_again(store: Store):
    planned(store, known=None)
    entry = claimed(store)
    store.note_known({entry.id: "77"})
    again = claimed(store, NOW + 9 * MINUTE)
    assert (again.known_in_crm, again.record_id) == ("77", None)


def test_the_next_decision_of_the_lead_knows_it_too(store: Store):
    planned(store, known=HERS)
    store.settle([(claimed(store), outcome(WriteStatus.REFUSED))], run=RUN, now=NOW)
    with store.desk(NOW) as desk:
        (refused,) = desk.reopen_refused("hubspot", but=BEN, limit=9)
        entry = delivery(refused.lead.key, kind=DeliveryKind.CREATE, id="again")
        desk.record_decision(decision(AD), frozenset(), [entry], run=LATER)
    assert claimed(store).known == HERS
