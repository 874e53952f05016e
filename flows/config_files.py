"""The files of a configuration, written by a command that a person agreed to."""

import sys
from collections.abc import Mapping
from pathlib import Path

from config.directory import is_read
from config.load import load
from flows.in_force import keep_version
from flows.which_store import open_existing_store
from flows.wiring import utc_now
from leads.errors import ConfigError


def keep_what_stands(folder: Path, store: str | None) -> None:
    """Keep the files as they are as a version, unless they do not load."""
    try:
        configuration = load(folder)
    except ConfigError:
        return  # it was never in force, and cannot be
    with open_existing_store(store) as opened:
        keep_version(opened, configuration, utc_now())


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write each file whole before it takes its place; take away the others."""
    fresh = {name: folder / f".{name}.new" for name in files}
    for name, text in files.items():
        fresh[name].write_text(text, encoding="utf-8", newline="")
    for name, path in fresh.items():
        path.replace(folder / name)
    for path in folder.iterdir():
        if is_read(path) and path.name not in files:
            path.unlink()


def agrees(question: str) -> bool:
    """Ask on a terminal; elsewhere nobody agrees."""
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
