"""docs/configuration.md against the models, and the example's files against its important keys."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from shutil import copytree

import pytest

import config
from config.load import load
from config.model_base import Strict
from flows.checkout import CHECKOUT
from flows.wiring import DEFAULT_CONFIG
from tests.unit.configuration_rows import rows

PAGE = (CHECKOUT / "docs" / "configuration.md").read_text(encoding="utf-8")
TOLD = [line for line in PAGE.splitlines() if line.startswith("| `")]
ROWS = rows()
SHOWN = (
    *("Document", "OwnerModel", "CapsModel", "CalendarModel", "PoolModel", "OutOfHoursModel"),
    *("RuleModel", "SlaModel", "SourceModel", "IntakeModel", "WriteModel", "MatchingModel"),
    *("NotifyModel", "ReturnsModel", "QualityModel", "CurrencyModel"),
)
_KEY = re.compile(r"\| `([^`]+)` \|")


@pytest.mark.parametrize("part", ROWS)
def test_every_key_is_told_as_it_is(part: str):
    """Key, type, default, example and meaning: a row that fails is the one to write there."""
    missing = [row for row in ROWS[part] if row not in TOLD]

    assert missing == []


def test_every_model_of_the_configuration_is_told():
    """Also one behind a shorter form, and its fields by the names they are written by."""
    for module in iter_modules(config.__path__, "config."):
        import_module(module.name)
    told_in_a_cell = {"CatchUpModel"}  # of the keys that take it: {catch_up: 5}
    models = {each.__name__: each for each in _within(Strict)}
    shown = {name.replace("DocumentModel", "Document") for name in models} - told_in_a_cell
    assert shown == set(ROWS)
    for name, model in models.items():
        part = ROWS.get(name.replace("DocumentModel", "Document"), ())
        keys = {found[1] for row in part if (found := _KEY.match(row))}
        stated = {f.alias or key for key, f in model.model_fields.items()} - {"listed"}
        assert not part or keys == stated, name


def _within(model: type[Strict]) -> Iterator[type[Strict]]:
    for each in model.__subclasses__():
        yield each
        yield from _within(each)


def test_no_key_is_told_that_does_not_exist():
    known = {row for part in ROWS.values() for row in part}

    assert [row for row in TOLD if row not in known] == []


def test_every_part_is_told_once():
    expected = sorted(row for part in ROWS.values() for row in part)

    assert sorted(TOLD) == expected


def test_every_part_that_a_row_points_at_has_its_heading():
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in PAGE.splitlines() if line}
    linked = set(re.findall(r"\]\(#([a-z-]+)\)", PAGE))

    assert linked - headings == set()


@pytest.mark.parametrize("part", SHOWN)
def test_the_example_shows_every_important_key(part: str):
    """In force, or behind a # with a word on it."""
    texts = "\n".join(file.read_text("utf-8") for file in sorted(DEFAULT_CONFIG.glob("*.yaml")))
    keys = [found[1] for row in ROWS[part] if (found := _KEY.match(row))]

    is_shown = r"(^|[\s{{#]){key}:|: {key}\b"
    shown = [key for key in keys if re.search(is_shown.format(key=key), texts, re.MULTILINE)]

    assert keys == shown


def test_what_the_example_leaves_to_be_uncommented_loads(tmp_path: Path):
    """Of settings.yaml: a # and one space begin words, any other # what could be in force."""
    folder = copytree(DEFAULT_CONFIG, tmp_path / "all")
    settings = folder / "settings.yaml"
    lines = settings.read_text("utf-8").splitlines()
    stated = [line for line in lines if not re.match(r"# \S", line)]
    settings.write_text("\n".join(line.removeprefix("#") for line in stated), "utf-8")

    document = load(folder).document
    assert {"notify", "hold", "review", "returns", "retention", "timezone"} <= document.keys()
