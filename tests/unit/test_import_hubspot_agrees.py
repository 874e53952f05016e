"""Imported workflows give each contact to whom HubSpot would: random branches, random contacts."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from config.importing.ground import Ground
from config.importing.translation import FILE, translate
from config.load import from_texts
from connectors.hubspot.workflows import read_workflows
from leads.decision import Standing
from routing.engine import Engine
from tests.builders import MONDAY, lead
from tests.examples import some_of
from tests.unit.test_import_hubspot import NO_OWNER, all_of, asks, branch, rotate, step, workflow

CITIES = ["Lugo", "Jena", "Lyon"]
TITLES = ["CEO", "Clerk"]
DEEPEST = 2


@st.composite
def filters(draw):
    name, words = draw(st.sampled_from([("city", CITIES), ("jobtitle", TITLES)]))
    operator = draw(st.sampled_from(["IS_ANY_OF", "IS_NONE_OF", "IS_KNOWN", "IS_UNKNOWN"]))
    if operator in ("IS_KNOWN", "IS_UNKNOWN"):
        return asks(name, operator, kind="ALL_PROPERTY")
    picked = draw(st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True))
    return asks(name, operator, *picked, blank=draw(st.booleans()))


@st.composite
def groups(draw, depth=2):
    kind = draw(st.sampled_from(["AND", "OR", "NOT_ANY", "NOT_ALL"]))
    inner = draw(st.lists(groups(depth - 1), max_size=2)) if depth else []
    some = draw(st.lists(filters(), min_size=0 if inner else 1, max_size=2))
    return {"filterBranchType": kind, "filters": some, "filterBranches": inner}


@st.composite
def workflows(draw):
    actions: list[dict[str, object]] = []

    def grown(depth: int) -> str:
        number = str(len(actions) + 1)
        kinds = ["branch"] if depth == DEEPEST else ["rotate", "nothing", "branch"]
        kind = draw(st.sampled_from(kinds if depth else kinds[:2]))
        actions.append({})
        if kind == "branch":
            cases = [(draw(groups()), grown(depth - 1)) for _ in range(draw(st.integers(1, 2)))]
            default = grown(depth - 1) if draw(st.booleans()) else None
            made = branch(number, *cases, default=default)
        else:
            made = rotate(number, number) if kind == "rotate" else step(number, "0-8")
        actions[int(number) - 1] = made
        return number

    grown(DEEPEST)
    return workflow(*actions, enrolled=draw(st.just(all_of(NO_OWNER)) | groups()))


def holds(group, contact) -> bool:
    found = [is_met(each, contact) for each in group["filters"]]
    found += [holds(each, contact) for each in group["filterBranches"]]
    match group["filterBranchType"]:
        case "AND":
            return all(found)
        case "OR":
            return any(found)
        case "NOT_ANY":
            return not any(found)
        case _:
            return not all(found)


def is_met(told, contact) -> bool:
    value, operation = contact.get(told["property"]), told["operation"]
    match operation["operator"]:
        case "IS_KNOWN":
            return value is not None
        case "IS_UNKNOWN":
            return value is None
        case _ if value is None:
            return bool(operation["includeObjectsWithNoValueSet"])
        case "IS_ANY_OF":
            return value in operation["values"]
        case _:
            return value not in operation["values"]


def owner(told, contact) -> str | None:
    """Follow the contact through the workflow, an action at a time."""
    if not holds(told["enrollmentCriteria"]["listFilterBranch"], contact):
        return None
    actions = {each["actionId"]: each for each in told["actions"]}
    here = actions[told["startActionId"]]
    while here["type"] == "LIST_BRANCH":
        taken = [b for b in here["listBranches"] if holds(b["filterBranch"], contact)]
        way = taken[0]["connection"] if taken else here.get("defaultBranch")
        if way is None:
            return None
        here = actions[way["nextActionId"]]
    return f"hubspot-user-{here['actionId']}" if here["actionTypeId"] == "0-11" else None


CONTACTS = [{"city": c, "jobtitle": t} for c in [None, *CITIES] for t in [None, *TITLES]]


@settings(max_examples=some_of(100), deadline=None)
@given(told=workflows())
def test_each_contact_goes_to_whom_hubspot_gives_it(told):
    if not any(action.get("actionTypeId") == "0-11" for action in told["actions"]):
        return
    sheet = read_workflows(json.dumps(told).encode(), "flow.json", {})
    made = translate([sheet], Ground(files={}, document={}))
    assert not made.refused
    engine = Engine(from_texts({FILE: made.text}).policy)
    standing = Standing(open_leads={}, rotation={}, away={})
    for number, contact in enumerate(CONTACTS):
        person = lead(number, city=contact["city"], job_title=contact["jobtitle"])
        decided = engine.decide(person, standing, MONDAY)
        assert (decided.owner if decided.rule else None) == owner(told, contact), contact
