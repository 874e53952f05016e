"""CSV files as people save them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.csv_file.connector import CsvFile
from connectors.csv_file.reading import read_table
from connectors.setup import Intake, SourceSetup
from leads.errors import ConfigError, RecordError
from leads.lead import Lead
from leads.normalise.vocabulary import Vocabulary

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def source(path: Path, content: bytes | str, **fields: str) -> CsvFile:
    path = path / "leads.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    setup = SourceSetup(
        name="csv_file", intake=Intake(object="rows"), vocabulary=Vocabulary(), fields=fields
    )
    return CsvFile(path, setup, created_at=NOW)


def leads(csv: CsvFile) -> list[Lead]:
    return [csv.normalise(raw) for page in csv.pull(None) for raw in page.records]


def test_rows_are_leads_in_file_order(tmp_path: Path):
    csv = source(
        tmp_path,
        "id,source,created_at,email,employees_min,employees_max,custom.plan\n"
        "7,salesforce,2026-11-22T10:00:00Z,a@example.com,51,200,gold\n"
        ",,,b@example.com,,,\n",
    )
    first, second = leads(csv)
    assert str(first.key) == "salesforce:7"
    assert first.employees is not None
    assert (first.employees.least, first.employees.most) == (51, 200)
    assert str(second.key) == "csv_file:line-3"
    assert second.created_at == NOW
    assert csv.notes == ()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_separator_and_line_end(tmp_path: Path, separator: str, newline: str):
    rows = [["id", "email", "company"], ["1", "a@example.com", "Acme"], ["", "", ""]]
    csv = source(tmp_path, newline.join(separator.join(row) for row in rows))
    assert [lead.company for lead in leads(csv)] == ["Acme"]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "sep=!"])
def test_a_first_line_that_tells_the_separator_is_obeyed(tmp_path: Path, first: str):
    separator = first.strip('"')[-1]
    rows = [["email", "company", "id"], ["a@example.com", "Acme, Inc", ""]]
    csv = source(tmp_path, "\n".join([first, *(separator.join(row) for row in rows)]))
    (lead,) = leads(csv)
    assert (lead.company, str(lead.key)) == ("Acme, Inc", "csv_file:line-3")


@pytest.mark.parametrize("first", ['sep="', "sep=a", "sep="])
def test_what_can_separate_nothing_is_a_header_like_any_other(tmp_path: Path, first: str):
    path = tmp_path / "leads.csv"
    path.write_text(f"{first}\nemail\n")
    assert read_table(path).header == (first,)


def test_latin_1_is_read_and_said_to_be(tmp_path: Path):
    csv = source(tmp_path, "email,city\na@example.com,Málaga\n".encode("latin-1"))
    assert leads(csv)[0].city == "Málaga"
    assert "line 2" in csv.notes[0]
    assert "Windows-1252" in csv.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_not_part_of_the_header(tmp_path: Path, encoding: str):
    csv = source(tmp_path, "email,city\na@example.com,Málaga\n".encode(encoding))
    assert leads(csv)[0].city == "Málaga"
    assert csv.notes == ()


def test_columns_nobody_knows_are_named(tmp_path: Path):
    csv = source(tmp_path, "E-Mail Address,email,Shoe size\nx,a@example.com,44\n")
    assert "E-Mail Address, Shoe size" in csv.notes[0]


def test_the_configuration_names_columns(tmp_path: Path):
    csv = source(tmp_path, "Correo,Tamaño\na@example.com,51-200\n", email="Correo")
    assert leads(csv)[0].email == "a@example.com"


def test_a_quoted_cell_may_hold_lines_and_separators(tmp_path: Path):
    csv = source(tmp_path, 'id,email,company\n1,a@example.com,"Acme,\nInc"\n2,b@example.com,B\n')
    assert [lead.key.source_id for lead in leads(csv)] == ["1", "2"]


def test_a_row_with_too_many_cells_is_set_aside_alone(tmp_path: Path):
    csv = source(tmp_path, "id,email\n1,a@example.com,oops\n2,b@example.com\n")
    first, second = (raw for page in csv.pull(None) for raw in page.records)
    with pytest.raises(RecordError, match="more cells"):
        csv.normalise(first)
    assert csv.normalise(second).email == "b@example.com"


def test_the_cursor_reads_its_line_again(tmp_path: Path):
    rows = "".join(f"{n},p{n}@example.com\n" for n in range(1200))
    csv = source(tmp_path, "id,email\n" + rows)
    first, *rest = list(csv.pull(None))
    again = [raw.source_id for page in csv.pull(first.resume_from) for raw in page.records]
    assert again[0] == first.records[-1].source_id
    assert len(again) == 1 + sum(len(page.records) for page in rest)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"sep=;\n", "empty"),
        (b"\xff\xfee", "must be a header"),
        (b"PK\x03\x04\x00\x00", "NUL bytes"),
        (b"a@example.com,Acme\nb@example.com,B\n", "must be a header"),
        (b"email,email\na,b\n", "repeats email"),
    ],
)
def test_what_is_no_list_of_leads_is_told_so(tmp_path: Path, content: bytes, told: str):
    with pytest.raises(ConfigError, match=told) as caught:
        source(tmp_path, content)
    assert "@example.com" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_a_file(tmp_path: Path):
    setup = SourceSetup(name="csv_file", intake=Intake(object="rows"), vocabulary=Vocabulary())
    with pytest.raises(ConfigError, match="no such file"):
        CsvFile(tmp_path / "none.csv", setup)
    with pytest.raises(ConfigError, match="cannot be read"):
        CsvFile(tmp_path, setup)


def test_a_time_without_a_zone_is_taken_for_utc_and_said(tmp_path: Path):
    csv = source(tmp_path, "id,created_at,email\n1,2026-11-24 10:00,a@example.com\n")
    (lead,) = leads(csv)
    assert lead.created_at == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert any("read as UTC" in note for note in csv.notes)


@pytest.mark.parametrize(
    "rows",
    [
        '1,"Acme,a@example.com\n2,Roe,b@example.com\n',
        '1,"Acme,a@example.com\n2,"Roe",b@example.com\n3,Doe,c@example.com\n',
    ],
)
def test_a_quotation_mark_that_is_not_closed_loses_no_row_in_silence(tmp_path: Path, rows: str):
    with pytest.raises(ConfigError, match="row that begins in line 2 cannot be read as CSV"):
        source(tmp_path, f"id,company,email\n{rows}")


def test_quoted_cells_may_hold_line_ends_and_doubled_marks(tmp_path: Path):
    csv = source(tmp_path, 'id,company,email\n1,"Acme\n""North""",a@example.com\n')
    assert [(raw.body["row"]["company"]) for raw in csv.rows()] == ['Acme\n"North"']


def test_a_header_alone_is_said_to_be_one(tmp_path: Path):
    csv = source(tmp_path, "id,email\n")
    assert list(csv.pull(None)) == []
    assert csv.notes[-1].endswith("leads.csv: no rows: there is a header and nothing else")


def test_a_misspelt_column_is_told_with_the_one_that_was_meant(tmp_path: Path):
    csv = source(tmp_path, "id,email,Compnay,Shoe size\n1,a@example.com,Acme,43\n")
    (note,) = csv.notes
    assert "columns not used: Compnay (did you mean company?), Shoe size (name custom" in note
