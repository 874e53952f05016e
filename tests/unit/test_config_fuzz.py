"""Whatever a file or a stored document holds, the answer is a configuration or a ConfigError."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.directory import read_directory
from config.load import from_document
from config.model_document import DocumentModel
from config.problems import Problems
from leads.errors import ConfigError
from tests.unit.config_files import BASE, complaints, put

DOCUMENT = yaml.load(BASE, Loader=yaml.BaseLoader)
WORDS = sorted({*BASE.replace("{", " ").replace("}", " ").replace(":", " ").split(), "any", "not"})

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(WORDS)
    | st.dates()
    | st.binary(max_size=4)
)
keys = st.sampled_from(WORDS) | st.text(max_size=10)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)
# What YAML reads otherwise than JSON: control characters, and line breaks of its own.
plain_text = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"]), max_size=20
)
SECTIONS = sorted(DocumentModel.model_fields)


def accept(document: Any) -> None:
    """Anything but ConfigError is a fault, and so is a problem on two lines or without a text."""
    for line in problems_of(document):
        assert line
        assert "\n" not in line


def problems_of(document: Any) -> list[str]:
    try:
        made = from_document(document)
    except ConfigError as error:
        return error.problems or [""]
    assert from_document(json.loads(json.dumps(made.document))).policy == made.policy
    return []


@given(st.dictionaries(st.sampled_from(SECTIONS) | keys, values, max_size=6))
@example({"rules": [{"name": "a", "assign": "b", "when": {"not": {"not": {}}}}]})
@example({"owners": [{"id": "a"}] * 3, "sla": {"a": []}})
@example({"a": {1: {}, "1": []}})
def test_any_document(document: dict[str, Any]):
    accept(document)


@st.composite
def disturbed(draw: st.DrawFn) -> dict[str, Any]:
    """The base with something else at a few places: close to valid reaches the deepest code."""
    document = json.loads(json.dumps(DOCUMENT))
    for _ in range(draw(st.integers(1, 3))):
        here: Any = document
        while True:
            at = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            below = here[at]
            if not (isinstance(below, dict | list) and below) or draw(st.integers(0, 3)) == 0:
                break
            here = below
        change = draw(st.integers(0, 3))
        if change == 0:
            del here[at]
        elif change == 1 and isinstance(here, dict):
            here[draw(keys)] = draw(values)
        else:
            here[at] = draw(values)
    return dict(document)


@settings(max_examples=150)
@given(disturbed())
def test_a_document_with_something_else_in_places(document: dict[str, Any]):
    accept(document)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="ab:-{}[],#&*!|>'\"%@`\n\t ~0\0\x85\ufeff", max_size=60))
@example(text="owners: &a [*a]")
@example(text="!!binary x: 1")
@example(text="? - a")
@example(text="a: !<tag:x> b")
def test_any_text(text: str, tmp_path: Path):
    for line in complaints(put(tmp_path, noise=text)):
        assert line.startswith(("noise.yaml:", str(tmp_path)))
        assert "\n" not in line


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=80))
def test_any_bytes(content: bytes, tmp_path: Path):
    assert complaints(put(tmp_path, noise=content))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | plain_text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_text, inner, max_size=4),
        max_leaves=15,
    )
)
def test_what_is_quoted_comes_back(value: Any, tmp_path: Path):
    """JSON is YAML: every text, number and key is read as it was written, and has a place."""
    problems = Problems()
    put(tmp_path, kept=json.dumps({"section": [value]}, indent=1, ensure_ascii=False))

    assert read_directory(tmp_path, problems) == {"section": [value]}
    assert problems.place(("section", 0)).file == "kept.yaml"


@pytest.mark.parametrize("depth", [10, 100, 100_000])
def test_a_deep_document(depth: int):
    value: Any = "deep"
    for _ in range(depth):
        value = {"not": value}
    accept({**DOCUMENT, "territories": {"deep": value}})
