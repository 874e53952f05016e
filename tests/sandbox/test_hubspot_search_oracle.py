"""Any query, against a filter written plainly: same contacts, same order of values."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.app import new_ground
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.search import predicate, read_query

TEXTS = ("acme", "Acme", "beta labs", "Labs", "a", "b")
NUMBERS = ("1", "9", "10", "250", "-3", "2.5")
STAMPS = ("1000", "1001", "999", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00.001Z")
VALUES: Mapping[str, tuple[str, ...]] = {
    "company": TEXTS,
    "annualrevenue": NUMBERS,
    "hubspot_owner_id": ("4471", "4472"),
    "notes_last_contacted": STAMPS,
}
COMPARED = ("EQ", "NEQ", "LT", "LTE", "GT", "GTE")


@st.composite
def asked_filters(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(VALUES)))
    value = st.sampled_from(VALUES[name])
    operator = draw(
        st.sampled_from([*COMPARED, "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"])
    )
    asked: dict[str, Any] = {"propertyName": name, "operator": operator}
    match operator:
        case "IN" | "NOT_IN":
            lowered = value.map(str.lower) if name == "company" else value
            asked["values"] = draw(st.lists(lowered, min_size=1, max_size=3))
        case "BETWEEN":
            asked |= {"value": draw(value), "highValue": draw(value)}
        case "HAS_PROPERTY" | "NOT_HAS_PROPERTY":
            pass
        case _:
            asked["value"] = draw(value)
    return asked


contacts = st.lists(
    st.fixed_dictionaries({}, optional={n: st.sampled_from(v) for n, v in VALUES.items()}),
    max_size=8,
)
groups = st.lists(st.lists(asked_filters(), min_size=1, max_size=3), max_size=3)


def portal_with(made: list[dict[str, str]]) -> HubSpotPortal:
    portal = HubSpotPortal(new_ground("hubspot"))
    for owner in VALUES["hubspot_owner_id"]:
        portal.add_owner(owner, "An Owner", f"{owner}@example.com")
    for properties in made:
        portal.add_contact(properties)
    return portal


def plainly(name: str, text: str) -> Any:
    """A value as something Python compares, told by the property's name alone."""
    if name == "annualrevenue":
        return float(text)
    if name != "notes_last_contacted":
        return text.lower()
    noon = 1_795_435_200_000
    return {"2026-11-23T12:00:00Z": noon, "2026-11-23T12:00:00.001Z": noon + 1}.get(text) or int(
        text
    )


def holds(asked: Mapping[str, Any], properties: Mapping[str, str]) -> bool:
    """One filter, the long way round."""
    name, operator = asked["propertyName"], asked["operator"]
    if operator.endswith("HAS_PROPERTY"):
        return bool((name in properties) == (operator == "HAS_PROPERTY"))
    if name not in properties:
        return False
    found = plainly(name, properties[name])
    if operator in {"IN", "NOT_IN"}:
        wanted = [plainly(name, value) for value in asked["values"]]
        return bool((found in wanted) == (operator == "IN"))
    bound = plainly(name, asked["value"])
    outcomes = {
        "EQ": found == bound,
        "NEQ": found != bound,
        "LT": found < bound,
        "LTE": found <= bound,
        "GT": found > bound,
        "GTE": found >= bound,
    }
    if operator == "BETWEEN":
        return bool(bound <= found <= plainly(name, asked["highValue"]))
    return bool(outcomes[operator])


@settings(max_examples=300)
@given(made=contacts, asked=groups)
def test_the_same_contacts_as_a_plain_filter(
    made: list[dict[str, str]], asked: list[list[dict[str, Any]]]
) -> None:
    portal = portal_with(made)
    body = {"filterGroups": [{"filters": filters} for filters in asked]}
    query = read_query("", body, portal.properties)
    found = [query.matches(state.keys) for _, state in portal.people.indexed()]
    wanted = [
        not asked or any(all(holds(f, properties) for f in filters) for filters in asked)
        for properties in made
    ]
    assert found == wanted


@settings(max_examples=100)
@given(made=contacts, asked=asked_filters())
def test_an_operator_and_its_opposite_split_those_that_have_the_property(
    made: list[dict[str, str]], asked: dict[str, Any]
) -> None:
    opposites = {"EQ": "NEQ", "LT": "GTE", "LTE": "GT", "IN": "NOT_IN"}
    if asked["operator"] not in opposites:
        return
    portal = portal_with(made)
    one = predicate(asked, portal.properties)
    other = predicate({**asked, "operator": opposites[asked["operator"]]}, portal.properties)
    for _, state in portal.people.indexed():
        has = asked["propertyName"] in state.keys
        assert (one(state.keys) + other(state.keys)) == int(has)
