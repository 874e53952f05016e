"""Every way in which texts can match words and globs, against trying all short texts."""

from fnmatch import fnmatchcase
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.space.words import distinct_texts

patterns = st.lists(
    st.text(alphabet="ab*?", min_size=1, max_size=4), min_size=1, max_size=4, unique=True
)
# "z" stands for every letter that no pattern has.
TEXTS = ["".join(letters) for n in range(1, 8) for letters in product("abz", repeat=n)]


def matched(text: str, globs: list[str]) -> frozenset[str]:
    return frozenset(glob for glob in globs if fnmatchcase(text, glob))


@settings(max_examples=60)
@given(patterns)
def test_one_text_for_each_way_to_match(globs: list[str]):
    found = distinct_texts(globs)

    ways = [matched(text, globs) for text in found.found]
    assert found.is_complete
    assert all(found.found)
    assert set(ways) >= {matched(text, globs) for text in TEXTS}
    assert len(set(ways)) == len(ways)


def test_a_favourite_is_given_where_it_serves():
    assert "something else" in distinct_texts(["ent-*"], ["something else"]).found
    assert "something else" in distinct_texts(["some*"], ["something else"]).found


def test_too_many_ways_are_not_all_shown():
    globs = [f"*{one}{other}*" for one in "abcdefgh" for other in "ijklmnop"]
    assert not distinct_texts(globs).is_complete
