"""The version that is kept with a decision: of a release, a checkout, one beside it, an image."""

import subprocess
from pathlib import Path

import pytest

from store.program import commit_of, program


def git(folder: Path, *words: str) -> str:
    by = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
    told = subprocess.run(
        ["git", *by, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return told.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    return folder


def test_the_commit_of_a_checkout_is_read_wherever_git_keeps_it(checkout: Path):
    first = git(checkout, "rev-parse", "HEAD")
    assert commit_of(checkout) == first
    git(checkout, "pack-refs", "--all")
    assert commit_of(checkout) == first
    git(checkout, "commit", "-q", "--allow-empty", "-m", "second")
    second = git(checkout, "rev-parse", "HEAD")
    assert commit_of(checkout) == second != first
    git(checkout, "checkout", "-q", "--detach", first)
    assert commit_of(checkout) == first


def test_a_checkout_beside_another_has_a_commit_of_its_own(checkout: Path, tmp_path: Path):
    git(checkout, "worktree", "add", "-q", "-b", "other", "../beside")
    beside = tmp_path / "beside"
    git(beside, "commit", "-q", "--allow-empty", "-m", "only there")
    assert commit_of(beside) == git(beside, "rev-parse", "HEAD") != commit_of(checkout)
    git(checkout, "pack-refs", "--all")
    assert commit_of(beside) == git(beside, "rev-parse", "HEAD")


@pytest.mark.parametrize("head", [None, "ref: refs/heads/none", "\xff\xfe"])
def test_without_a_commit_there_is_the_number_alone(tmp_path: Path, head: str | None):
    """In an image there is no git; a folder that is damaged must keep no lead waiting."""
    if head is not None:
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git" / "HEAD").write_text(head, encoding="latin-1")
    assert commit_of(tmp_path) == ""


def test_the_program_is_its_number_and_its_commit():
    number, _, commit = program().partition("+g")
    assert number[0].isdigit()
    assert commit == "" or len(commit) == 10
