"""One person planted in every table of a store, and a bystander who must stay."""

import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, insert, make_url

from leads.activity import Outcome, OutcomeKind, Touch, TouchKind
from leads.decision import Candidate, CandidateStatus, Decision, Held, HoldKind, RuleTrial
from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, LeadKey, PolicyHash, RuleName
from leads.lead import Flaw, FlawKind
from leads.matching import identity_keys
from leads.ownership import WriteStatus
from leads.record import CrmPerson, Cursor, WorkItem
from leads.sighting import Sighting, Verdict
from store.backfill_rows import BackfillRow, BackfillState, Entry, EntryState, WindowRow
from store.mirror import save_people
from store.review_rows import ReviewState
from store.running_rows import InboxEntry
from store.schema import asked_back, metadata, returned
from store.store import Store
from tests.builders import lead as a_lead
from tests.contract.store_work import (
    ANA,
    MINUTE,
    NOW,
    RUN,
    TEAM,
    claim,
    decision,
    delivery,
    outcome,
)

EMAIL = "Zelda.Quimby@planted.example"
PHONE = "+34655512345"
FIRST, LAST = "Zeldamira", "Quimbyworth"
NEEDLES = tuple(n.lower() for n in (EMAIL, "655512345", FIRST, LAST))

AD, CRM, HELD = LeadKey("meta_ads", "ad-1"), LeadKey("hubspot", "151"), LeadKey("hubspot", "152")
FORM, ASIDE, MADE = LeadKey("webhook", EMAIL), LeadKey("hubspot", "153"), LeadKey("hubspot", "77")
BYSTANDER = LeadKey("hubspot", "900")
THEIRS = {AD, CRM, HELD, FORM, ASIDE, MADE}

HOLD_NOBODY = {
    *("shadow", "shadow_decision", "shadow_rotation", "pace", "turn", "turn_rest"),
    *("alert", "api_call", "arrears", "model", "stratum", "turned_away"),
    *("lease", "run", "pull_count", "cursor", "policy", "pause", "away", "breaker", "rotation"),
    *("second_look", "giving_back"),
    *(
        "account",
        "policy_version",
        "backfill",
        "backfill_window",
        "crm_owner",
        "erasure",
        "erasure_mark",
        "erasure_key",
        "assignment",
    ),
}
"""Tables about ourselves, our staff, or counts."""

NUMBERED = {
    *("work", "reservation", "link", "hold", "twin", "asked_back"),
    *("touch", "outcome", "sla_clock", "merged_record"),
}
"""Tables that know people by their records' numbers alone."""


def plant(store: Store) -> None:
    """Two decided leads (one created in the CRM), one held, one set aside, two in the inbox."""
    _show(store, _lead(AD), _lead(CRM), _lead(FORM), _bystander())
    with store.desk(NOW) as desk:
        for each in desk.waiting(None, limit=10, now=NOW):
            desk.record_decision(
                _told(each.lead.key),
                identity_keys(each.lead),
                _writes(each.lead.key),
                run=RUN,
                review_until=NOW,
            )
            for row in desk.reviews_of(each.lead.key):
                why = f"{FIRST} {LAST} knows her" if row.lead in THEIRS else ""
                desk.answer(replace(row, state=ReviewState.HELD, by="rosa", reason=why))
    _deliver(store)
    _plan(store)
    _hold(store)
    _set_aside(store)
    store.save_work_page("hubspot", [_work(MADE), _work(BYSTANDER)], Cursor("w"), now=NOW)
    with store._db.engine.begin() as connection:
        save_people(connection, "hubspot", [crm_person("77"), crm_person("78")], NOW)
        _hand_back(connection)
    _touch(store)
    store.put_inbox(
        [
            _kept("1", _raw(900), _raw(154, email=EMAIL.upper())),
            _kept("2", _raw(155, phone="655 512 345")),
        ],
        NOW,
    )
    store.put_inbox(
        [InboxEntry(source="hubspot", body_hash="3", payload={"lead": {"email": EMAIL}})], NOW
    )


def _plan(store: Store) -> None:
    """A backfill that would give the person's leads to somebody."""
    row = BackfillRow(
        id="plan-1",
        source="hubspot",
        since=NOW,
        until=NOW + MINUTE,
        most=9,
        any_owner=False,
        state=BackfillState.READING,
        created_at=NOW,
    )
    window = WindowRow(
        backfill=row.id, number=0, source=row.source, since=row.since, until=row.until
    )
    store.start_backfill(row, [window])
    entries = [
        Entry(lead=each.lead, version="1", owner_seen=None, state=EntryState.READ)
        for each in (_lead(CRM), _lead(FORM), _bystander())
        if each.lead
    ]
    store.save_backfill_page(window, entries, {})


def _touch(store: Store) -> None:
    """Called, and won; her assignment's clock has stopped."""
    store.start_clocks(store.unclocked(limit=10), NOW)
    then = NOW + MINUTE
    call = Touch(record_id="77", at=then, recorded_at=then, kind=TouchKind.CALL, evidence="call-1")
    store.save_touches("hubspot", [call], (), Cursor("t"), now=then)
    won = Outcome(
        record_id="77", at=then, recorded_at=then, kind=OutcomeKind.WON, evidence="deal-1"
    )
    store.save_outcomes("hubspot", [won], Cursor("o"), now=then)


def where(store: Store) -> set[str]:
    """The tables in which some row still names the person."""
    with store._db.engine.connect() as connection:
        return {
            name
            for name, table in metadata.tables.items()
            if _names(str([tuple(row) for row in connection.execute(table.select())]))
        }


def in_files(store_url: str) -> list[str]:
    """What of the person can be read from the bytes of a SQLite store's files."""
    database = make_url(store_url).database
    assert database
    bodies = [path.read_bytes().lower() for path in Path(database).parent.glob("store.db*")]
    return [n for n in NEEDLES for body in bodies if n.encode() in body]


def numbers_left(store: Store) -> set[str]:
    with store._db.engine.connect() as connection:
        texts = {n: str(connection.execute(metadata.tables[n].select()).all()) for n in NUMBERED}
    return {name for name, text in texts.items() if "'77'" in text or "'152'" in text}


def _names(text: str) -> bool:
    return any(needle in text.lower() for needle in NEEDLES)


def _lead(key: LeadKey, **fields: object) -> Sighting:
    known = {"email": EMAIL, "phone": PHONE, "first_name": FIRST, "last_name": LAST}
    flaw = Flaw(field="city", kind=FlawKind.UNREADABLE, raw=f"{FIRST}'s town")
    shown = a_lead(
        key.source_id, source=key.source, created_at=NOW - MINUTE, flaws=(flaw,), **(known | fields)
    )
    return Sighting(key=key, version="1", verdict=Verdict.NEW, body={}, lead=shown, reason="")


def _bystander() -> Sighting:
    """A colleague behind the same switchboard."""
    return replace(
        (shown := _lead(BYSTANDER)),
        lead=a_lead(
            900,
            created_at=NOW,
            email="otto@planted.example",
            last_name="Bystander",
            company=shown.key.source,
        ),
    )


def _show(store: Store, *sightings: Sighting) -> None:
    for source in sorted({each.key.source for each in sightings}):
        own = [each for each in sightings if each.key.source == source]
        store.save_page(source, own, Cursor("c"), run=RUN, now=NOW, pulled=len(own))


def _told(key: LeadKey) -> Decision:
    made = decision(key)
    if key == BYSTANDER:
        return made
    trial = RuleTrial(rule=RuleName("all"), matched=False, failed_on=(f"email: {EMAIL}",))
    candidate = Candidate(owner=ANA, status=CandidateStatus.CHOSEN, reason=f"knows {LAST}")
    return replace(made, reason=f"{FIRST} asked for her.", rules=(trial,), candidates=(candidate,))


def _writes(key: LeadKey) -> list[Delivery]:
    if key.source == "hubspot":
        return [delivery(key, id=f"d-{key.source_id}")]
    made = delivery(key, kind=DeliveryKind.CREATE, id=f"d-{key.source}")
    values = {"email": EMAIL, "phone": PHONE, "last_name": LAST}
    known = LeadKey("hubspot", "77") if key == AD else FORM
    return [replace(made, values=values, notes={"reason": FIRST}, notify=("slack",), known=known)]


def _deliver(store: Store) -> None:
    """The ad's lead is created; the form's is refused in words; the CRM's own is still claimed."""
    for each in claim(store):
        if each.lead == AD:
            store.settle([(each, outcome(WriteStatus.WRITTEN, record="77"))], run=RUN, now=NOW)
        elif each.lead == FORM:
            refused = replace(outcome(WriteStatus.RETRYABLE), reason=f"{EMAIL} is not valid")
            store.settle([(each, refused)], run=RUN, now=NOW)
    for notice in store.claim_notices(limit=9, worker="w", lease_seconds=60, now=NOW):
        store.settle_notice(notice, NOW, reason=f"no channel for {LAST}")


def _hold(store: Store) -> None:
    """Known by number and surname alone."""
    shown = _lead(HELD, email=None)
    waits = replace(shown, verdict=Verdict.HELD, until=NOW + MINUTE, reason="waits for employees")
    echo = Sighting(
        key=MADE,
        version="1",
        verdict=Verdict.IGNORED,
        body={},
        reason="echo of our own write",
        twin=LeadKey("salesforce", "00Q77"),
        merged=("76",),
    )
    _show(store, waits, echo)
    with store.desk(NOW) as desk:
        desk.record_hold(
            Held(
                lead=HELD,
                pool=TEAM,
                rule=RuleName("all"),
                kind=HoldKind.FULL,
                reason=f"{FIRST} waits for room",
                policy=PolicyHash("p"),
                since=NOW,
                until=NOW + MINUTE,
                wake=NOW,
                sla_due=NOW + MINUTE,
            )
        )


def _set_aside(store: Store) -> None:
    body = {"id": "153", "properties": {"notes": [f"call {FIRST} {LAST} at <{EMAIL}>"]}}
    aside = Sighting(
        key=ASIDE,
        version="1",
        verdict=Verdict.REJECTED,
        body=body,
        reason="no contact",
        field="email",
    )
    _show(store, aside)


def _work(key: LeadKey) -> WorkItem:
    return WorkItem(crm="hubspot", record_id=key.source_id, owner="crm-ben", is_open=True)


def crm_person(record: str) -> CrmPerson:
    """In the CRM with an owner since long ago."""
    keys = frozenset({f"email:{EMAIL.lower()}", f"name:{FIRST} {LAST}|acme".lower()})
    return CrmPerson(
        record_id=record, owner=CrmOwnerId("crm-ben"), keys=keys, created_at=NOW - MINUTE
    )


def _raw(number: int, **properties: str) -> dict[str, object]:
    body = {
        "id": str(number),
        "properties": {"firstname": FIRST, **properties} if properties else {},
    }
    return {"source_id": str(number), "version": "1", "body": body}


def _kept(name: str, *records: dict[str, object]) -> InboxEntry:
    payload = json.loads(
        json.dumps({"ids": ["901"] if name == "1" else [], "records": records, "erased": []})
    )
    return InboxEntry(source="hubspot", body_hash=name, payload=payload)


def _hand_back(connection: Connection) -> None:
    """In words of a rep's, and by a status of the contact that was created."""
    said = {"source": AD.source, "source_id": AD.source_id, "attempt": 1, "owner": ANA, "at": NOW}
    reason = f"{FIRST} is a student"
    connection.execute(insert(returned).values(**said, by=None, reason=reason, is_lead=False))
    asked = {"crm": "hubspot", "record_id": "77", "status": "Returned", "asked_at": NOW}
    connection.execute(insert(asked_back).values(**asked))
