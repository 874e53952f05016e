"""The JSON Schema for editors: it describes every key, and agrees with the loader."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from config.directory import read_directory
from config.load import load
from config.model_document import DocumentModel
from config.problems import Problems
from config.schema import json_schema
from tests.unit.config_files import BASE, put, swapped

# Locked with the runtime; without type stubs, hence imported by name.
jsonschema = import_module("jsonschema")
EXAMPLE = Path(__file__).parents[2] / "config" / "example"


def complaints_of(document: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(json_schema())
    return [error.message for error in validator.iter_errors(document)]


def test_it_is_a_schema_and_json():
    schema = json_schema()

    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema
    assert set(schema["properties"]) == set(DocumentModel.model_fields)


def test_the_example_satisfies_it(tmp_path: Path):
    assert complaints_of(load(EXAMPLE).document) == []
    assert complaints_of(load(put(tmp_path, base=BASE)).document) == []


@pytest.mark.parametrize("path", sorted(EXAMPLE.glob("*.yaml")), ids=lambda path: path.name)
def test_every_file_of_it_satisfies_it_alone(path: Path, tmp_path: Path):
    put(tmp_path, one=path.read_bytes())

    assert complaints_of(read_directory(tmp_path, Problems())) == []


def test_every_key_has_a_description_and_an_example():
    for name, key in _keys(json_schema()):
        assert key.get("description"), name
        assert key.get("examples"), name


def _keys(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for title, part in {"document": schema, **schema["$defs"]}.items():
        for name, key in part.get("properties", {}).items():
            yield f"{title}.{name}", key


def test_every_reference_leads_somewhere():
    schema = json_schema()
    references = {part["$ref"] for part in _parts(schema) if "$ref" in part}

    assert "#/$defs/Conditions" in references
    assert {name.removeprefix("#/$defs/") for name in references} <= schema["$defs"].keys()


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for below in part.values() if isinstance(part, dict) else part:
        if isinstance(below, dict | list):
            yield from _parts(below)


def test_every_example_is_one():
    schema = json_schema()
    for name, key in _keys(schema):
        validator = jsonschema.Draft202012Validator({**key, "$defs": schema["$defs"]})
        for value in key["examples"]:
            assert list(validator.iter_errors(value)) == [], name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("employees: {min", "employes: {min"),
        ("{min: 200}", "{mim: 200}"),
        ("{min: 200}", "{}"),
        ("{is: present}", "{is: blank}"),
        ("weight: 2, backup", "wieght: 2, backup"),
        ("weight: 2, backup", "weight: two, backup"),
        ("kind: queue", "kind: que"),
        ("strategy: round_robin", "strategy: random"),
        ("{owner: ben, weight: 3}", "{weight: 3}"),
        ("members: [ana, {owner: ben, weight: 3}]", "members: []"),
        ("first_touch: 15m", "first_touch: 15 minutes"),
        ("steward: desk", "stewerd: desk"),
        ("budget: number", "budget: money"),
        ("rates: {USD: 0.92}", "rates: {USD: -1}"),
        ('hours: ["09:00-14:00", "15:00-18:00"]', "hours: []"),
    ],
)
def test_what_the_loader_refuses_an_editor_underlines(old: str, new: str, tmp_path: Path):
    put(tmp_path, base=swapped(old, new))

    assert complaints_of(read_directory(tmp_path, Problems()))
