"""The form about first assignments: what its answer left waiting is asked again; what it shows."""

import asyncio
from datetime import UTC, datetime

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled, Completed

from flows.answers import Answer, answer_all
from flows.prefect_server.deployments import deployments
from flows.reviewing.flow import keep_a_form_open
from flows.reviewing.form import answers, form
from store.review_rows import ReviewState
from tests.e2e.desk_case import DESK, RUN, office, person
from tests.e2e.test_review import keep
from tests.forgotten_sockets import prefect_forgets_to_close

NIGHT = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
MADRID = {
    "timezone": "Europe/Madrid",
    "owners": [person("ana"), person("ben"), DESK],
    "pools": {"team": {"members": ["ana", "ben"]}},
    "rules": [{"name": "all", "assign": "team"}],
    "review": {"first": 9},
}


@pytest.fixture
def desk(tmp_path):
    with office(tmp_path, NIGHT, MADRID) as opened:
        keep(opened)
        opened.bring(1, 2, 3)
        opened.decide()
        yield opened


@pytest.fixture
def served(prefect):
    with prefect_forgets_to_close():
        (made,) = [each for each in deployments("UTC") if each.name == "review-first-assignments"]
        made.apply()
        yield


def asked(desk):
    with prefect_forgets_to_close(in_another_thread=True):
        return asyncio.run(keep_a_form_open(desk.wiring))


async def _end_last(state):
    async with get_client() as client:
        review = FlowFilter(name=FlowFilterName(any_=["review"]))
        sort = FlowRunSort.EXPECTED_START_TIME_DESC
        (last, *_) = await client.read_flow_runs(flow_filter=review, sort=sort)
        await client.set_flow_run_state(last.id, state, force=True)
        return last


def ended(state):
    with prefect_forgets_to_close():
        return asyncio.run(_end_last(state))


def shown(desk):
    return form(desk.wiring, desk.wiring.store.proposals(desk.now))


def test_what_an_answer_left_waiting_is_asked_again(desk, served):
    until = "Mon 23 Nov 17:30 (Europe/Madrid)"
    assert asked(desk) == f"a form asks about 3 first assignments, until {until}"
    assert asked(desk) == "", "it is open"
    first = ended(Completed(message="nothing answered"))
    assert first.parameters["until"] == until
    assert asked(desk).startswith("a form asks about 3")
    assert asked(desk) == "", "it is open"
    second = ended(Cancelled())
    assert second.id != first.id
    assert asked(desk).startswith("a form asks about 3")
    assert ended(Completed()).id not in (first.id, second.id)


def test_what_was_held_back_stays_so_unless_somebody_says_otherwise(desk):
    (first, *_) = leads = [each.review.lead for each in desk.wiring.store.proposals(desk.now)]
    answer_all(desk.wiring, [Answer(lead=first, state=ReviewState.HELD)], "rosa", RUN)
    made = shown(desk)
    assert made().hold == [str(first)]
    lines = made._description.splitlines()
    told = {lead: [line for line in lines if str(lead) in line] for lead in leads}
    assert [", held back: " in line for lines in told.values() for line in lines] == [
        True,
        False,
        False,
    ]


def test_times_are_those_of_the_configuration_and_each_field_says_what_belongs_there(desk):
    made = shown(desk)
    assert "Times are those of Europe/Madrid." in made._description
    assert "until 11-23 17:30: " in made._description
    schema = made.model_json_schema()
    assert schema["properties"]["changes"]["description"]
    change = schema["$defs"]["Change"]["properties"]
    assert change["owner"]["description"] == "Who has it instead, by their id."
    assert change["owner"]["enum"] == ["ana", "ben", "desk"]
    assert change["lead"]["enum"] == schema["properties"]["hold"]["items"]["enum"]


def filled(desk, leads, **fields):
    some = fields.pop("changes", ())
    changes = [{"lead": str(lead), "owner": who, "reason": "knows them"} for lead, who in some]
    return answers(shown(desk).model_validate({**fields, "changes": changes}), leads)


def test_a_lead_to_which_two_things_are_said_is_named_and_nothing_is_taken(desk):
    leads = [each.review.lead for each in desk.wiring.store.proposals(desk.now)]
    first, second, _ = leads
    with pytest.raises(ValueError, match="nothing was taken: ") as caught:
        filled(desk, leads, changes=[(first, "ana"), (second, "ben"), (first, "desk")])
    assert f"{first} is named 2 times under Change the owner; name it once" in str(caught.value)
    assert str(second) not in str(caught.value)
    with pytest.raises(ValueError, match=f"{second} is both held back and given to another owner"):
        filled(desk, leads, changes=[(second, "ana")], hold=[str(first), str(second)])


def test_what_was_held_back_before_may_be_given_to_another_owner(desk):
    leads = [each.review.lead for each in desk.wiring.store.proposals(desk.now)]
    answer_all(desk.wiring, [Answer(lead=leads[0], state=ReviewState.HELD)], "rosa", RUN)
    said = {each.lead: each for each in filled(desk, leads, changes=[(leads[0], "desk")])}
    assert (said[leads[0]].state, said[leads[0]].to) == (ReviewState.CHANGED, "desk")
