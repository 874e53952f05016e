"""`firsttouch simulate` says what of a file it could not read, as the sync's data quality would."""

import json

import pytest

from flows.wiring import DEFAULT_CONFIG

LEADS = """\
id,email,phone,country,employees,created_at
1,eva@acme.example,,Spian,700,2026-11-23T10:00:00Z
2,iker@globex.example,,Atlantis,many,2026-11-23T10:01:00Z
3,max@initech.example,+34 1,ES,lots,2026-11-23T10:02:00Z
4,ada@hooli.example,,ES,plenty,23/11/2026
5,bea@hooli.example,,ES,some,eva.ruiz@acme.example
6,cy@hooli.example,,ES,a few,2026-11-23T10:03:00Z
7,di@hooli.example,,ES,enough,2026-11-23T10:04:00Z
8,,,ES,9,2026-11-23T10:05:00Z
9,ed@hooli.example,+493012345678,,9,2026-11-23T10:05:00Z
10,flo@hooli.example,+12015550123,n/a,9,2026-11-23T10:05:00Z
"""

SAID = """\
2 rows set aside for the data steward, for created_at: line 5, line 6
1 row set aside for the data steward, for email or phone: line 9
country could not be read in 1 row, and is blank: line 3 "Atlantis"
employees could not be read in 4 rows, and is blank: line 3 "many", line 4 "lots", line 7 "a few", \
and 1 more
phone could not be read in 1 row, and is blank: line 4 (of the form "+99 9")
country is no known word in 1 row, and was guessed: line 2 "Spian" for ES
country is not stated in 2 rows, and is that of the region or the phone number: line 10 as DE, \
line 11 as US
"""


@pytest.fixture
def leads(tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text(LEADS)
    return file


def test_each_field_is_told_with_a_count_and_the_first_lines(firsttouch, leads):
    ended = firsttouch("simulate", leads, "--json")
    assert ended.code == 0
    assert ended.complaint.replace(f"firsttouch: {leads}: ", "") == SAID


def test_a_comparison_says_it_too(firsttouch, leads, tmp_path):
    here = tmp_path / "page.html"
    ended = firsttouch("simulate", leads, "--against", DEFAULT_CONFIG, "--html", here)
    assert f'{leads}: country could not be read in 1 row, and is blank: line 3 "Atl' in ended.err
    assert f"firsttouch: {here} is written\n" in ended.err


def test_a_wrong_time_is_told_with_its_line_and_a_right_one(firsttouch, leads):
    rows = {row["lead"]: row["reason"] for row in map(json.loads, _decisions(firsttouch, leads))}
    wanted = "is not an instant from 1990 to 2100 with its time zone; write 2026-11-23T10:00:00Z"
    aside = "Set aside for the data steward: created_at"
    assert rows["4"] == f'{aside}: line 5: "23/11/2026" {wanted}.'
    assert rows["5"] == f"{aside}: line 6: text of 21 characters {wanted}."


def _decisions(firsttouch, leads):
    return firsttouch("simulate", leads, "--json").out.splitlines()


def test_a_file_that_reads_cleanly_needs_no_word(firsttouch, leads):
    leads.write_text(
        "\n".join(LEADS.splitlines()[:1]) + "\n1,a@b.example,,ES,7,2026-11-23T10:00Z\n"
    )
    assert firsttouch("simulate", leads, "--json").err == ""


def test_what_is_in_the_file_is_said_and_no_further_file_asked_for(firsttouch, tmp_path):
    many = tmp_path / "many.csv"
    rows = "".join(f"{n},n{n}@firm{n}.example,2026-11-23T10:00Z\n" for n in range(41))
    many.write_text(f"id,email,created_at\n{rows}")
    out = tmp_path / "out.jsonl"
    ended = firsttouch("simulate", many, "--out", out)
    assert "... the first 40 of 41.\n" in ended.out
    assert ended.out.endswith(f"{out} has 41 decisions, a JSON object each.\n")
    ended = firsttouch("simulate", many, "--out", out, "--json")
    assert (ended.out, ended.complaint.count("has 41 decisions")) == ("", 1)
