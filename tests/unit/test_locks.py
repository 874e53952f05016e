"""What is installed: pinned, hashed, without an address, and under licences that go together."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / "requirements" / name for name in ("runtime.lock", "dev.lock")]
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([A-Za-z0-9.!+-]+)( ; [^\\]+)? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
_COMMENT = re.compile(r"^    #( .*)?$")

# Words of licences under which an Apache-2.0 work may be given away together with the package.
FREE = (
    "apache", "mit", "bsd", "isc", "python software foundation", "psf", "mozilla", "mpl",
    "unlicense", "public domain", "zlib", "zpl", "hpnd", "0bsd", "cc0", "postgresql",
    "historical permission", "python-2.0", "blueoak",
)  # fmt: skip
# Lesser copyleft: a package of its own, installed unchanged by pip and not given away with ours.
LESSER = {"psycopg": "lgpl", "psycopg-binary": "lgpl", "pycountry": "lgpl"}
# One of two at the user's choice: what we choose.
CHOSEN = {"text-unidecode": "artistic license"}


def blocks(lock: Path) -> dict[str, list[str]]:
    """Lines of each requirement, by its name and version."""
    found: dict[str, list[str]] = {}
    for line in lock.read_text().splitlines():
        if not line.startswith((" ", "#")) and line:
            current = found.setdefault(line, [])
        elif line.startswith(" "):
            current.append(line)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_pinned_and_hashed(lock):
    found = blocks(lock)
    assert len(found) > 50
    wrong = [line for line in found if not _PIN.fullmatch(line)]
    assert wrong == [], "not NAME==VERSION with hashes to follow"
    bare = [line for line, below in found.items() if not any(map(_HASH.fullmatch, below))]
    assert bare == [], "without a hash"
    odd = [
        below
        for lines in found.values()
        for below in lines
        if not (_HASH.fullmatch(below) or _COMMENT.fullmatch(below))
    ]
    assert odd == [], "neither a hash nor where it comes from"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_lock_says_where_from(lock):
    """An address would be asked in the place of the index that a person trusts."""
    text = lock.read_text()
    assert not re.search(r"(?i)://|--(extra-)?index|--find-links|--trusted|^-e| @ |git\+", text)


def test_what_is_tested_is_what_runs():
    """A package in both locks has one version."""
    runtime, dev = (
        {line.split("==")[0]: line.split(" ")[0] for line in blocks(lock)} for lock in LOCKS
    )
    assert {name: dev.get(name) for name in runtime} == runtime


# It is in its files alone: words of the licence there, by which it was told.
IN_ITS_FILE = {
    "axe-playwright-python": ("MIT License", "mit"),
    "zen-engine": ("Permission is hereby granted, free of charge", "mit"),
}


def licence_of(name: str) -> str:
    if name in IN_ITS_FILE:
        words, licence = IN_ITS_FILE[name]
        files = [f for f in distribution(name).files or () if f.name.startswith("LICENSE")]
        return licence if any(words in file.read_text() for file in files) else ""
    about = distribution(name).metadata
    classified = [c for c in about.get_all("Classifier") or () if c.startswith("License")]
    stated = [*(about.get_all("License-Expression") or ()), *(about.get_all("License") or ())]
    return " ".join([*(text[:200] for text in stated), *classified]).lower()


@pytest.mark.parametrize("name", sorted({b.split("==")[0] for lock in LOCKS for b in blocks(lock)}))
def test_its_licence_goes_with_ours(name):
    try:
        licence = licence_of(name)
    except PackageNotFoundError:
        pytest.skip("for another platform than this one")
    assert licence.strip(), f"{name} names no licence: read its files before it is used"
    if wanted := LESSER.get(name) or CHOSEN.get(name):
        assert wanted in licence
        return
    assert not re.search(r"gpl|sspl|busl|commons clause", licence), licence
    assert any(word in licence for word in FREE), f"{name}: {licence}"
