"""Reading a configuration: from a directory of YAML files, or from a document kept in the store."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from config.compile import compile_document
from config.configuration import Configuration
from config.directory import file_texts, read_directory, read_texts
from config.problems import Problems


def load(directory: Path, *, today: date | None = None) -> Configuration:
    """
    Read every *.yaml and *.yml file of `directory`.

    Raises ConfigError with all problems, one line each: file, line, key, and what would be right.
    `today` (the current day in UTC unless given) only matters to warnings.
    """
    problems = Problems(origin=str(directory))
    document = read_directory(directory, problems)
    read = compile_document(document, problems, today or datetime.now(UTC).date())
    return replace(read, files=file_texts(directory))


def from_texts(files: Mapping[str, str]) -> Configuration:
    """Read texts as if they were the files of a directory. Raises ConfigError."""
    problems = Problems()
    read = compile_document(read_texts(files, problems), problems, datetime.now(UTC).date())
    return replace(read, files=dict(files))


def from_document(document: Mapping[str, Any]) -> Configuration:
    """Read a `Configuration.document` again, as when an old decision is replayed. No warnings."""
    return compile_document(document, Problems(), None)
