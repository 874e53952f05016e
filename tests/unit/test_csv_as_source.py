"""A configured CSV file: added to, replaced, broken; and never a row lost or read as another."""

import os
from pathlib import Path

import pytest

from connectors.csv_file.settings import CsvSettings
from connectors.csv_file.source import CsvSource
from connectors.findings import Severity
from connectors.setup import Intake, SourceSetup
from leads.errors import ContractError
from leads.normalise.vocabulary import Vocabulary
from leads.record import Cursor

HEADER = "id,email,created_at\n"
ROWS = [f"{n},p{n}@example.com,2026-11-22T10:00:00Z\n" for n in range(1200)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "leads.csv"


@pytest.fixture
def source(path: Path) -> CsvSource:
    setup = SourceSetup(
        name="csv_file", intake=Intake(object="rows"), vocabulary=Vocabulary(), destination="crm"
    )
    return CsvSource(CsvSettings(path=path), setup)


def read(source: CsvSource, since: str | None = None) -> tuple[list[str], str | None]:
    at, ids = since, []
    for page in source.pull(None if since is None else Cursor(since)):
        ids += [record.source_id for record in page.records]
        at = page.resume_from
    return ids, at


@pytest.mark.parametrize(
    "edited",
    [
        "ana@example.com,+34600000001,Acme Ltd",
        "Ana@Example.com ,,Acme",
        "ana@example.com,+34600000002,",
    ],
)
def test_a_row_without_an_id_stays_the_same_lead_when_another_column_is_edited(
    source: CsvSource, path: Path, edited: str
):
    header = "email,phone,company\n"
    path.write_text(f"{header}ana@example.com,+34600000001,Acme\nben@example.com,,Acme\n")
    before, at = read(source)
    path.write_text(f"{header}{edited}\nben@example.com,,Acme\n")
    after, _ = read(source, at)
    assert after == before
    assert not any("example" in known for known in before), "ids are written into logs"


def test_a_row_with_a_number_alone_is_known_by_its_digits(source: CsvSource, path: Path):
    path.write_text("phone,company\n+34 600 000 001,Acme\n")
    before, at = read(source)
    path.write_text("phone,company\n+34-600-000-001,Other\n")
    assert read(source, at)[0] == before


def test_several_rows_about_one_person_are_all_kept_and_doctor_says_so(
    source: CsvSource, path: Path
):
    rows = ["a@example.com,Acme", "a@example.com,Other", "b@example.com,Acme", ",nobody"]
    path.write_text("email,company\n" + "\n".join(rows) + "\n")
    ids, _ = read(source)
    assert len(set(ids)) == 4
    (told,) = [f.text for f in source.check() if "have no id" in f.text]
    assert "4 rows have no id" in told
    assert "; 1 repeat one" in told


def test_a_file_is_read_once(source: CsvSource, path: Path):
    path.write_text(HEADER + "".join(ROWS))
    ids, at = read(source)
    assert ids == [str(n) for n in range(1200)]
    assert read(source, at) == ([], at)


def test_rows_added_later_are_read_on(source: CsvSource, path: Path):
    path.write_text(HEADER + "".join(ROWS[:700]))
    _, at = read(source)
    path.write_text(HEADER + "".join(ROWS))
    assert read(source, at)[0] == [str(n) for n in range(700, 1200)]


def test_a_crash_after_the_first_page_resumes_behind_it(source: CsvSource, path: Path):
    path.write_text(HEADER + "".join(ROWS))
    first = next(iter(source.pull(None)))
    assert len(first.records) == 500
    assert read(source, first.resume_from)[0][0] == "500"


@pytest.mark.parametrize("count", [3, 700, 1200])
def test_another_file_of_the_same_name_is_read_from_its_start(
    source: CsvSource, path: Path, count: int
):
    path.write_text(HEADER + "".join(ROWS[:700]))
    _, at = read(source)
    path.write_text(HEADER + "".join(f"b{row}" for row in ROWS[:count]))
    assert len(read(source, at)[0]) == count


def test_an_edited_row_is_seen_again(source: CsvSource, path: Path):
    path.write_text(HEADER + "".join(ROWS[:3]))
    _, at = read(source)
    path.write_text(HEADER + ROWS[0] + ROWS[1].replace("p1@", "q1@") + ROWS[2])
    assert "1" in read(source, at)[0]


def test_two_rows_under_one_id_are_two_leads(source: CsvSource, path: Path):
    rows = ["a1,ana@example.com,\n", "a2,ben@example.com,\n", "a1,cleo@example.com,\n"]
    path.write_text(HEADER + "".join(rows))
    ids, at = read(source)
    assert ids[:2] == ["a1", "a2"]
    assert ids[2].startswith("a1#row-")
    path.write_text(HEADER + "".join([*rows, rows[0]]))
    assert read(source, at)[0] == ["a1"], "the same row again is the same lead"
    told = [f.text for f in source.check() if f.severity is Severity.WARNING]
    assert any("1 ids stand in more than one row (a1)" in text for text in told)
    [second] = source.fetch([ids[2]])
    assert source.text_of(second)["email"] == "cleo@example.com"


def test_rows_without_an_id_are_known_by_what_they_say(source: CsvSource, path: Path):
    path.write_text("email\na@example.com\nb@example.com\n")
    (first, second), _ = read(source)
    path.write_text("email\nb@example.com\nc@example.com\n")
    ids, _ = read(source)
    assert ids[0] == second
    assert len({first, *ids}) == 3
    (found,) = source.fetch([second])
    assert source.normalise(found).email == "b@example.com"


def test_a_row_without_a_time_was_created_when_the_file_changed(source: CsvSource, path: Path):
    path.write_text("id,email,source\n7,a@example.com,fair\n")
    os.utime(path, (1_795_000_000, 1_795_000_000))
    (page,) = source.pull(None)
    lead = source.normalise(page.records[0])
    assert lead.created_at.timestamp() == 1_795_000_000
    assert str(lead.key) == "csv_file:7"


def test_a_file_that_cannot_be_read_is_this_sources_problem_alone(source: CsvSource, path: Path):
    with pytest.raises(ContractError, match=r"leads\.csv: No such file"):
        list(source.pull(None))
    path.write_text("")
    (finding,) = source.check()
    assert "the file is empty" in finding.text
    assert finding.severity is Severity.ERROR


def test_a_cursor_of_something_else_is_refused(source: CsvSource, path: Path):
    path.write_text(HEADER + ROWS[0])
    with pytest.raises(ContractError, match="cursor"):
        list(source.pull(Cursor("2026-11-22")))
