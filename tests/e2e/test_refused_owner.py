"""An owner whom the CRM refuses: the lead goes to the fallback, and if need be to a person."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest

from flows.commands import explain, replay
from flows.exits import DONE_WITH_FAILURES, code_for
from flows.still_due import due_lines
from flows.stored import replay_all
from flows.tick import first_workloads, new_run, sync_all, sync_source
from flows.wiring import utc_now
from leads.decision import Method
from leads.errors import DeliveryError
from leads.keys import LeadKey
from leads.ownership import WriteOutcome, WriteStatus
from routing.explain import explain as tell
from sandbox.faults import Fault, FaultKind
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import INBOUND_DESK, REPS
from store.rows import DeliveryState, LeadState
from tests.e2e.town_case import sync, wired
from tests.e2e.witness import CRMS, everything_ownerless, ownerless, owners_written

BY_PERSON = (Method.SAME_PERSON, Method.ACCOUNT_OWNER)
HAS_IT = (DeliveryState.WRITTEN, DeliveryState.UNCHANGED)
CODE = {"salesforce": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "hubspot": "VALIDATION_ERROR"}


@pytest.fixture
def town():
    with Town.open(seed=13, leads=60) as opened:
        yield opened


@pytest.fixture
def keys(town):
    """The leads that wait, by source."""
    return {
        source: [
            LeadKey(source, town.ids[r.key]) for r in records if r.standing is Standing.WAITING
        ]
        for source, records in town.world.records.items()
    }


def _deactivate(town, seats):
    for seat in seats:
        town.vendors.salesforce.add_user(seat.salesforce, seat.name, seat.email, active=False)
        town.vendors.hubspot.add_owner(seat.hubspot, seat.name, seat.email, archived=True)


def _busiest(wiring, keys):
    planned = chain(*_planned(wiring, keys).values())
    return Counter(each.owner for each in planned).most_common(1)[0][0]


def _states(wiring, key):
    return [each.state for each in wiring.store.deliveries_of(key)]


def _is_explained(stored, folder, capsys):
    """The first decision with everybody it looked at, the vendor's refusal, and the second."""
    capsys.readouterr()
    explain.run(str(stored.key), None, f"sqlite:///{folder}/firsttouch.db", as_json=False)
    first, _, second = capsys.readouterr().out.partition("Decision 2 of 2:")
    assert "Decision 1 of 2:" in first
    assert len(stored.earlier) == 1
    for candidate in stored.earlier[0].candidates:
        assert candidate.reason in first
    assert f"{stored.deliveries[0].delivery.crm} refused " in first
    assert "it goes to the fallback, Inbound desk" in second
    assert "was skipped: deactivated in " in second
    assert "Written to " in second or "Found in " in second
    replay.run(str(stored.key), None, f"sqlite:///{folder}/firsttouch.db")
    assert capsys.readouterr().out.count("the same decision") == len((*stored.earlier, 1))


def test_who_was_deactivated_is_given_nothing_and_the_trace_says_so(town, keys, tmp_path):
    """All reps left the company an hour ago; the mirror of owners knows, the configuration not."""
    _deactivate(town, REPS)
    with wired(town, tmp_path) as wiring:
        run, ticks = sync(wiring)
        assert [tick.problems for tick in ticks] == [()] * len(ticks)
        assert sum(entry.refused for entry in wiring.store.ledger(run).values()) == 0
        (replayed,) = replay_all(wiring.store, wiring.store.stored_lead(keys["salesforce"][0]))
        told = " ".join(tell(replayed.again, replayed.policy))
    assert everything_ownerless(town) == []
    written = {owner for owners in owners_written(town).values() for owner in owners}
    assert written == {INBOUND_DESK.salesforce, INBOUND_DESK.hubspot}
    assert "was skipped: deactivated in salesforce since the mirror of 20" in told


def test_one_who_was_deactivated_since_the_mirror_is_replaced_by_the_rules(
    town, keys, tmp_path, capsys
):
    """The CRM refuses her; her colleagues of the pool have her leads, and not the fallback."""
    with wired(town, tmp_path) as wiring:
        first_workloads(wiring)
        who = _busiest(wiring, keys)
        ids = wiring.configuration.policy.owners[who].crm
        _deactivate(town, [seat for seat in REPS if seat.hubspot == ids["hubspot"]])
        run, ticks = sync(wiring)
        again = [
            stored
            for stored in map(wiring.store.stored_lead, chain(*keys.values()))
            if stored.deliveries and stored.deliveries[0].state is DeliveryState.REFUSED
        ]
        assert all(entry.balanced for entry in wiring.store.ledger(run).values())
    told = [str(problem) for tick in ticks for problem in tick.problems]
    assert told
    assert all(f"refused {who} " in line and "the rules gave to others" in line for line in told)
    assert len(again) > 2
    made = {stored.key: stored.decision for stored in again if stored.decision}
    assert len(made) == len(again)
    assert who not in {decision.owner for decision in made.values()}
    by_rules = next(e for e in again if made[e.key].method not in (Method.FALLBACK, *BY_PERSON))
    assert made[by_rules.key].rule == by_rules.earlier[0].rule
    capsys.readouterr()
    explain.run(str(by_rules.key), None, f"sqlite:///{tmp_path}/firsttouch.db", as_json=False)
    second = capsys.readouterr().out.partition("Decision 2 of 2:")[2]
    assert "was skipped: deactivated in " in second
    assert everything_ownerless(town) == []
    given = {owner for found in owners_written(town).values() for owner in found}
    assert given.isdisjoint(ids.values())


def test_where_all_were_deactivated_since_the_mirror_the_fallback_has_them(
    town, keys, tmp_path, capsys
):
    with wired(town, tmp_path) as wiring:
        first_workloads(wiring)
        _deactivate(town, REPS)
        run, ticks = sync(wiring)
        ledger = wiring.store.ledger(run)
        redirected = [
            wiring.store.stored_lead(key)
            for key in chain(*keys.values())
            if DeliveryState.REFUSED in _states(wiring, key)
        ]
    told = [str(problem) for tick in ticks for problem in tick.problems]
    assert any("refused " in line and "INACTIVE_OWNER_OR_USER" in line for line in told)
    assert everything_ownerless(town) == []
    # Each CRM refuses until its owners were looked at again, and no longer.
    assert {stored.deliveries[0].delivery.crm for stored in redirected} == set(CRMS)
    _is_explained(redirected[0], tmp_path, capsys)
    for stored in redirected:
        assert stored.state in (LeadState.DECIDED, LeadState.DUPLICATE)
        assert stored.decision
        assert stored.decision.owner == wiring.configuration.policy.fallback
        assert not stored.is_void
        first, second = (each.state for each in stored.deliveries)
        assert first is DeliveryState.REFUSED
        assert second in HAS_IT  # a person's second record finds the first one's owner
    counted = Counter(stored.key.source for stored in redirected)
    for source, entry in ledger.items():
        assert entry.balanced
        assert entry.refused == counted[source]
        assert entry.pending == entry.carried == 0
    written = {owner for owners in owners_written(town).values() for owner in owners}
    assert written == {INBOUND_DESK.salesforce, INBOUND_DESK.hubspot}


def test_half_a_batch_refused_costs_the_other_half_nothing(town, keys, tmp_path):
    with wired(town, tmp_path, only=CRMS) as wiring:
        planned = _planned(wiring, keys)
        refused = {crm: planned[crm][::2] for crm in CRMS}
        for crm in CRMS:
            for delivery in refused[crm]:
                town.faults[crm].script(_refusal(delivery, CODE[crm]))
        _, ticks = sync(wiring)
    told = [str(problem) for tick in ticks for problem in tick.problems]
    assert told
    assert all("which went to the fallback" in line for line in told)
    # It was about the records: nobody is sent to look at the owners.
    assert all("It is not about who was to own them" in line for line in told)
    assert all("refused an owner for " in line for line in told)
    assert [lead for crm in CRMS for lead in ownerless(town, crm)] == []
    written = owners_written(town)
    for crm in CRMS:
        assert len(refused[crm]) > 5
        desk = getattr(INBOUND_DESK, crm)
        assert [written[each.record_id] for each in refused[crm]] == [[desk]] * len(refused[crm])
        others = planned[crm][1::2]
        assert [written[each.record_id] for each in others] == [[d.crm_owner] for d in others]


def test_what_the_fallback_is_refused_too_is_named_and_stays_due(town, keys, tmp_path):
    """A validation rule that no owner satisfies: told with the record, written once mended."""
    with wired(town, tmp_path, only=["salesforce"]) as wiring:
        refused = _planned(wiring, keys)["salesforce"][0]
        town.faults["salesforce"].script(
            _refusal(refused, "DELETE_FAILED"), _refusal(refused, "STRING_TOO_LONG")
        )
        run, ticks = sync(wiring)
        problems = [problem for tick in ticks for problem in tick.problems]
        assert {type(problem) for problem in problems} == {DeliveryError}
        (due,) = wiring.store.due_in_run(run, limit=9)
        (line,) = due_lines([due], wiring.configuration.policy, wiring.now())
        assert line.startswith(f"Still due: {refused.lead} to Inbound desk in salesforce, from ")
        assert "STRING_TOO_LONG" in line
        named = f"{refused.lead} cannot be given even to inbound-desk: STRING_TOO_LONG"
        assert named in str(problems[-1])
        assert not any(tick.failed for tick in ticks)
        assert code_for(problems, any_done=False) == DONE_WITH_FAILURES
        assert _states(wiring, refused.lead) == [DeliveryState.REFUSED, DeliveryState.PENDING]
        assert [row.delivery.lead for row in wiring.store.stuck_deliveries()] == [refused.lead]
        later = replace(wiring, now=lambda: utc_now() + timedelta(minutes=16))
        _, again = sync(later)
        assert [tick.problems for tick in again] == [()] * len(again)
        assert wiring.store.stuck_deliveries() == []
    assert ownerless(town, "salesforce") == []


def _planned(wiring, keys):
    """What a sync would write to reps: decided for good, not yet claimed for writing."""
    run = new_run()
    wiring.store.start_run(run, "sync", wiring.now())
    sync_all(wiring, list(wiring.sources), run, write=False)
    fallback = wiring.configuration.policy.fallback
    entries = {
        crm: [d.delivery for key in keys[crm] for d in wiring.store.deliveries_of(key)]
        for crm in CRMS
    }
    return {crm: [d for d in found if d.owner != fallback] for crm, found in entries.items()}


def _refusal(delivery, code):
    return Fault(kind=FaultKind.ROW_REFUSED, record_id=delivery.record_id, detail=code)


def test_a_crash_after_the_refusal_is_made_good_by_the_next_run(town, tmp_path):
    with wired(town, tmp_path, only=["salesforce"]) as wiring:
        run = new_run()
        wiring.store.start_run(run, "sync", wiring.now())
        sync_source(wiring, "salesforce", run, write=False)
        claimed = wiring.store.claim_deliveries(
            "salesforce", limit=1000, worker="dies", lease_seconds=60, now=wiring.now()
        )
        fallback = wiring.configuration.policy.fallback
        one = next(delivery for delivery in claimed if delivery.owner != fallback)
        said_no = WriteOutcome(status=WriteStatus.REFUSED, reason="INACTIVE_OWNER_OR_USER OwnerId")
        wiring.store.settle([(one, said_no)], run=run, now=wiring.now())
    with wired(town, tmp_path, later=timedelta(minutes=5), only=["salesforce"]) as wiring:
        run, ticks = sync(wiring)
        assert [tick.problems for tick in ticks] == [()] * len(ticks)
        stored = wiring.store.stored_lead(one.lead)
        assert stored.decision
        assert stored.decision.owner == fallback
        entry = wiring.store.ledger(run)["salesforce"]
        assert entry.balanced
    assert ownerless(town, "salesforce") == []
    assert owners_written(town)[one.lead.source_id] == [INBOUND_DESK.salesforce]
