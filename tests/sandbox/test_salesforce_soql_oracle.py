"""SOQL against a plain Python filter, on random leads and random conditions."""

import operator
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.soql.dates import wire_datetime
from sandbox.salesforce.soql.grammar import parse
from sandbox.salesforce.soql.run import run
from tests.sandbox.salesforce_desk import ANA, BEN, NOON, WEB, new_org

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXTS = st.sampled_from(["a", "A", "b", "ab", "A_b", "a%b", "it's", "a\\b", None])
_NUMBERS = st.sampled_from([None, 0, 1, 2, 50])
_OWNERS = st.sampled_from([ANA, BEN, WEB])
_MOMENTS = st.integers(0, 3).map(lambda s: wire_datetime(NOON + timedelta(seconds=s)))
_LEADS = st.fixed_dictionaries(
    {
        "City": _TEXTS,
        "NumberOfEmployees": _NUMBERS,
        "OwnerId": _OWNERS,
        "SystemModstamp": _MOMENTS,
        "IsUnreadByOwner": st.booleans(),
    }
)
_FIELDS = {
    "City": _TEXTS,
    "NumberOfEmployees": _NUMBERS,
    "OwnerId": _OWNERS,
    "SystemModstamp": _MOMENTS,
    "IsUnreadByOwner": st.booleans(),
}


def quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(field: str, value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str() if field == "SystemModstamp":
            return value.replace(".000+0000", "Z")
        case str():
            return quote(value)
        case _:
            return str(value)


def plain(field: str, value: Any) -> Any:
    return value.lower() if field == "City" and value is not None else value


def holds(sign: str, field: str, found: Any, wanted: Any) -> bool:
    found, wanted = plain(field, found), plain(field, wanted)
    if sign in {"=", "!="}:
        return bool(_SIGNS[sign](found, wanted))
    return found is not None and wanted is not None and bool(_SIGNS[sign](found, wanted))


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[str, Test]:
    field = draw(st.sampled_from(sorted(_FIELDS)))
    signs = ["=", "!="] if field == "IsUnreadByOwner" else sorted(_SIGNS)
    sign, value = draw(st.sampled_from(signs)), draw(_FIELDS[field])
    text = f"{field} {sign} {literal(field, value)}"
    return text, lambda row: holds(sign, field, row[field], value)


@st.composite
def memberships(draw: st.DrawFn) -> tuple[str, Test]:
    field = draw(st.sampled_from(["City", "NumberOfEmployees", "OwnerId"]))
    values = draw(st.lists(_FIELDS[field], min_size=1, max_size=4))
    wanted = [plain(field, value) for value in values]
    inside, text = draw(st.booleans()), ", ".join(literal(field, value) for value in values)
    word = "IN" if inside else "NOT IN"
    return f"{field} {word} ({text})", lambda row: (plain(field, row[field]) in wanted) == inside


@st.composite
def likes(draw: st.DrawFn) -> tuple[str, Test]:
    pieces = draw(st.lists(st.sampled_from(["a", "B", "%", "_", r"\%", r"\_", "'"]), max_size=4))
    regex = "".join({"%": ".*", "_": "."}.get(p, re.escape(p.removeprefix("\\"))) for p in pieces)
    like = "".join(pieces).replace("'", "\\'")
    pattern = re.compile(regex, re.IGNORECASE | re.DOTALL)
    return f"City LIKE '{like}'", lambda row: bool(row["City"] and pattern.fullmatch(row["City"]))


def join(parts: list[tuple[str, Test]], word: str) -> tuple[str, Test]:
    every = all if word == "AND" else any
    text = f" {word} ".join(f"({part})" for part, _ in parts)
    return text, lambda row: every(test(row) for _, test in parts)


def negate(part: tuple[str, Test]) -> tuple[str, Test]:
    text, test = part
    return f"NOT ({text})", lambda row: not test(row)


CONDITIONS = st.recursive(
    st.one_of(comparisons(), memberships(), likes()),
    lambda inner: st.one_of(
        st.builds(join, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["AND", "OR"])),
        inner.map(negate),
    ),
    max_leaves=6,
)


def org_with(leads: list[dict[str, Any]]) -> SalesforceOrg:
    org = new_org()
    for n, lead in enumerate(leads):
        org.add_lead({"LastName": str(n), "Company": "x", **lead})
    return org


def ask(org: SalesforceOrg, soql: str) -> list[str]:
    return [row["Id"] for row in run(parse(soql), org, base="").rows]


@given(st.lists(_LEADS, max_size=12), CONDITIONS)
@settings(max_examples=300)
def test_where_agrees_with_python(leads: list[dict[str, Any]], condition: tuple[str, Test]) -> None:
    org, (text, test) = org_with(leads), condition
    expected = [key for key, row in org.leads.items() if test(row)]
    assert ask(org, f"SELECT Id FROM Lead WHERE {text}") == expected


_ORDERINGS = st.lists(
    st.tuples(
        st.sampled_from(["City", "NumberOfEmployees", "SystemModstamp", "OwnerId"]),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda ordering: ordering[0],
)


def comes_before(one: Row, other: Row, orderings: list[tuple[str, bool, bool]]) -> bool:
    """Whether `one` may stand before `other`."""
    for field, descending, nulls_last in orderings:
        a, b = plain(field, one[field]), plain(field, other[field])
        if a == b:
            continue
        if a is None or b is None:
            return (a is None) != nulls_last
        return bool(a > b) == descending
    return True


@given(st.lists(_LEADS, max_size=12), _ORDERINGS, st.integers(0, 5), st.integers(0, 12))
@settings(max_examples=150)
def test_order_agrees_with_python(
    leads: list[dict[str, Any]],
    orderings: list[tuple[str, bool, bool]],
    offset: int,
    limit: int,
) -> None:
    org = org_with(leads)
    keys = ", ".join(
        f"{field} {'DESC' if down else 'ASC'} NULLS {'LAST' if last else 'FIRST'}"
        for field, down, last in orderings
    )
    found = ask(org, f"SELECT Id FROM Lead ORDER BY {keys}")
    assert sorted(found) == sorted(org.leads)
    assert all(comes_before(org.leads[a], org.leads[b], orderings) for a, b in pairwise(found))
    cut = ask(org, f"SELECT Id FROM Lead ORDER BY {keys} LIMIT {limit} OFFSET {offset}")
    assert cut == found[offset : offset + limit]


@given(st.lists(_LEADS, max_size=20), st.integers(1, 4))
@settings(max_examples=100)
def test_keyset_paging_sees_every_lead_once(leads: list[dict[str, Any]], size: int) -> None:
    """The paging the connector relies on, over as many ties as leads."""
    org, seen, where = org_with(leads), list[str](), ""
    asked = "SELECT Id FROM Lead {} ORDER BY SystemModstamp, Id LIMIT {}"
    while page := ask(org, asked.format(where, size)):
        seen += page
        last = page[-1]
        at = literal("SystemModstamp", org.leads[last]["SystemModstamp"])
        where = f"WHERE (SystemModstamp = {at} AND Id > '{last}') OR SystemModstamp > {at}"
    expected = sorted(org.leads, key=lambda key: (org.leads[key]["SystemModstamp"], key))
    assert seen == expected


_WORDS = (
    "SELECT FROM WHERE AND OR NOT IN LIKE ORDER BY GROUP LIMIT OFFSET ASC DESC NULLS FIRST ( ) , = "
    "!= < null true 'x' '\\\\' 1 1.5 -3 2026-11-22 2026-99-22 2026-11-22T12:00:00Z TODAY Foo Id "
    "City LAST_N_DAYS:9999999 COUNT() COUNT(Id) MAX(City) SUM(City) Owner.Name Owner Address Lead x"
)
_BEGINNINGS = st.sampled_from(
    ["", "SELECT", "SELECT Id FROM Lead WHERE", "SELECT Id FROM Lead ORDER BY", "SELECT COUNT(Id)"]
)
_NONSENSE = st.lists(st.sampled_from(_WORDS.split()), max_size=12).map(" ".join)
_ONE_LEAD = org_with([{"City": "a", "NumberOfEmployees": 1}])


@given(_BEGINNINGS, _NONSENSE)
@example("SELECT SUM(City)", "FROM Lead")
@example("SELECT MAX(Address), AVG(IsConverted)", "FROM Lead")
@example("SELECT Id FROM Lead", "ORDER BY Address")
@settings(max_examples=400)
def test_nonsense_is_refused_and_never_breaks_the_server(beginning: str, rest: str) -> None:
    with suppress(Refusal):
        run(parse(f"{beginning} {rest}"), _ONE_LEAD, base="")
