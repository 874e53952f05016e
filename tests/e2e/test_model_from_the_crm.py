"""A model from beginning to end: from deals that HubSpot tells of to its leads and its stop."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.load import from_document
from flows.answers import Answer, answer_all
from flows.commands.model import from_store
from flows.modelling.fare_words import share_lines
from flows.modelling.training import keep, learn
from flows.modelling.watching import judged
from flows.tick import new_run, sync_source
from flows.wiring import Wiring, wire
from leads.decision import Arm, Decision, Method
from leads.keys import LeadKey, OwnerId
from sandbox.hubspot.app import TOKEN
from sandbox.world.roster import REPS
from store.model_rows import ModelRow, ModelState
from store.review_rows import ReviewState
from store.store import Store
from tests.contract.hubspot_stage import HubSpotStage
from tests.e2e.town_case import QUICK, UNPACED, empty_store

WHO = {"ana": 0.9, "ben": 0.5, "cleo": 0.1}
"""The share of their leads that each wins."""
A_BATCH, BATCHES = 30, 4
APART = timedelta(days=11)
BEGAN = datetime.now(UTC) - BATCHES * APART - timedelta(hours=1)
FALLBACK = REPS[3].hubspot


def document() -> dict[str, object]:
    seats = dict(zip(WHO, REPS, strict=False))
    owners = [
        {"id": name, "name": name.capitalize(), "crm": {"hubspot": seat.hubspot}, "max_open": 500}
        for name, seat in seats.items()
    ]
    desk = {"id": "desk", "name": "Desk", "kind": "queue", "crm": {"hubspot": FALLBACK}}
    source = {
        "intake": {"owners": [None], "lifecycle": ["lead"], "created_after": f"{BEGAN:%Y-%m-%d}"},
        "connection": {**QUICK, **UNPACED, "look_back_seconds": 0},
    }
    model = {
        "features": ["country"],
        "segment": "country",
        "control": 0.3,
        "review": 10,
        "min_months": 1,
        "min_closed": 100,
        "floor": 0,
        "horizon": "30d",
    }
    return {
        "sources": {"hubspot": source},
        "owners": [*owners, desk],
        "pools": {"team": {"members": list(WHO), "strategy": "best_match"}},
        "rules": [{"name": "all", "assign": "team", "sla": "standard"}],
        "fallback": {"assign": "desk", "sla": "standard"},
        "sla": {"standard": {"first_touch": "24h"}},
        "model": model,
    }


class Office:
    """Leads come in HubSpot, we give them, people close them there."""

    def __init__(self, stage: HubSpotStage, wiring: Wiring) -> None:
        self.stage, self.wiring, self._count = stage, wiring, 0
        self.owner_of = {seat.hubspot: name for name, seat in zip(WHO, REPS, strict=False)}

    def come(self, count: int) -> list[str]:
        """Let leads come and a sync be; answer their ids."""
        now, added = self.stage.ground.clock.now(), []
        for _ in range(count):
            self._count += 1
            fields = {
                "lastname": f"Doe {self._count}",
                "email": f"p{self._count}@example.com",
                "lifecyclestage": "lead",
                "country": ("Spain", "France")[self._count % 2],
            }
            added.append(self.stage.portal.add_contact(fields, created=now))
        self.sync()
        return added

    def sync(self) -> None:
        run = new_run()
        self.wiring.store.start_run(run, "sync", self.wiring.now())
        tick = sync_source(self.wiring, "hubspot", run)
        self.wiring.store.end_run(run, self.wiring.now())
        assert tick.problems == ()

    def close(self, records: list[str]) -> None:
        """Let each lead end, as its owner's usual share has it."""
        nth = Counter[str]()
        for record in records:
            owner = self.owner_of[self.stage.owner_of(record) or ""]
            nth[owner] += 1
            won = round(nth[owner] * WHO[owner]) - round((nth[owner] - 1) * WHO[owner])
            stage = "closedwon" if won else "closedlost"
            closed = f"{self.stage.ground.clock.now():%Y-%m-%dT%H:%M:%SZ}"
            deal = self.stage.portal.add("deals", {"closedate": closed}, contact=record)
            self.stage.portal.person_updates(deal, {"dealstage": stage}, kind="deals")

    def decision(self, record: str) -> Decision:
        found = self.wiring.store.stored_lead(LeadKey("hubspot", record)).decision
        assert found is not None
        return found

    def arms(self, records: list[str]) -> dict[str, Arm]:
        saw = {each: self.decision(each).saw for each in records}
        return {each: s.match.arm for each, s in saw.items() if s and s.match}


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    with HubSpotStage.open() as stage:
        clock = stage.ground.clock
        clock.set(BEGAN)
        configuration = from_document(document())
        store = Store.open(empty_store(folder / "office.db"))
        environment = {
            "FIRSTTOUCH_HUBSPOT_TOKEN": TOKEN,
            "FIRSTTOUCH_HUBSPOT_BASE_URL": stage.url,
        }
        wiring = replace(wire(configuration, store, environment), now=clock.now)
        store.save_policy(configuration.policy.hash, configuration.document, clock.now())
        try:
            yield Office(stage, wiring)
        finally:
            for source in wiring.sources.values():
                source.close()
            store.close()


def by_turns(desk: Office) -> None:
    """Let a month and a half pass in which leads go by turns and are won or lost."""
    for _ in range(BATCHES):
        records = desk.come(A_BATCH)
        made = [desk.decision(each) for each in records]
        assert {each.method for each in made} == {Method.ROUND_ROBIN}
        assert "there is no model yet" in made[0].reason
        desk.stage.ground.clock.advance(APART / 2)
        desk.close(records)
        desk.stage.ground.clock.advance(APART / 2)
    desk.sync()  # reads the last outcomes


def in_force(desk: Office) -> ModelRow:
    """Learn from the store as `model train` does, and keep it."""
    policy, store = desk.wiring.configuration.policy, desk.wiring.store
    past = from_store(store, desk.wiring.configuration)
    trained = learn(past, policy)
    assert trained.closed == A_BATCH * BATCHES
    assert trained.rates == {"ana": (40, 0.9), "ben": (40, 0.5), "cleo": (40, 0.1)}
    row = keep(store, trained, past.origin, policy, by="rosa", now=desk.wiring.now())
    assert (row.state, trained.gate.refusals) == (ModelState.IN_FORCE, ())
    return row


def changed(desk: Office, records: list[str]) -> None:
    """Let a person give these to Ben."""
    said = [
        Answer(
            lead=LeadKey("hubspot", each),
            state=ReviewState.CHANGED,
            to=OwnerId("ben"),
            reason="he knows them",
        )
        for each in records
    ]
    assert not any(done.problem for done in answer_all(desk.wiring, said, "rosa", new_run()))


def test_from_deals_of_the_crm_to_a_model_in_force_and_its_stop(tmp_path: Path):
    with office(tmp_path) as desk:
        store, policy = desk.wiring.store, desk.wiring.configuration.policy
        by_turns(desk)
        row = in_force(desk)
        records = desk.come(20)
        arms = desk.arms(records)
        assert Counter(arms.values()) == {Arm.CONTROL: 6, Arm.MODEL: 14}
        by_model = [each for each in records if arms[each] is Arm.MODEL]
        assert {desk.decision(each).owner for each in by_model} == {"ana"}
        asked = [str(p.review.lead.source_id) for p in store.proposals(desk.wiring.now())]
        assert len(asked) == 10
        assert set(asked) < set(by_model)
        assert {desk.stage.owner_of(each) for each in asked} == {None}
        fare = judged(store, row, store.past_leads(BEGAN), policy, desk.wiring.now())
        told = "\n".join(share_lines(fare.shares, fare.groups))
        assert "(and of those by turns) had: ana 100% (33%), ben 0% (33%)" in told

        changed(desk, asked)
        desk.sync()
        assert {desk.stage.owner_of(each) for each in asked} == {REPS[1].hubspot}
        stopped = store.model(row.version)
        assert stopped is not None
        assert stopped.state is ModelState.STOPPED
        (last,) = desk.come(1)
        assert desk.decision(last).method is Method.ROUND_ROBIN
        assert "people changed 10 of the 10 proposals" in desk.decision(last).reason
