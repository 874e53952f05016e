"""What `explain` says around the decisions: never that somebody has a lead whom the CRM denies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.lead_story import came_of, delivery_line, flaw_lines, given_away, state_of, whose
from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.lead import Flaw, FlawKind, Lead
from leads.ownership import OwnerSeen
from routing.explain import Came
from store.rows import DeliveryState, LeadState, StoredDelivery, StoredLead

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KEY = LeadKey("hubspot", "7")
NAMES = {"ana": "Ana Ruiz", "1": "Ana Ruiz", "2": "Ben Okafor"}
HAS_IT = {DeliveryState.WRITTEN, DeliveryState.UNCHANGED}
MINUTE = timedelta(minutes=1)


def written(state: DeliveryState, attempt: int = 1, **more) -> StoredDelivery:
    kind = more.pop("kind", DeliveryKind.OWNER)
    delivery = Delivery(
        id=f"d{attempt}",
        lead=KEY,
        crm="hubspot",
        kind=kind,
        owner=OwnerId("ana"),
        crm_owner=CrmOwnerId("1"),
        expected=frozenset(),
        record_id="7",
        values={},
        notes={},
    )
    known = {"reason": "", "settled_at": NOW, "owner_found": None}
    return StoredDelivery(
        delivery=delivery,
        state=state,
        created_at=NOW,
        due_at=NOW,
        attempt=attempt,
        **{**known, **more},
    )


def stored(*deliveries: StoredDelivery, **more) -> StoredLead:
    known = {
        "lead": None,
        "state": LeadState.DECIDED,
        "reason": "",
        "first_seen": NOW - MINUTE,
        "last_seen": NOW,
        "owner_seen": None,
        "held_until": None,
        "decision": None,
        "is_void": False,
        "duplicate_of": None,
        "reviews": (),
        "earlier": (),
    }
    return StoredLead(key=KEY, deliveries=deliveries, **{**known, **more})


@pytest.mark.parametrize("state", list(DeliveryState))
def test_nobody_is_said_to_have_what_the_crm_did_not_give_them(state):
    lead = stored(written(state, owner_found="2"))
    told = " ".join(whose(lead, NAMES))
    told += f" Lead {lead.key} {came_of(lead, 1, is_last=True)} Ana Ruiz. "
    told += delivery_line(lead.deliveries[0], NAMES, is_past=False)
    assert ("went to Ana" in told) == (state in HAS_IT)
    assert ("goes to Ana" in told) == (state is DeliveryState.PENDING)
    assert ("is Ben Okafor's" in told) == (state is DeliveryState.CONFLICT)


def test_a_decision_that_another_replaced_before_it_was_written_was_only_meant():
    lead = stored(written(DeliveryState.REFUSED), written(DeliveryState.WRITTEN, attempt=2))
    assert came_of(lead, 1, is_last=False) is Came.MEANT
    assert came_of(lead, 2, is_last=True) is Came.WENT


def test_one_that_was_handed_on_did_go_and_is_told_in_the_past():
    lead = stored(written(DeliveryState.WRITTEN), written(DeliveryState.PENDING, attempt=2))
    assert came_of(lead, 1, is_last=False) is Came.WENT
    assert "had it there from then on" in delivery_line(lead.deliveries[0], NAMES, is_past=True)


def test_whoever_a_person_chose_since_is_said_first():
    lead, seen = stored(written(DeliveryState.WRITTEN)), OwnerSeen(owner="2", at=NOW + MINUTE)
    (told,) = whose(lead, NAMES, seen)
    assert told.startswith(
        "Lead hubspot:7 is Ben Okafor's in hubspot by now: somebody else changed it"
    )
    assert told.endswith("after us, as read there on Mon 23 Nov 10:01 (UTC).")
    stranger = replace(seen, owner="99")
    assert "is the hubspot owner 99's in hubspot by now" in whose(lead, NAMES, stranger)[0]


def test_what_we_gave_on_for_another_lead_of_that_record_is_no_persons_change():
    lead = stored(written(DeliveryState.WRITTEN))
    seen = OwnerSeen(owner="2", at=NOW + MINUTE, by=LeadKey("csv_file", "L1"))
    (told,) = whose(lead, NAMES, seen, zone="Europe/Madrid")
    assert told == (
        "Lead hubspot:7 is Ben Okafor's in hubspot by now: we gave its record to them since, "
        "for lead csv_file:L1, as read there on Mon 23 Nov 11:01 (Europe/Madrid)."
    )


@pytest.mark.parametrize("seen", ["1", None, ""])
def test_who_we_wrote_or_nobody_is_no_change(seen):
    lead = stored(written(DeliveryState.WRITTEN))
    assert given_away(lead, OwnerSeen(owner=seen, at=NOW + MINUTE)) is None


def test_what_was_seen_before_the_write_is_no_change():
    lead = stored(written(DeliveryState.WRITTEN))
    assert given_away(lead, OwnerSeen(owner="2", at=NOW - MINUTE)) is None
    assert given_away(lead, None) is None


def test_an_ads_person_whom_the_crm_has_is_no_choice_against_us():
    lead = stored(written(DeliveryState.CONFLICT, kind=DeliveryKind.CREATE, owner_found="2"))
    (told,) = whose(lead, NAMES)
    assert told.startswith("Lead hubspot:7 is Ben Okafor's in hubspot, who has this person's")


def test_the_vendors_reason_of_a_conflict_is_told():
    conflict = written(DeliveryState.CONFLICT, reason="somebody took it in the moment before")
    told = delivery_line(conflict, NAMES, is_past=False)
    assert told == (
        "Not Ana Ruiz's in hubspot: somebody took it in the moment before, and that stands."
    )


def test_what_is_not_ours_names_its_owner():
    lead = stored(state=LeadState.IGNORED, reason="outside intake: has an owner", owner_seen="2")
    assert state_of(lead, NAMES) == [
        "Record hubspot:7 is not ours to route: outside intake: has an owner.",
        "Its owner in hubspot is Ben Okafor.",
    ]


def test_an_instant_that_was_replaced_is_told_of():
    flaw = Flaw(field="created_at", kind=FlawKind.FUTURE, raw="2099-01-01T00:00:00+00:00")
    lead = stored(lead=Lead(key=KEY, created_at=NOW, flaws=(flaw,)))
    (told,) = flaw_lines(lead)
    assert told.startswith("Its created_at, 2099-01-01T00:00:00+00:00, is yet to come")


def test_what_could_not_be_read_is_told_and_a_persons_value_by_its_form():
    bad = Flaw(field="email", kind=FlawKind.UNREADABLE, raw="jo@@example.com")
    two = Flaw(field="deal_value", kind=FlawKind.AMBIGUOUS, raw="1.234")
    blank = Flaw(field="company", kind=FlawKind.PLACEHOLDER, raw="n/a")
    lead = stored(lead=Lead(key=KEY, created_at=NOW, flaws=(bad, two, blank)))
    assert flaw_lines(lead) == [
        'Its email could not be read and counts as blank: (of the form "aa@@aaaaaa….aaa").',
        'Its deal_value can be read in two ways and counts as blank: "1.234".',
    ]


@pytest.mark.parametrize(
    ("raw", "kinds", "came"),
    [
        ("", [FlawKind.ASSUMED], "is not stated"),
        ("Atlantis", [FlawKind.UNREADABLE, FlawKind.ASSUMED], 'could not be read ("Atlantis")'),
    ],
)
def test_a_country_that_another_field_told_is_said_to_be(raw, kinds, came):
    flaws = tuple(Flaw(field="country", kind=kind, raw=raw) for kind in kinds)
    lead = stored(lead=Lead(key=KEY, created_at=NOW, country="ES", flaws=flaws))
    by = "by its region or the country code of its phone number"
    assert flaw_lines(lead) == [f"Its country {came}; it counts as ES, {by}."]


def test_a_misspelt_country_is_not_said_to_be_another_fields():
    flaw = Flaw(field="country", kind=FlawKind.ASSUMED, raw="Spian")
    lead = stored(lead=Lead(key=KEY, created_at=NOW, country="ES", flaws=(flaw,)))
    assert flaw_lines(lead) == ['Its country, "Spian", is no known word and is taken for ES.']


def test_where_our_own_write_was_first_no_person_is_said_to_have_chosen():
    conflict = written(DeliveryState.CONFLICT, owner_found="2", reason="its owner is 2")
    first = OwnerSeen(owner=CrmOwnerId("2"), at=NOW + MINUTE, by=LeadKey("meta_ads", "l:1"))
    (told,) = whose(stored(conflict), NAMES, first)
    assert told == (
        "Lead hubspot:7 is Ben Okafor's in hubspot, to whom we had given its record first, for "
        "lead meta_ads:l:1; Ana Ruiz does not get it."
    )
    (told,) = whose(stored(conflict), NAMES, replace(first, by=None))
    assert "by a person's choice, which stands over Ana Ruiz" in told
