"""What people ask afterwards: why this owner, and whether it would come out so again."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from shutil import copytree

import pytest
from sqlalchemy import select, update

from flows.stored import replay_all
from flows.wiring import DEFAULT_CONFIG
from leads.decision import Method
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import INBOUND_DESK
from store import codec
from store.program import program
from store.schema import decision
from tests.e2e.town_case import stored_leads, sync, wired


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=18, leads=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def wiring(town, tmp_path_factory):
    """What is left of the first sync, in which everybody is at work, whenever this runs."""
    folder = tmp_path_factory.mktemp("store")
    config = copytree(DEFAULT_CONFIG, folder / "config")
    owners = (config / "owners.yaml").read_text()
    at_any_hour = re.sub(r"^    hours: .*\n", "", owners, flags=re.MULTILINE)
    assert at_any_hour != owners
    (config / "owners.yaml").write_text(at_any_hour)
    with wired(town, folder, config) as opened:
        sync(opened)
        yield opened


def _by_rule(town, wiring):
    stored = ((each, each.decision) for each in stored_leads(town, wiring))
    return [
        each for each, made in stored if made and made.saw and made.method is not Method.FALLBACK
    ]


def test_explain_says_why_this_owner_and_why_not_each_other(ask, town, wiring):
    lead = _by_rule(town, wiring)[0]
    ended = ask("explain", lead.key)
    assert (ended.code, ended.err) == (0, "")
    owners = wiring.configuration.policy.owners
    assert lead.decision.rule in ended.out
    assert lead.decision.saw.open_leads
    for candidate in lead.decision.saw.open_leads:  # whoever was looked at is told of
        assert owners[candidate].name in ended.out
    assert f"Written to {lead.key.source} on " in ended.out or "Found in " in ended.out
    assert ask("explain", lead.key.source_id).out == ended.out


def test_explain_as_json(ask, town, wiring):
    lead = _by_rule(town, wiring)[0]
    told = json.loads(ask("explain", lead.key, "--json").out)
    assert told["lead"] == str(lead.key)
    assert told["state"] == "decided"
    assert told["replayed_identically"] is True
    assert told["decision"]["owner"] == lead.decision.owner
    assert told["decision"]["program"] == program()
    assert [each["state"] for each in told["deliveries"]] == ["written"]
    assert told["sentences"]


def test_explain_finds_a_lead_by_its_address_and_does_not_repeat_it(ask, town, wiring):
    emails = [s.lead.email for s in stored_leads(town, wiring) if s.lead]
    once = next(e for e in emails if e and emails.count(e) == 1)
    ended = ask("explain", once.upper())
    assert ended.code == 0
    assert once not in (ended.out + ended.err).lower()
    twice = next(e for e in emails if e and emails.count(e) > 1)
    ended = ask("explain", twice)
    assert ended.code == 2
    assert "more than one lead: " in ended.complaint
    assert twice not in ended.err


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing.UNREACHABLE, "is set aside for the data steward: "),
        (Standing.OWNED, "is not ours to route: outside intake"),
        (Standing.TEST, "is not ours to route: test"),
    ],
)
def test_explain_of_what_was_not_routed(ask, town, wiring, standing, told):
    ended = ask("explain", stored_leads(town, wiring, standing)[0].key)
    assert ended.code == 0
    assert told in ended.out


def test_every_decision_by_a_rule_is_replayed_identically(ask, town, wiring):
    found = [s for s in stored_leads(town, wiring) if s.decision and s.decision.saw]
    assert len(found) > 60
    assert found[0].decision
    for stored in found:
        replayed = replay_all(wiring.store, stored)
        assert replayed
        assert all(each.is_same for each in replayed), stored.key
    ended = ask("replay", found[0].key)
    assert ended.code == 0
    assert f"{found[0].key}: the same decision, {found[0].decision.owner}" in ended.out
    assert "from the stored inputs and the policy of that day." in ended.out


def test_a_configuration_that_changes_nothing_for_a_lead_says_so(ask, town, wiring, tmp_path):
    """Whatever else of it is otherwise: hours, caps and rules of others."""
    lead = _by_rule(town, wiring)[0]
    other = copytree(DEFAULT_CONFIG, tmp_path / "other")
    (other / "more.yaml").write_text("owners: [{id: zoe, name: Zoe Lee, caps: {day: 3}}]\n")
    ended = ask("replay", lead.key, "--config", other)
    assert (ended.code, ended.err) == (0, "")
    name = wiring.configuration.policy.owners[lead.decision.owner].name
    assert ended.out.startswith(f"{lead.key}: nothing would change: {name} has it, by rule ")
    assert ended.out.count("\n") == 1


def test_another_configuration_decides_otherwise_and_says_in_what(ask, town, wiring, tmp_path):
    lead = _by_rule(town, wiring)[0]
    other = tmp_path / "desk-only"
    other.mkdir()
    (other / "all.yaml").write_text(
        "owners: [{id: inbound-desk, name: Inbound desk, kind: queue, "
        f'crm: {{salesforce: {INBOUND_DESK.salesforce}, hubspot: "{INBOUND_DESK.hubspot}"}}}}]\n'
        "pools: {all: {members: [inbound-desk]}}\n"
        "rules: [{name: All, assign: all}]\n"
        "fallback: {assign: inbound-desk, sla: standard}\n"
        "sla: {standard: {first_touch: 24h}}\n"
    )
    ended = ask("replay", lead.key, "--config", other)
    assert ended.code == 1
    name = wiring.configuration.policy.owners[lead.decision.owner].name
    told = ended.out.splitlines()
    assert told[0].startswith(f"{lead.key}: Inbound desk would have it instead of {name}")
    assert told[1] == f"    then:  {lead.decision.reason}"
    assert told[2].startswith("    would: All matched: ")
    changes = [line.strip() for line in told if re.match("    [-+~] ", line)]
    assert changes
    made = lead.decision
    before = (f"owners.{made.owner}", f"rules.{made.rule}", f"pools.{made.pool}", "sla.")
    after = ("owners.inbound-desk", "rules.All", "pools.all", "fallback")
    assert [c for c in changes if not c[2:].startswith((*before, *after))] == []
    assert "nothing" not in ended.out
    assert re.search(r"Method\.|Candidate\(|datetime|OwnerId|'", ended.out) is None
    told = ask("replay", lead.key, FIRSTTOUCH_CONFIG=str(other))
    assert (told.code, "the policy of that day" in told.out) == (0, True)
    told = ask("explain", lead.key, FIRSTTOUCH_CONFIG=str(other)).out
    assert f"Lead {lead.key} went to {name}" in told
    told = ask("explain", lead.key, "--config", other).out
    assert f"Lead {lead.key} would go to Inbound desk." in told
    assert "went to" not in told


def test_explain_says_what_of_a_segment_a_lead_missed(ask, town, wiring, tmp_path):
    lead = next(each for each in _by_rule(town, wiring) if each.lead.country)
    rules = copytree(DEFAULT_CONFIG, tmp_path / "other") / "rules.yaml"
    polar = "rules:\n  - {name: Polar, when: {segment: polar}, assign: inbound-desk}\n"
    text = f"segments: {{polar: {{country: [AQ]}}}}\n{rules.read_text()}"
    rules.write_text(text.replace("rules:\n", polar, 1))
    told = json.loads(ask("explain", lead.key, "--config", rules.parent, "--json").out)
    missed = "segment: wanted polar, found none (country: wanted AQ, found {})"
    assert told["decision"]["rules"][0]["failed_on"] == [missed.format(lead.lead.country)]
    assert f"Rule Polar did not match: {missed.format(lead.lead.country)}." in told["sentences"]


def test_of_an_altered_store_the_decision_that_was_made_is_told(ask, town, wiring):
    """Not the one that its altered inputs lead to."""
    lead = next(s for s in _by_rule(town, wiring) if s.decision.accruals)
    made, saw = lead.decision, lead.decision.saw
    engine = wiring.store._db.engine
    stored = (decision.c.source == lead.key.source) & (decision.c.source_id == lead.key.source_id)
    full = replace(saw, open_leads=dict.fromkeys(saw.open_leads, 500.0))

    def keep(document):
        with engine.begin() as connection:
            connection.execute(update(decision).where(stored).values(document=document))

    try:
        keep(codec.dumps(replace(made, candidates=(), saw=full)))
        told = ask("explain", lead.key).out
        assert (
            f"Lead {lead.key} went to {wiring.configuration.policy.owners[made.owner].name}" in told
        )
        assert made.reason in told
        assert "Decided again from what is stored it comes out otherwise" in told
        assert json.loads(ask("explain", lead.key, "--json").out)["decision"]["owner"] == made.owner
        again = ask("replay", lead.key)
        assert (again.code, f"owner was {made.owner}, comes out as" in again.out) == (1, True)
        assert "inputs altered since the decision: the standing it saw" in again.out
    finally:
        keep(codec.dumps(replace(made, candidates=())))
    assert ask("replay", lead.key).code == 0


def test_what_was_altered_is_told_though_the_same_comes_out(ask, town, wiring):
    lead = next(s for s in _by_rule(town, wiring) if s.decision.accruals)
    is_it = (decision.c.source == lead.key.source) & (decision.c.source_id == lead.key.source_id)
    engine, made = wiring.store._db.engine, lead.decision
    with engine.begin() as connection:
        prints = connection.execute(select(decision.c.inputs).where(is_it)).scalar_one()

    def keep(saw, kept):
        document = codec.dumps(replace(made, candidates=(), saw=saw))
        with engine.begin() as connection:
            connection.execute(update(decision).where(is_it).values(document=document, inputs=kept))

    try:
        keep(replace(made.saw, open_leads={**made.saw.open_leads, "nobody": 3.0}), prints)
        again = ask("replay", lead.key)
        assert (again.code, "the same decision" in again.out) == (1, True)
        assert "and yet inputs altered since the decision: the standing" in again.out
        keep(made.saw, None)
        older = ask("replay", lead.key)
        assert (older.code, "no fingerprint of its inputs was kept" in older.out) == (0, True)
    finally:
        keep(made.saw, prints)
    assert ask("replay", lead.key).out.count("\n") == 1


def test_columns_that_contradict_their_decision_are_told(ask, town, wiring):
    """Reports count by the columns: edited by hand they say what nobody decided."""
    lead = next(s for s in _by_rule(town, wiring) if s.decision.accruals)
    is_it = (decision.c.source == lead.key.source) & (decision.c.source_id == lead.key.source_id)
    engine, made = wiring.store._db.engine, lead.decision

    def keep(**columns):
        with engine.begin() as connection:
            connection.execute(update(decision).where(is_it).values(**columns))

    try:
        keep(owner="nobody", sla_due=made.sla_due + timedelta(hours=1))
        again = ask("replay", lead.key)
        assert (again.code, "the same decision" in again.out) == (1, True)
        said = "the store was edited: column owner of the decision is nobody, and its document "
        assert f"{lead.key}: {said}says {made.owner}\n" in again.out
        assert "column sla_due of the decision is " in again.out
        keep(owner=made.owner, sla_due=made.sla_due)
        keep(document=codec.dumps(replace(made, candidates=(), reason="Because.")))
        again = ask("replay", lead.key)
        assert again.code == 1
        assert (
            f"column reason of the decision is {made.reason}, and its document says " in again.out
        )
        assert again.out.endswith("or the stored decision was edited\n")
    finally:
        document = codec.dumps(replace(made, candidates=()))
        keep(owner=made.owner, sla_due=made.sla_due, document=document)
    assert ask("replay", lead.key).out.count("\n") == 1


def test_explain_as_json_has_the_numbers_behind_each_sentence(ask, town, wiring):
    lead = next(s for s in _by_rule(town, wiring) if s.decision.accruals)
    told = json.loads(ask("explain", lead.key, "--json").out)["decision"]
    (turn,) = told["rotation"]
    (accrual,) = lead.decision.accruals
    assert turn["members"].keys() == accrual.shares.keys()
    charged = turn["members"][accrual.charged]
    assert charged["after"]["assigned"] == charged["before"]["assigned"] + 1
    chosen = next(each for each in told["candidates"] if each["status"] == "chosen")
    assert chosen["entitled"] == charged["before"]["entitled"]
    assert chosen["share"] == accrual.shares[accrual.charged]
    assert chosen["open"] == lead.decision.saw.open_leads[accrual.charged]
    assert told["clock"] == lead.decision.decided_at.isoformat()
    assert told["policy"] == lead.decision.policy
    assert told["matched"].keys() == {"person", "account"}


def test_explain_of_an_owner_adds_up(ask, town, wiring):
    decided = [s.decision for s in stored_leads(town, wiring) if s.decision]
    told = json.loads(ask("explain", "--owner", "ana", "--since", "7d", "--json").out)
    parts = ("to_more_due", "skipped", "elsewhere")
    sums = [sum(told[part].values()) for part in parts]
    assert told["got"] + sum(sums) == told["decided"]
    assert told["decided"] >= len(decided)
    assert told["got"] >= sum(decision.owner == "ana" for decision in decided)
    assert sum(told["to_more_due"].values()) > 0
    for each in told["missed"][:4]:  # as `explain LEAD` says of the same lead and owner
        alone = json.loads(ask("explain", each["lead"], "--json").out)["decision"]
        seen = [c for c in alone["candidates"] if c["owner"] == "ana"]
        assert [c["reason"] for c in seen] in ([], [each["reason"]])
        assert bool(seen) is (each["why"] != "elsewhere")
    text = ask("explain", "--owner", "ana").out
    assert "Ana Ruiz got " in text
    assert "In the 7 d before, it was 0." in text
    ended = ask("explain", "--owner", "anna")
    assert (ended.code, "nobody is called 'anna'" in ended.complaint) == (2, True)
    ended = ask("explain", "--owner", "ana", "--since", "yesterday")
    assert (ended.code, "write 7d" in ended.complaint) == (2, True)
    assert ask("explain").code == 2


@pytest.mark.parametrize(
    "words",
    [("explain", "hubspot:1"), ("explain", "--owner", "ana"), ("replay", "1"), ("rejects",)],
)
def test_a_question_to_a_store_that_is_not_there_makes_none(firsttouch, tmp_path, words):
    file = tmp_path / "nowhere" / "firsttouch.db"
    ended = firsttouch(*words, "--store", f"sqlite:///{file}")
    assert ended.code == 3
    assert "there is no store yet" in ended.err
    assert not file.parent.exists()
