"""A reason cut to a field's length never ends in half a word, and says that it was cut."""

from hypothesis import given
from hypothesis import strategies as st

from leads.shorten import shortened

_REASON = (
    "Europe matched: Hiro Tanaka has the lightest load of 2 in pool weekend-cover; "
    "Dieter Vogel is off work until Mon 23 Nov 08:00 (Europe/Berlin); Ana Ruiz is at 40 of 40"
)


def test_it_ends_with_a_whole_clause():
    assert shortened(_REASON, 120) == (
        "Europe matched: Hiro Tanaka has the lightest load of 2 in pool weekend-cover…"
    )


def test_a_clause_too_long_ends_with_a_whole_word():
    assert (
        shortened("nobody in pool europe could take it today", 30) == "nobody in pool europe could…"
    )


@given(st.text(max_size=300), st.integers(2, 255))
def test_what_fits_is_left_alone_and_nothing_is_longer(text, most):
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text if len(text) <= most else short.endswith("…")
