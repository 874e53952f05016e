"""A report on its page and in its files: whatever a lead carries is text there."""

import csv
import io
import json
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from reports.beside import Beside
from reports.reader import script, with_figures, with_number
from reports.report import build_report, digest, report_json
from reports.report_page import report_page
from reports.tables import Column, Kind, as_csv, table
from reports.wording import NOTHING, percent, shown
from tests.report_case import whole_page
from tests.unit.report_rows import facts, many, row

EVIL = "<script>alert(1)</script>"


def _report(rows):
    return build_report(facts(rows), Beside(), title="Leads", notes=[EVIL])


def test_the_page_needs_nothing_from_outside():
    page = report_page(_report(many(800)))
    assert "http" not in page.replace("http-equiv", "")
    assert "src=" not in page
    assert f"<script>{script()}</script>" in page
    assert page.lower().count("<script") == 1
    digest = b64encode(sha256(script().encode()).digest()).decode()
    assert (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
        in unescape(page)
    )
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_a_lead_is_text_on_the_page():
    hostile = dict.fromkeys(
        ("source", "channel", "campaign", "country", "size", "rule", "pool", "method", "owner"),
        EVIL,
    )
    page = report_page(_report([row(n, **hostile) for n in range(40)] + [row(99, lead=EVIL)]))
    assert page.lower().count("<script") == 1, "ours"
    assert "&lt;script&gt;" in page


def test_what_stands_between_backticks_is_escaped_too():
    page = report_page(build_report(facts([]), Beside(), title="x", notes=[f"`{EVIL}`"]))
    assert "<code>&lt;script&gt;alert(1)&lt;/script&gt;</code>" in page


NUMBER = '<span data-as="number">{}</span>'


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("13 % of 1,948 leads.", "1,948"),
        ("worth 1,216,503.", "1,216,503"),
        ("after 5.5 h on average", "5.5"),
        ("Between -3.1 and 4 points", None),
        ("Between +2 and -3.1 points", "3.1"),
        ("Rule 2.0 did not fire; v1.2 neither", None),
        ("campaign-1,204 and hubspot:1,204", None),
        ("spring-2.5 days", None),
        ("lead 10.0.1,204", None),
        ("567 of 607 leads", None),
    ],
)
def test_figures_are_told_from_names(sentence, figure):
    """What the reader's browser may write otherwise; a name is left as it is."""
    wanted = sentence.replace(figure, NUMBER.format(figure)) if figure else sentence
    assert with_figures(sentence).replace("\N{NO-BREAK SPACE}", " ") == wanted


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0 %"),
        (0.002, "0.2 %"),
        (0.124, "12 %"),
        (0.9985, "99.8 %"),
        (0.9999, "99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_nearly_all_is_not_all(share, said):
    assert percent(share) == said


def test_a_cell_has_one_number_and_keeps_its_unit():
    assert with_number("-1,204.5") == f"-{NUMBER.format('1,204.5')}"
    assert with_number("12 %") == "12\N{NO-BREAK SPACE}%"
    tick = with_number("1.5 h", "tspan")
    assert tick == '<tspan data-as="number">1.5</tspan>\N{NO-BREAK SPACE}h'


def test_of_many_names_a_cell_shows_the_first_and_the_file_has_all():
    names = ("Security, larger companies", "Iberia", "US West", "Brazil")
    few, many_names = "; ".join(names[:2]), "; ".join(names)
    assert shown(few, Kind.NAMES) == few
    assert shown(many_names, Kind.NAMES) == "Security, larger companies; Iberia and 2 more"
    assert shown("", Kind.NAMES) == shown(None, Kind.NAMES) == NOTHING
    column = Column(key="rules", title="Rules", kind=Kind.NAMES)
    assert many_names in as_csv(table("fields", "Fields", [column], [(many_names,)]))


def test_a_spreadsheet_takes_no_text_for_a_formula():
    columns = (Column(key="who", title="Who", kind=Kind.TEXT), Column(key="n", title="N"))
    texts = ["=1+1", "+34600", "-2", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "plain"]
    written = as_csv(table("t", "T", columns, [(text, -5) for text in texts]))
    rows = list(csv.reader(io.StringIO(written)))[1:]
    assert [cells[0] for cells in rows[:-1]] == [f"'{text}" for text in texts[:-1]]
    assert rows[-1] == ["plain", "-5"]


def test_json_has_every_table_and_no_word_that_json_lacks():
    report = _report(many(300))
    found = json.loads(json.dumps(report_json(report), allow_nan=False))
    tables = {name for each in found["sections"].values() for name in each["tables"]}
    assert {"response_by_owner", "conversion_by_method", "aging_waiting", "methods"} <= tables
    assert found["sections"]["response"]["figures"]["median"] > 0


def test_a_report_of_nothing_is_a_page_as_well():
    report = _report([])
    assert "No lead came in this time." in report_page(report)
    json.dumps(report_json(report), allow_nan=False)


def test_the_digest_says_what_is_wrong_first():
    said = digest(_report(many(2_000)))
    assert said[0].startswith("! The average response time")
    assert [line.partition(":")[0] for line in said[-3:]] == [
        "Response time",
        "Conversion",
        "Lead aging",
    ]


def test_a_number_at_the_head_says_what_it_is_a_number_of():
    head = whole_page(leads=200).split('<ul class="numbers">')[1].split("</ul>")[0]
    for told in ("Routing: at the fallback", "Fairness: leads off", "Data quality: malformed"):
        assert f'<span class="what">{told}</span>' in head
