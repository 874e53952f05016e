"""What is written as JSON is read back exactly; what is not as its type says is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import (
    Accrual,
    Candidate,
    CandidateStatus,
    Decision,
    Method,
    RuleTrial,
    Standing,
    Tally,
)
from leads.delivery import Delivery, DeliveryKind
from leads.errors import StoreError
from leads.keys import LeadKey
from leads.lead import Flaw, FlawKind, Headcount, Lead, Written
from leads.matches import AccountBy, AccountMatch, SameBy, SamePerson
from store import codec
from store.codec import CodecError, dumps, loads
from tests.builders import lead

TEXT = st.text(st.characters(), max_size=20)  # NUL and halves of surrogate pairs among them
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
NAIVE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# Fixed offsets: an hour that a zone has twice, or skips, equals nothing in another zone.
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])
INSTANT = st.datetimes(
    timezones=ZONES, min_value=NAIVE.replace(year=1970), max_value=NAIVE.replace(year=2200)
)
KEY = st.builds(LeadKey, TEXT, TEXT)
MONEY = st.decimals(allow_nan=False, allow_infinity=False)
LEADS = st.builds(
    Lead,
    key=KEY,
    created_at=INSTANT,
    email=st.none() | TEXT,
    first_name=st.none() | TEXT,
    employees=st.none() | st.builds(Headcount, least=st.integers(), most=st.none() | st.integers()),
    deal_value=st.none() | MONEY,
    score=st.none() | NUMBER,
    current_owner=st.none() | TEXT,
    consent=st.none() | st.booleans(),
    is_test=st.booleans(),
    custom=st.dictionaries(TEXT, TEXT, max_size=3),
    flaws=st.lists(
        st.builds(Flaw, field=TEXT, kind=st.sampled_from(FlawKind), raw=TEXT), max_size=3
    ).map(tuple),
)
TALLY = st.builds(Tally, entitled=NUMBER, assigned=st.integers())
ACCOUNT = st.builds(
    AccountMatch,
    name=TEXT,
    owner=st.none() | TEXT,
    by=st.sampled_from(AccountBy),
    on=TEXT,
    account=TEXT,
    likeness=st.none() | NUMBER,
    passed_over=st.lists(TEXT, max_size=2).map(tuple),
)
PERSON = st.builds(
    SamePerson,
    record=KEY,
    owner=TEXT,
    by=st.none() | st.sampled_from(SameBy),
    in_crm=st.booleans(),
    likeness=st.none() | NUMBER,
    passed_over=st.lists(TEXT, max_size=2).map(tuple),
)
STANDING = st.builds(
    Standing,
    open_leads=st.dictionaries(TEXT, NUMBER, max_size=3),
    rotation=st.dictionaries(TEXT, st.dictionaries(TEXT, TALLY, max_size=3), max_size=3),
    away=st.dictionaries(TEXT, INSTANT, max_size=3),
    account=st.none() | ACCOUNT,
    person=st.none() | PERSON,
    refused=TEXT,
)
DECISIONS = st.builds(
    Decision,
    lead=KEY,
    owner=TEXT,
    pool=st.none() | TEXT,
    rule=st.none() | TEXT,
    method=st.sampled_from(Method),
    reason=TEXT,
    policy=TEXT,
    decided_at=INSTANT,
    sla=TEXT,
    sla_due=INSTANT,
    rules=st.lists(
        st.builds(
            RuleTrial,
            rule=TEXT,
            matched=st.booleans(),
            failed_on=st.lists(TEXT, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    candidates=st.lists(
        st.builds(Candidate, owner=TEXT, status=st.sampled_from(CandidateStatus), reason=TEXT),
        max_size=2,
    ).map(tuple),
    accruals=st.lists(
        st.builds(
            Accrual,
            pool=TEXT,
            shares=st.dictionaries(TEXT, NUMBER, max_size=2),
            charged=st.none() | TEXT,
        ),
        max_size=2,
    ).map(tuple),
    saw=st.none() | STANDING,
)
DELIVERIES = st.builds(
    Delivery,
    id=TEXT,
    lead=KEY,
    crm=TEXT,
    kind=st.sampled_from(DeliveryKind),
    owner=TEXT,
    crm_owner=TEXT,
    expected=st.frozensets(st.none() | TEXT, max_size=3),
    record_id=st.none() | TEXT,
    values=st.dictionaries(TEXT, TEXT, max_size=2),
    notes=st.dictionaries(TEXT, TEXT, max_size=2),
    attempts=st.integers(),
)
EVERYTHING = LEADS | DECISIONS | STANDING | DELIVERIES


@settings(max_examples=300)
@given(EVERYTHING)
def test_what_is_written_is_read_back(value: Lead | Decision | Standing | Delivery):
    text = dumps(value)
    assert text.isascii()
    assert "\0" not in text
    again = loads(text, type(value))
    assert again == value
    assert dumps(again) == text
    assert _types(again) == _types(value)


def _types(value: object) -> object:
    """The types all the way down: 1 == 1.0 == True would hide a difference."""
    if isinstance(value, Mapping):
        return {key: _types(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return type(value), [_types(each) for each in value]
    names = getattr(type(value), "__dataclass_fields__", None)
    if names:
        return type(value), [_types(getattr(value, name)) for name in names]
    return datetime if isinstance(value, datetime) else type(value)


def test_every_field_survives():
    """A field added to Lead is kept without a line here, or this fails."""
    full = lead(
        1,
        **{name: name for name, kind in Lead.__annotations__.items() if kind == str | None},
        current_owner="005",
        phone_written=Written(has_code=False, shape="9999"),
        employees=Headcount(least=1, most=None),
        deal_value=Decimal("1E+3"),
        score=0.1,
        consent=False,
        is_test=True,
        custom={"x": "y"},
        flaws=(Flaw(field="phone", kind=FlawKind.ASSUMED, raw="r"),),
    )
    assert loads(dumps(full), Lead) == full
    assert len(json.loads(dumps(full))) == len(Lead.__dataclass_fields__)


def test_blanks_cost_nothing():
    assert list(json.loads(dumps(lead(1)))) == ["key", "created_at"]


def test_an_hour_that_comes_twice_keeps_its_instant():
    second = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Madrid"), fold=1)
    again = loads(dumps(lead(1, created_at=second)), Lead)
    assert again.created_at.astimezone(UTC) == second.astimezone(UTC)


WRONG = [
    (lead(1, created_at=NAIVE), "Lead.created_at: an aware datetime"),
    (lead(1, score=float("nan")), "Lead.score: a finite number"),
    (lead(1, score=float("inf")), "Lead.score: a finite number"),
    (lead(1, score=True), "Lead.score: float expected, found bool"),
    (lead(1, deal_value=Decimal("sNaN")), "Lead.deal_value: a finite Decimal"),
    (lead(1, deal_value=1.5), "Lead.deal_value: Decimal expected, found float"),
    (lead(1, email=b"x"), "Lead.email: str expected, found bytes"),
    (lead(1, email=Method.OWNER), "Lead.email: str expected, found an enumeration"),
    (lead(1, custom=[("a", "b")]), "Lead.custom: a mapping expected, found list"),
    (lead(1, custom={1: "b"}), "Lead.custom: str expected, found int"),
    (lead(1, flaws=[]), "Lead.flaws: tuple expected, found list"),
    (lead(1, employees="5"), "Lead.employees: Headcount expected, found str"),
    (
        lead(1, employees=Headcount(least=True, most=None)),
        "Lead.employees: Headcount.least: int expected, found bool",
    ),
]


@pytest.mark.parametrize(("value", "problem"), WRONG)
def test_a_value_that_is_not_as_its_type_says_is_not_written(value: Lead, problem: str):
    with pytest.raises(CodecError, match=problem):
        dumps(value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"surname": "x"}, "Lead has no field surname"),
        ({"created_at": "yesterday"}, "Lead.created_at: an instant expected"),
        ({"created_at": "2026-01-01T00:00:00"}, "Lead.created_at: an aware datetime expected"),
        ({"created_at": 5}, "Lead.created_at: str expected, found int"),
        ({"deal_value": "ten"}, "Lead.deal_value: a Decimal expected, found other text"),
        ({"flaws": [{"field": "f", "kind": "odd", "raw": "r"}]}, "FlawKind has no such word"),
        ({"flaws": {}}, "Lead.flaws: list expected, found dict"),
        ({"employees": {"most": 1}}, "Headcount.least is missing"),
        ({"is_test": 1}, "Lead.is_test: bool expected, found int"),
    ],
)
def test_stored_text_of_another_shape_is_refused(change: dict[str, object], problem: str):
    stored = {**json.loads(dumps(lead(1))), **change}
    with pytest.raises(CodecError, match=problem):
        loads(json.dumps(stored), Lead)


def test_messages_never_hold_the_value():
    for text in ('{"email": "ana@example.com"}', '"ana@example.com"', "ana@example.com"):
        with pytest.raises(StoreError) as caught:
            loads(text, Lead)
        assert "ana@" not in str(caught.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strange:
    either: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    pair: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unknown:
    link: complex


@pytest.mark.parametrize("value", [_Strange(either=1), _Pair(pair=(1, 2)), _Unknown(link=1j)])
def test_types_without_a_rule_are_refused(value: object):
    with pytest.raises(codec.CodecError):
        dumps(value)
