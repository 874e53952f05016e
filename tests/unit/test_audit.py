"""The audit: what it counts, what it proposes, and that it shows nobody's contact data."""

from hypothesis import given
from hypothesis import strategies as st

from leads.normalise.vocabulary import Vocabulary
from leads.shapes import PERSONAL, shape
from reports.audit import Unclean, audit_fields, propose_values

MANY = Unclean(field="employees", kind="unreadable", raw="many")


def test_fill_rate_distinct_values_and_flaws_are_counted():
    records: list[dict[str, str | None]] = [
        {"industry": "Technology", "employees": "51-200"},
        {"industry": " ", "employees": None},
        {"industry": "technolgy", "employees": "many"},
    ]
    by_field = {a.field: a for a in audit_fields(records, [MANY])}
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


def test_values_that_cannot_be_read_are_shown_and_personal_ones_by_their_format():
    phone = Unclean(field="phone", kind="unreadable", raw="call 555 0100 x2")
    guess = Unclean(field="employees", kind="assumed", raw="fifty", shown=False)
    audits = audit_fields([{"employees": "many", "phone": "call"}], [MANY, MANY, phone, guess])
    by_field = {audit.field: audit for audit in audits}
    assert by_field["employees"].unreadable == (("many", 2),)
    assert by_field["employees"].flaws == {"assumed": 1, "unreadable": 2}
    assert by_field["phone"].unreadable == (("aaaa 999 9999 a9", 1),)


def test_a_field_that_only_flaws_tell_of_is_audited_too():
    (audited,) = audit_fields([{}], [MANY])
    assert (audited.field, audited.filled, audited.unreadable) == ("employees", 0, (("many", 1),))


def test_what_the_configuration_maps_is_not_proposed_otherwise():
    known = Vocabulary(values={"product": {"GTXPro": "GTX Pro", "gtx-basic": "GTX Basic"}})
    words = ["GTXPro"] * 9 + ["GTX Pro"] * 2 + ["GTX  Pro!", "gtx_basic", "Gtx-Basic", "MG"]
    proposed = propose_values([{"product": word} for word in words], known)
    assert proposed == {"product": {"GTX  Pro!": "GTX Pro", "gtx_basic": "GTX Basic"}}


WORD = st.sampled_from(["GTX Pro", "GTXPro", "gtx-pro", "Pro GTX", "MG", "M.G.", "Basic"])


@given(st.dictionaries(WORD, WORD, max_size=4), st.lists(WORD, max_size=12))
def test_no_proposal_contradicts_the_map(stated, seen):
    words = {theirs: ours for theirs, ours in stated.items() if ours not in stated}
    known = Vocabulary(values={"product": words})
    proposed = propose_values([{"product": word} for word in seen], known)
    for word, ours in proposed.get("product", {}).items():
        assert known.ours("product", word) is None
        assert known.ours("product", ours) in {None, ours}
