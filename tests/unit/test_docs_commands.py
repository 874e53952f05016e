"""docs/commands.md against the command line itself: every command, argument and option."""

import re

import pytest

from flows.checkout import CHECKOUT
from tests.unit.command_rows import commands

SECTIONS = dict(
    re.findall(
        r"^## firsttouch ([a-z ]+)\n(.*?)(?=^## |\Z)",
        (CHECKOUT / "docs" / "commands.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
COMMANDS = commands()


def test_every_command_has_its_section():
    assert list(SECTIONS) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_section_says_what_the_command_takes(command):
    """A row that fails is the one to write there."""
    purpose, *rows = COMMANDS[command]
    lines = [line for line in SECTIONS[command].splitlines() if line]
    assert lines[0] == purpose
    assert [line for line in lines if line.startswith("| `")] == rows
