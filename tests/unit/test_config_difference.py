"""What changed between two configurations, in words a person can act on."""

from hypothesis import given
from hypothesis import strategies as st

from config.difference import differences

_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from("abc"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner),
    max_leaves=8,
)
_DOCUMENTS = st.dictionaries(st.sampled_from(["rules", "pools", "sla"]), _PLAIN)


def _said(old, new):
    return [str(change) for change in differences(old, new)]


def test_entries_of_a_list_are_known_by_name():
    old = {"rules": [{"name": "A", "sla": "hot"}, {"name": "B"}]}
    new = {"rules": [{"name": "A", "sla": "cold"}, {"name": "C"}]}
    assert _said(old, new) == [
        "~ rules.A.sla: hot → cold",
        "- rules.B: {name: B}",
        "+ rules.C: {name: C}",
    ]


def test_another_order_of_rules_is_a_change_as_the_first_match_wins():
    old = {"rules": [{"name": "A"}, {"name": "B"}]}
    new = {"rules": [{"name": "B"}, {"name": "A"}]}
    assert _said(old, new) == ["~ rules: in another order → B, A"]


def test_an_entry_put_between_others_does_not_move_them():
    old = {"rules": [{"name": "A"}, {"name": "B"}]}
    new = {"rules": [{"name": "A"}, {"name": "N"}, {"name": "B"}]}
    assert _said(old, new) == ["+ rules.N: {name: N}"]


@given(_DOCUMENTS)
def test_nothing_differs_from_itself(document):
    assert differences(document, document) == []


@given(_DOCUMENTS, _DOCUMENTS)
def test_what_differs_is_said(old, new):
    if _told(old) != _told(new):
        assert differences(old, new)


def _told(value):
    """A key without a value is as good as none."""
    if isinstance(value, dict):
        return {key: _told(part) for key, part in value.items() if part is not None}
    return [_told(part) for part in value] if isinstance(value, list) else value
