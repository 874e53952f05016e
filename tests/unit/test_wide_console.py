"""What is printed for people is whole where no terminal has an edge."""

from rich.table import Table

from flows.wide_console import wide_console


def test_nothing_is_folded_or_cut_in_a_pipe(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    table = Table("lead", "why", box=None)
    table.add_row("salesforce:00QfT000000001qUAA", "because " * 40)
    wide_console().print(table)
    assert len(capsys.readouterr().out.splitlines()) == 2
