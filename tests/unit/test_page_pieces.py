"""Pieces of Prefect's pages: nothing typed at a source is markup, and nothing is cut off."""

import pytest

from flows.page_pieces import in_cell, lines_of, table, without_empty

WHY = (
    "Europe matched: Chloe Martin has the lightest load of 3 in pool europe (12 of 40 open leads)."
)
EVIL = "Acme](https://evil.example)<img src=x onerror=alert(1)>|next"


def test_a_long_reason_is_in_lines_that_a_page_has_room_for():
    lines = lines_of(WHY).split("<br>")
    assert " ".join(lines) == WHY
    assert len(lines) == 3
    assert max(map(len, lines)) <= 44


def test_a_word_longer_than_a_line_stays_whole():
    assert lines_of("x" * 60 + " y-z") == f"{'x' * 60}<br>y-z"


@pytest.mark.parametrize("made", [lines_of(EVIL), table(("a",), [(EVIL,)]), in_cell(EVIL, "")])
def test_what_was_typed_makes_no_markup_but_our_own_lines(made):
    assert "<" not in made.replace("<br>", "")
    assert "|next" not in made.replace("\\|next", "")


def test_what_was_typed_is_no_cell_of_ours_by_holding_a_link():
    (*_, row) = table(("why",), [(f"[x](https://evil.example) {EVIL}",)]).splitlines()
    assert "&lt;img" in row


def test_a_link_is_kept_and_a_long_key_has_a_line_for_its_source():
    assert in_cell("hubspot:12", "https://x.example/12") == "[hubspot:12](https://x.example/12)"
    key = "linkedin_ads:7f1d3f2c-0b1e-4a3f-9d1c-000000000001"
    first, second = in_cell(key, "https://x.example").split("<br>")
    assert first == "[linkedin_ads](https://x.example)"
    assert second == f"[{key.partition(':')[2]}](https://x.example)"


def test_a_column_in_which_nobody_has_anything_is_none():
    rows = [{"a": "1", "b": "", "c": ""}, {"a": "", "b": "", "c": "2"}]
    assert without_empty(rows) == [{"a": "1", "c": ""}, {"a": "", "c": "2"}]


def test_a_table_takes_a_link_as_it_is():
    (*_, row) = table(("lead", "why"), [(in_cell("hubspot:12", "https://x.example/"), "b")]).split(
        "\n"
    )
    assert row == "| [hubspot:12](https://x.example/) | b |"
