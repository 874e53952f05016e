"""`firsttouch policy`: the versions of the configuration, what changed, and the way back."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from rich.console import Console

from config.difference import Change, differences
from config.load import from_document, load
from flows.config_files import agrees, keep_what_stands, write_files
from flows.plurals import count_of
from flows.policy_page import policy_page
from flows.which_store import expect_named, read_store
from flows.wiring import config_folder, utc_now
from leads.errors import ConfigError
from store.rows import PolicyVersion

_TELLING = 4  # characters of a hash that are not a number by accident
_SHOWN = 2
_LONGEST = 70
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
    expect_named(store)
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
    if not agreed and not agrees(f"Write version {version.number} into {folder}?"):
        raise ConfigError(["nothing was written; confirm with --yes"])
    keep_what_stands(folder, store)
    write_files(folder, version.files)
    print(f"{folder} is version {version.number} again; the next sync decides by it.")
    with read_store(store) as opened:
        waiting = opened.proposals(utc_now())
    if count := sum(each.review.policy != version.hash for each in waiting):
        verb = "waits" if count == 1 else "wait"
        told = f"{count_of(count, 'lead')} of another policy {verb} for a review"
        print(f"{told}: the next sync takes back what is not answered, and decides it again.")


def _until(folder: Path, version: PolicyVersion) -> Sequence[Change]:
    try:
        there = load(folder).document
    except ConfigError:
        there = {}  # what stands there does not load: going back is how it is mended
    return differences(there, version.document)


def _versions(store: str | None) -> list[PolicyVersion]:
    with read_store(store) as opened:
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
    told = [_shortened(str(change)) for change in changes[:_SHOWN]]
    more = "; ..." if len(changes) > _SHOWN else ""
    counted = f"{count_of(len(changes), 'change')} in {', '.join(sections)}"
    return f"{counted}: {'; '.join(told)}{more}"


def _shortened(change: str) -> str:
    line = " ".join(change.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


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
