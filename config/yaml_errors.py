"""What a YAML parser complains of, in words of somebody who writes rules."""

from typing import Final

import yaml

# Looked for in the parser's problem and context, in this order; {} is the line it began on.
_CAUSES: Final = (
    ("single document", "a second document (---) in the file; put it into a file of its own"),
    (
        "mapping values",
        "a colon where none can be: check the indentation, or quote a text that has one",
    ),
    (
        "cannot start any token",
        "a value begins with a character it cannot begin with (@, `, %, tab); quote it",
    ),
    ("escape", "a backslash in double quotes begins an escape; use single quotes"),
    ("Unicode character", "a backslash in double quotes begins an escape; use single quotes"),
    ("quoted scalar", "the quotation mark opened on line {} is never closed"),
    ("flow", "the bracket opened on line {} is not closed, or a comma is missing"),
    ("block", "the indentation does not fit what began on line {}"),
)


class Unreadable(Exception):
    """A file that cannot be read to its end, the line where, and why."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def explained(text: str, error: yaml.MarkedYAMLError) -> Unreadable:
    """Answer the parser's error about `text` with its line and what to look for."""
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    number = min(mark.line if mark else 0, max(len(lines) - 1, 0))
    line = lines[number] if lines else ""
    return Unreadable(number + 1, f"not valid YAML: {_cause(line, error)}")


def _cause(line: str, error: yaml.MarkedYAMLError) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab in the indentation; indent with spaces"
    said = f"{error.problem} {error.context}"
    opened = error.context_mark.line + 1 if error.context_mark else 0
    for sign, cause in _CAUSES:
        if sign in said:
            return cause.format(opened)
    return error.problem or "it cannot be read"
