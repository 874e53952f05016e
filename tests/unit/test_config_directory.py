"""Directories and files that cannot be read, and how several files become one document."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.load import load
from tests.unit.config_files import BASE, complaints, put, with_sections

WITHOUT_RULES = with_sections(rules="")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything, so a permission is only missing to somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_directory_that_is_not_there(tmp_path: Path):
    missing = tmp_path / "nowhere"

    assert complaints(missing) == [
        f"{missing}: there is no such directory; name a directory of YAML files"
    ]


def test_a_file_in_the_place_of_the_directory(tmp_path: Path):
    put(tmp_path, base=BASE)

    assert complaints(tmp_path / "base.yaml") == [
        f"{tmp_path}/base.yaml: this is a file, not a directory; name a directory of YAML files"
    ]


def test_a_directory_without_yaml(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("owners: []")

    assert complaints(tmp_path) == [
        f"{tmp_path}: no *.yaml file in it; config/example is a directory to copy"
    ]


def test_a_directory_above_the_one_meant_names_it(tmp_path: Path):
    for name in ("live", "tried"):
        (tmp_path / name).mkdir()
        put(tmp_path / name, base=BASE)

    assert complaints(tmp_path) == [
        f"{tmp_path}: no *.yaml file in it; did you mean {tmp_path}/live or {tmp_path}/tried?"
    ]


def test_a_relative_directory_is_told_with_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)

    assert complaints(Path("mine")) == [
        f"mine: there is no such directory in {tmp_path}; name a directory of YAML files"
    ]


def test_what_an_editor_leaves_behind_is_no_part_of_it(tmp_path: Path):
    put(tmp_path, base=BASE, **{".#base": "rules: [{name: Left over"})

    assert len(load(tmp_path).policy.rules) == 2


def test_the_case_of_a_file_s_ending_does_not_matter(tmp_path: Path):
    put(tmp_path, base=WITHOUT_RULES)
    (tmp_path / "RULES.YAML").write_text("rules: [{name: All, assign: ana}]")

    assert [rule.name for rule in load(tmp_path).policy.rules] == ["All"]


def test_a_link_that_leads_nowhere(tmp_path: Path):
    put(tmp_path, base=BASE)
    (tmp_path / "old.yaml").symlink_to(tmp_path / "gone.yaml")

    assert complaints(tmp_path) == ["old.yaml:1: a link to a file that is not there; remove it"]


def test_files_that_are_all_comments_miss_every_required_section(tmp_path: Path):
    found = complaints(put(tmp_path, base="# nothing yet\n"))

    sections = [line.split(": ")[1] for line in found]
    assert sections == ["owners", "pools", "rules", "fallback", "sla"]


def test_a_directory_without_permission(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    with as_nobody():
        found = complaints(closed)

    assert found == [f"{closed}: no permission to read it; name a directory of YAML files"]


def test_a_file_without_permission(tmp_path_factory: pytest.TempPathFactory):
    directory = tmp_path_factory.mktemp("config")
    put(directory, base=BASE, pools="pools: {}")
    (directory / "pools.yaml").chmod(0o000)
    parents = [directory, *directory.parents]
    before = {path: path.stat().st_mode for path in parents if path.stat().st_uid == os.geteuid()}
    for path, mode in before.items():
        path.chmod(mode | 0o555)
    try:
        with as_nobody():
            found = complaints(directory)
    finally:
        for path, mode in before.items():
            path.chmod(mode)

    assert found == ["pools.yaml:1: no permission to read it"]


def test_a_directory_named_like_a_file(tmp_path: Path):
    put(tmp_path, base=BASE)
    (tmp_path / "old.yaml").mkdir()

    assert complaints(tmp_path) == ["old.yaml:1: a directory where a file should be; rename it"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("owners:\n  # Señor\n".encode("latin-1"), "bad.yaml:2: not UTF-8 (byte 0xF1); save"),
        ("owners: []".encode("utf-16"), "bad.yaml:1: not UTF-8 (byte 0xFF); save"),
        (b"a: 1\nb: \x07\n", "bad.yaml:2: a control character, which YAML does not allow"),
        (b"pools:\n\tsmb: {}\n", "bad.yaml:2: not valid YAML: a tab in the indentation"),
        (b"pools:\n  a: 1\n b: 2\n", "bad.yaml:3: not valid YAML: the indentation does not fit"),
        (b"pools: {a: [1, 2\nrules: []\n", "bad.yaml:2: not valid YAML: the bracket opened on"),
        (b"steward: 'desk\n", "bad.yaml:1: not valid YAML: the quotation mark opened on line 1"),
        (b"a: 1\n---\nb: 2\n", "bad.yaml:2: not valid YAML: a second document (---) in the file"),
        (b"- ana\n- ben\n", "bad.yaml:1: a file holds sections such as owners:"),
        (b"just words\n", "bad.yaml:1: a file holds sections such as owners:"),
        (b"? [a, b]\n: c\n", "bad.yaml:1: a key must be one word or text"),
        (b"a: &a [*a]\n", "bad.yaml:1: nested more than 40 levels deep"),
        (b"a: " + b"[" * 500 + b"]" * 500, "bad.yaml:1: nested more than 40 levels deep"),
        (b"[" * 100_000, "bad.yaml:1: "),
        (b"steward: *nobody\n", "bad.yaml:1: not valid YAML: found undefined alias"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(content: bytes, told: str, tmp_path: Path):
    found = complaints(put(tmp_path, base=BASE, bad=content))

    assert len(found) == 1
    assert found[0].startswith(told)


def test_what_a_broken_file_would_have_stated_is_not_called_missing(tmp_path: Path):
    found = complaints(put(tmp_path, base=WITHOUT_RULES, rules="rules: [{name: A"))

    assert len(found) == 1
    assert found[0].startswith("rules.yaml:1: not valid YAML")


def test_aliases_do_not_blow_up(tmp_path: Path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    found = complaints(put(tmp_path, bad="\n".join(lines)))

    assert len(found) == 1
    assert found[0].endswith("more than 500000 values; are there aliases within aliases?")


def test_every_unreadable_file_is_named(tmp_path: Path):
    found = complaints(put(tmp_path, a=b"\xff", b="x: [", base=BASE))

    assert [line.partition(":")[0] for line in found] == ["a.yaml", "b.yaml"]


def test_lists_are_joined_in_the_order_of_the_files(tmp_path: Path):
    last = "rules: [{name: Last, assign: ana}]"
    policy = load(put(tmp_path, base=BASE, zlast=last)).policy

    assert [rule.name for rule in policy.rules] == ["Iberian enterprise", "The rest", "Last"]
    assert policy.rules[2].where == "zlast.yaml:1"


def test_a_problem_in_a_joined_list_is_told_with_its_own_line(tmp_path: Path):
    more = "# more\nrules:\n  - name: Last\n    assign: anna\n"

    assert complaints(put(tmp_path, base=BASE, more=more)) == [
        'more.yaml:4: rules[2].assign: unknown pool or owner "anna"; did you mean ana?'
    ]


def test_maps_are_joined_key_by_key(tmp_path: Path):
    policy = load(put(tmp_path, base=BASE, more="pools:\n  solo: {members: [ben]}\n")).policy

    assert sorted(policy.pools) == ["smb", "solo"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "pools:\n  smb: {members: [ben]}\n",
            "more.yaml:2: pools.smb: already stated at base.yaml:16; keep one of the two",
        ),
        (
            "steward: ben\n",
            "more.yaml:1: steward: already stated at base.yaml:25; keep one of the two",
        ),
        (
            "fallback:\n  assign: ben\n",
            "more.yaml:2: fallback.assign: already stated at base.yaml:24; keep one of the two",
        ),
        (
            "rules:\n  Last: {assign: ana}\n",
            "more.yaml:1: rules: already stated at base.yaml:17; keep one of the two",
        ),
        (
            "owners:\n  - {id: ana, name: Another Ana}\n",
            'more.yaml:2: owners[3].id: "ana" is taken by an owner at base.yaml:2',
        ),
        (
            "rules:\n  - name: The rest\n    assign: ana\n",
            'more.yaml:2: rules[2].name: "The rest" is taken by a rule at base.yaml:23; rename one',
        ),
    ],
)
def test_the_same_thing_in_two_files_names_both(more: str, told: str, tmp_path: Path):
    assert complaints(put(tmp_path, base=BASE, more=more)) == [told]


def test_an_empty_section_and_a_byte_order_mark_are_nothing_special(tmp_path: Path):
    put(tmp_path, base=BASE.encode("utf-8-sig"), later="territories:\n")

    assert load(tmp_path).policy.territories.keys() == {"iberia"}
