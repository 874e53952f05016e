"""`make bench`'s page: all measurements are planned, what is over budget is not missed."""

import re
from dataclasses import replace
from datetime import date
from importlib.util import find_spec

from bench.__main__ import main, measure
from bench.finding import FILE, Finding, hand_over, handed_over
from bench.plan import PLAN, Measurement
from bench.results import Measured, Occasion, page
from flows.checkout import CHECKOUT

KEPT = Finding(what="a decision", budget="at most 100", found="19", growth="1.2", bound="| hours")
OVER = replace(KEPT, what="a backlog", is_kept=False)
TODAY = Occasion(machine="two cores", day=date(2026, 11, 23), commit="abc", is_quick=False)


def measured(*findings, code=0):
    return Measured(name="decide", findings=findings, code=code, load=0.5)


def test_every_measurement_is_in_the_plan_and_told_of():
    """Whoever adds one that can be run writes the line and the sentence it asks for."""
    sources = {path.stem: path.read_text() for path in (CHECKOUT / "bench").glob("*.py")}
    runs = {name for name, text in sources.items() if "__main__" in text and name != "__main__"}
    assert {each.name for each in PLAN} == runs
    told = (CHECKOUT / "docs" / "benchmarks.md").read_text("utf-8")
    assert [name for name in sorted(runs) if f"`{name}`" not in told] == []


def test_every_measurement_hands_something_over():
    texts = {each.name: (CHECKOUT / "bench" / f"{each.name}.py").read_text() for each in PLAN}
    assert [name for name, text in texts.items() if "hand_over(" not in text] == []


def test_every_budget_of_the_plan_has_small_sizes():
    assert [each.name for each in PLAN if not each.quick] == []


def test_what_is_handed_over_is_read_back(tmp_path, monkeypatch):
    monkeypatch.setenv(FILE, str(tmp_path / "found"))
    assert hand_over(KEPT)
    assert not hand_over(KEPT, OVER)
    lines = (tmp_path / "found").read_text().splitlines()
    assert list(handed_over(lines)) == [KEPT, KEPT, OVER]


def test_a_measurement_alone_writes_nowhere(tmp_path, monkeypatch):
    monkeypatch.delenv(FILE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert hand_over(KEPT)
    assert list(tmp_path.iterdir()) == []


def test_a_row_has_a_cell_for_each_heading():
    """A | in what was found is no end of a cell."""
    table = [
        re.split(r"(?<!\\)\|", line)
        for line in page([measured(KEPT)], TODAY).splitlines()
        if line.startswith("|")
    ]
    assert len({len(cells) for cells in table}) == 1
    assert len(table) == 3


def test_kept_budgets_are_said_to_be():
    told = page([measured(KEPT)], TODAY)
    assert "Every budget is kept." in told
    assert "two cores, 2026-11-23, commit abc" in told
    assert "Small sizes" not in told


def test_what_is_over_budget_is_named():
    told = page([measured(KEPT, OVER, code=1)], TODAY)
    assert "**19: over budget**" in told
    assert "Over budget: a backlog." in told
    assert "Every budget" not in told


def test_one_that_breaks_down_has_a_row():
    told = page([measured(code=3), measured(KEPT)], TODAY)
    assert "found nothing: it ended with code 3" in told
    assert "Broken down: decide." in told
    assert measured(code=0).has_failed, "it ended well, and measured nothing"


def test_small_sizes_say_so():
    assert "**Small sizes**" in page([measured(KEPT)], replace(TODAY, is_quick=True))


def test_a_measurement_is_run_and_read():
    found = measure(Measurement(name="rotation", quick=("--leads", "20", "40")), is_quick=True)
    assert [each.is_kept for each in found.findings] == [True] * 4
    assert not found.has_failed


def test_one_that_is_not_there_fails_and_keeps_the_others(tmp_path, monkeypatch):
    assert find_spec("bench.gone") is None
    found = measure(Measurement(name="gone"), is_quick=False)
    assert found.has_failed
    assert found.findings == ()


def test_some_of_them_do_not_replace_the_page(tmp_path, monkeypatch):
    """bench/RESULTS.md is of a whole run, or is not written."""
    results = CHECKOUT / "bench" / "RESULTS.md"
    before = results.read_bytes() if results.is_file() else None
    page_there = tmp_path / "some.md"
    words = ["bench", "--quick", "--only", "rotation", "--out", str(page_there)]
    monkeypatch.setattr("sys.argv", words)
    assert main() == 0
    assert "fixed team" in page_there.read_text()
    assert (results.read_bytes() if results.is_file() else None) == before
