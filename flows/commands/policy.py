"""`firsttouch policy`: the versions of the configuration, what changed, and the way back."""

import json
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from rich.console import Console

from config.difference import Change, differences
from config.directory import is_read
from config.load import from_document, load
from flows.policy_page import policy_page
from flows.wiring import config_folder, keep_version, open_store, utc_now
from leads.errors import ConfigError
from store.rows import PolicyVersion

_TELLING = 4  # characters of a hash that are not a number by accident
NOW = "now"
"""What a person calls the files as they are, rather than a stored version."""


def list_versions(store: str | None, *, as_json: bool) -> None:
    """Print every version, oldest first, with how much each changed."""
    versions = _versions(store)
    changes = _changes_of_each(versions)
    if as_json:
        print(json.dumps([_row(v, c) for v, c in zip(versions, changes, strict=True)]))
        return
    for version, changed in zip(versions, changes, strict=True):
        print(f"{version.number:>4}  {_date(version)}  {version.hash}  {_summary(changed)}")


def show(wanted: str | None, config: Path | None, store: str | None) -> None:
    """Print a version, or the files as they are, on one page that a manager can read."""
    if wanted is None or wanted == NOW:
        folder = config_folder(config)
        configuration, of = load(folder), f"the files in {folder} as they are"
    else:
        version = _version(_versions(store), wanted)
        configuration = from_document(version.document)
        of = f"version {version.number}, since {_date(version)}"
    for line in policy_page(configuration, of):
        print(line)


def diff(
    old: str, new: str | None, config: Path | None, store: str | None, *, as_json: bool
) -> None:
    """Print what changed between two versions; without the second, up to the files as they are."""
    versions = _versions(store)
    before = _version(versions, old).document
    after = (
        load(config_folder(config)).document
        if new in (None, NOW)
        else (_version(versions, new).document)
    )
    changes = differences(before, after)
    if as_json:
        print(json.dumps([{"path": c.path, "old": c.old, "new": c.new} for c in changes]))
        return
    _print_changes(changes)


def rollback(wanted: str, config: Path | None, store: str | None, *, agreed: bool) -> None:
    """
    Write the files of a version back, as they were.

    What stands there is kept as a version first, unless it does not load.
    """
    folder = config_folder(config)
    version = _version(_versions(store), wanted)
    if not version.files:
        raise ConfigError([f"version {version.number} was kept without its files; use policy diff"])
    _print_changes(_until(folder, version))
    if not agreed and not _agrees(f"Write version {version.number} into {folder}?"):
        raise ConfigError(["nothing was written; confirm with --yes"])
    _keep_what_stands(folder, store)
    _write(folder, version.files)
    print(f"{folder} is version {version.number} again; the next sync decides by it.")


def _keep_what_stands(folder: Path, store: str | None) -> None:
    try:
        configuration = load(folder)
    except ConfigError:
        return  # it was never in force, and cannot be
    with open_store(store) as opened:
        keep_version(opened, configuration, utc_now())


def _until(folder: Path, version: PolicyVersion) -> Sequence[Change]:
    try:
        there = load(folder).document
    except ConfigError:
        there = {}  # what stands there does not load: going back is how it is mended
    return differences(there, version.document)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Write each file whole before it takes its place; take away those the version had not."""
    fresh = {name: folder / f".{name}.new" for name in files}
    for name, text in files.items():
        fresh[name].write_text(text, encoding="utf-8", newline="")
    for name, path in fresh.items():
        path.replace(folder / name)
    for path in folder.iterdir():
        if is_read(path) and path.name not in files:
            path.unlink()


def _agrees(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def _versions(store: str | None) -> list[PolicyVersion]:
    with open_store(store) as opened:
        versions = opened.versions()
    if not versions:
        raise ConfigError(["no version is kept yet: the first sync keeps the configuration"])
    return versions


def _version(versions: Sequence[PolicyVersion], wanted: str) -> PolicyVersion:
    """Find by number, or by the beginning of a hash: the newest that has it."""
    for version in reversed(versions):
        if wanted == str(version.number) or (
            len(wanted) >= _TELLING and version.hash.startswith(wanted)
        ):
            return version
    raise ConfigError([f"there is no version {wanted!r}: `firsttouch policy list` has them all"])


def _changes_of_each(versions: Sequence[PolicyVersion]) -> list[list[Change] | None]:
    pairs = pairwise(versions)
    return [None, *(differences(a.document, b.document) for a, b in pairs)]


def _summary(changes: Sequence[Change] | None) -> str:
    if changes is None:
        return "the first kept"
    if not changes:
        return "only comments or layout"
    sections = sorted({change.path.partition(".")[0] for change in changes})
    plural = "" if len(changes) == 1 else "s"
    return f"{len(changes)} change{plural} in {', '.join(sections)}"


def _row(version: PolicyVersion, changes: Sequence[Change] | None) -> dict[str, object]:
    return {
        "version": version.number,
        "policy": version.hash,
        "since": version.since.isoformat(),
        "changes": None if changes is None else [str(change) for change in changes],
    }


def _date(version: PolicyVersion) -> str:
    return f"{version.since:%Y-%m-%d %H:%M} UTC"


def _print_changes(changes: Sequence[Change]) -> None:
    console = Console(highlight=False, markup=False)
    for change in changes:
        console.print(str(change), soft_wrap=True)
    if not changes:
        console.print("Nothing differs.")
