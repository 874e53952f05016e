"""The audit: what it counts, what it proposes, and that it shows nobody's contact data."""

from hypothesis import given
from hypothesis import strategies as st

from reports.audit import PERSONAL, audit_fields, propose_values, shape


def test_fill_rate_distinct_values_and_flaws_are_counted():
    records: list[dict[str, str | None]] = [
        {"industry": "Technology", "employees": "51-200"},
        {"industry": " ", "employees": None},
        {"industry": "technolgy", "employees": "many"},
    ]
    by_field = {a.field: a for a in audit_fields(records, [("employees", "unreadable")])}
    assert by_field["industry"].filled == 2
    assert by_field["industry"].distinct == 2
    assert by_field["employees"].fill_rate == 2 / 3
    assert by_field["employees"].flaws == {"unreadable": 1}
    assert by_field["industry"].flaws == {}


def test_a_record_that_lacks_a_field_counts_as_blank_there():
    by_field = {a.field: a for a in audit_fields([{"city": "Graz"}, {}], [])}
    assert (by_field["city"].records, by_field["city"].filled) == (2, 1)


def test_nothing_to_audit_is_an_empty_audit():
    assert audit_fields([], []) == []


def test_a_misspelling_is_mapped_to_the_spelling_most_records_use():
    records = [{"product": p} for p in ["GTX Pro"] * 5 + ["GTXPro"] * 3 + ["gtx pro", "MG Special"]]
    assert propose_values(records) == {"product": {"GTXPro": "GTX Pro", "gtx pro": "GTX Pro"}}


def test_different_words_are_left_apart():
    assert propose_values([{"industry": "retail"}, {"industry": "medical"}]) == {}


def test_formats_show_where_the_digits_were_and_none_of_them():
    assert shape("+34 600 000 000") == "+99 999 999 999"
    assert shape("Ana-María") == "Aaa-Aaaaa"
    assert shape("1234567890") == "999999…"


@given(st.sampled_from(sorted(PERSONAL)), st.text(alphabet="abcxyz019@.", min_size=4))
def test_no_value_of_a_personal_field_is_shown(field, value):
    (audited,) = audit_fields([{field: value}], [])
    assert audited.top == ()
    assert not any("x" in text or "0" in text for text, _ in audited.shapes)
