"""Whoever is erased by a record in a CRM is erased as the leads that became it, too."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from leads.delivery import Delivery, DeliveryKind
from leads.erasure import Subject
from leads.keys import LeadKey
from leads.lead import Lead
from leads.matching import identity_keys
from leads.ownership import WriteStatus
from leads.sighting import Sighting
from store.rows import LeadState
from store.schema import delivery as deliveries
from store.schema import link, metadata
from store.store import Store
from tests.contract.store_work import (
    MINUTE,
    NOW,
    RUN,
    claim,
    decision,
    delivery,
    ignored,
    key,
    new,
    outcome,
    show,
)

FAIR, FORM, OTHER = key("badge-2", "fair"), key("form-1", "webhook"), key("badge-3", "fair")
RECORD, OTHERS = key("2951"), key("2952")
BY_RECORD = Subject(lead=RECORD)
IDS = {FAIR: 1, OTHER: 2, FORM: 3}
COUNTED = {"lead", "decision", "delivery", "sighting", "reservation", "sla_clock"}


def created(lead: Lead) -> list[Delivery]:
    made = delivery(lead.key, kind=DeliveryKind.CREATE, id=f"d-{IDS[lead.key]}")
    return [replace(made, values={"email": lead.email or ""})]


def become(store: Store, shown: Sighting, record: LeadKey) -> None:
    """Show a lead, decide it, and create or find its record in the CRM."""
    show(store, shown)
    with store.desk(NOW) as desk:
        (waiting,) = desk.waiting(None, limit=9, now=NOW)
        keys = identity_keys(waiting.lead)
        desk.record_decision(decision(shown.key), keys, created(waiting.lead), run=RUN)
    written = outcome(WriteStatus.WRITTEN, record=record.source_id)
    store.settle([(each, written) for each in claim(store)], run=RUN, now=NOW)


@pytest.fixture(params=["before the poll", "after the poll"])
def fair(store: Store, request: pytest.FixtureRequest) -> Store:
    """Two people of a fair, each created in the CRM, which may have shown them since."""
    become(store, new("badge-2", source="fair"), RECORD)
    become(store, new("badge-3", source="fair"), OTHERS)
    store.start_clocks(store.unclocked(limit=9), NOW)
    if request.param == "after the poll":
        show(store, ignored(2951, reason="echo of our own write"))
        show(store, ignored(2952, reason="echo of our own write"))
    return store


def erase(store: Store, subject: Subject = BY_RECORD):
    return store.erase(subject, asked_by="hubspot webhook", now=NOW + MINUTE)


def left_of(store: Store, *texts: str) -> set[str]:
    """The tables in which some row still has one of these."""
    with store._db.engine.connect() as connection:
        rows = {
            name: str([tuple(row) for row in connection.execute(select(table))])
            for name, table in metadata.tables.items()
        }
    return {name for name, row in rows.items() if any(each in row for each in texts)}


def test_the_lead_that_was_created_as_it(fair: Store):
    assert left_of(fair, "badge-2", "'2951'") >= {"identity", "link", "reservation", "sla_clock"}
    done = erase(fair)
    assert left_of(fair, "badge-2", "'2951'", "leadbadge-2@") == set()
    assert FAIR in done.leads
    assert done.rows.keys() >= COUNTED | {"identity", "link"}
    (tomb,) = fair.find_lead(str(FAIR))
    assert fair.stored_lead(tomb).state is LeadState.ERASED


def test_the_other_one_stays(fair: Store):
    before = left_of(fair, "badge-3", "'2952'", "leadbadge-3@")
    erase(fair)
    assert left_of(fair, "badge-3", "'2952'", "leadbadge-3@") == before
    assert fair.stored_lead(OTHER).state is LeadState.DECIDED


def test_a_second_lead_that_was_given_to_its_owner_there(fair: Store):
    """Another address, another source: that it is the same record says who it is."""
    become(fair, new("form-1", source="webhook"), RECORD)
    done = erase(fair)
    assert {FAIR, FORM} <= set(done.leads)
    assert left_of(fair, "form-1", "badge-2", "'2951'", "leadbadge-2@", "leadform-1@") == set()


def test_and_by_the_address_of_the_first(fair: Store):
    become(fair, new("form-1", source="webhook"), RECORD)
    done = erase(fair, Subject(email="leadbadge-2@example.com"))
    assert {FAIR, FORM} <= set(done.leads)
    assert RECORD in done.records
    assert left_of(fair, "form-1", "badge-2", "'2951'", "leadbadge-2@", "leadform-1@") == set()


@pytest.mark.parametrize("kept", [link, deliveries])
def test_by_the_link_alone_and_by_the_delivery_alone(fair: Store, kept):
    """A link outlives the delivery, where old decisions are forgotten."""
    with fair._db.engine.begin() as connection:
        if kept is deliveries:
            connection.execute(delete(link))
        else:
            connection.execute(update(deliveries).values(record_id=None))
    erase(fair)
    assert left_of(fair, "leadbadge-2@") == set()
    assert fair.stored_lead(OTHER).state is LeadState.DECIDED


def test_a_lead_that_its_vendor_deleted_takes_no_other_along(fair: Store):
    """Nobody asked for the person: only that record went."""
    erase(fair, Subject(lead=RECORD, whole_person=False))
    assert fair.stored_lead(FAIR).state is LeadState.DECIDED


def test_the_lead_is_found_by_the_link_alone(fair: Store):
    with fair._db.engine.begin() as connection:
        connection.execute(update(deliveries).values(record_id=None))
    assert fair.find_lead(str(RECORD)) in ([FAIR], [RECORD])


def test_the_lead_is_found_where_the_record_alone_was_erased(fair: Store):
    erase(fair, Subject(lead=RECORD, whole_person=False))
    assert fair.find_lead(str(RECORD)) == [FAIR]
    erase(fair)
    assert {key.source_id[:7] for key in fair.find_lead(str(RECORD))} == {"erased-"}
    assert left_of(fair, "badge-2", "leadbadge-2@") == set()


def test_another_crms_record_of_the_same_number_is_not_meant(fair: Store):
    erase(fair, Subject(lead=LeadKey("salesforce", RECORD.source_id)))
    assert fair.stored_lead(FAIR).state is LeadState.DECIDED


def test_the_record_that_it_became_is_told_from_a_lead(fair: Store):
    is_shown = bool(left_of(fair, "echo of our own write"))
    done = erase(fair)
    assert done.never_leads == ({RECORD} if is_shown else set())
    assert set(done.leads) - done.never_leads == {FAIR}
