"""Secrets in the code: compared in constant time, held so that no repr shows them, from no file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.registry import build
from connectors.setup import Intake, SourceSetup
from flows.doors import _generic
from leads.normalise.vocabulary import Vocabulary
from tests.unit.test_fuzz_records import CONNECTION, ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
WORDS = ("secret", "token", "signature", "digest", "password", "proof", "hmac")
# LinkedIn's client asks whether its own token was renewed meanwhile: nobody else's is compared.
HARMLESS = {"connectors/linkedin_ads/client.py": ["_token"]}


def comparisons(tree: ast.AST) -> Iterator[ast.Compare]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            yield node


def names_in(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def compared(source: str) -> list[str]:
    """Names of secrets that `source` compares by == or !=, which stop at the first difference."""
    return [
        name
        for node in comparisons(ast.parse(source))
        for name in names_in(node)
        if any(word in name.lower() for word in WORDS)
    ]


def test_secrets_are_compared_in_constant_time():
    found = {
        str(file.relative_to(ROOT)): names
        for package in ("connectors", "flows")
        for file in (ROOT / package).rglob("*.py")
        if (names := compared(file.read_text()))
    }
    assert found == HARMLESS


def test_the_search_finds_one():
    assert compared("if given == self.token: pass") == ["token"]
    assert compared("ok = hmac_sha256(secret, body) != given") == ["hmac_sha256", "secret"]


@pytest.mark.parametrize(
    "name", ["salesforce", "hubspot", "meta_ads", "google_ads", "linkedin_ads"]
)
def test_no_repr_of_a_connector_shows_a_secret(name):
    environment = dict.fromkeys(ENVIRONMENT, "planted-secret")
    intake = Intake(object="contacts" if name == "hubspot" else "Lead")
    setup = SourceSetup(name=name, intake=intake, vocabulary=Vocabulary())
    source = build(name, setup, CONNECTION.get(name, {}), environment)
    parts = vars(source)
    settings = parts.get("settings") or parts["_settings"]
    assert any(isinstance(value, SecretStr) for value in vars(settings).values())
    shown = [repr(source), *(repr(part) for part in parts.values())]
    assert "planted-secret" not in " ".join(shown)
    source.close()


def test_no_repr_of_a_door_shows_its_secret():
    door = _generic({}, {"FIRSTTOUCH_WEBHOOK_SECRET": "planted-secret"})
    assert door.lacks == ()
    assert "planted-secret" not in repr(door)


def test_blanks_open_no_door():
    assert _generic({}, {"FIRSTTOUCH_WEBHOOK_SECRET": " \n"}).lacks
