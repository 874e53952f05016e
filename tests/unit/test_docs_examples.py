"""What the documents show can be done: commands exist, YAML is of the configuration, links lead."""

import re
import shlex
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
import yaml
from pydantic import ValidationError

from config.model_document import DocumentModel
from flows.checkout import CHECKOUT
from flows.cli import app

PAGES = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *(CHECKOUT / "docs").glob("**/*.md")]
NAMES = [str(page.relative_to(CHECKOUT)) for page in PAGES]
_INLINE = re.compile(r"`(firsttouch [^`]+)`")
_LINE = re.compile(r"^\s*(?:\$ )?(firsttouch [a-z][^`\n]*)$", re.MULTILINE)
_YAML = re.compile(r"^( *)```yaml[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ENDS = {"|", ">", "&&", ";", "#", ">>", "2>"}


@cache
def _text(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def _unknown_word(line: str) -> str:
    """Return the first word that is no command or option, or nothing."""
    command = typer.main.get_command(app)
    words = iter(shlex.split(line, comments=True)[1:])
    taken = 0
    for word in words:
        if word in _ENDS or word.startswith(("|", ">")):
            break
        if word.startswith("--"):
            named = [
                p for p in command.params if word.split("=")[0] in (*p.opts, *p.secondary_opts)
            ]
            if not named and word != "--help":
                return word
            if named and not getattr(named[0], "is_flag", False) and "=" not in word:
                next(words, "")
        elif hasattr(command, "commands") and word in command.commands:
            command = command.commands[word]
        elif (taken := taken + 1) > _room(command):
            return word
    return ""


def _room(command) -> float:
    """How many arguments it takes, beside its options."""
    counts = [p.nargs for p in command.params if p.param_type_name == "argument"]
    return float("inf") if -1 in counts else sum(counts)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_is_shown_can_be_typed(name):
    shown = {*_INLINE.findall(_text(name)), *_LINE.findall(_text(name))}
    wrong = {line: word for line in shown if "..." not in line and (word := _unknown_word(line))}
    assert wrong == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_yaml_that_is_shown_has_keys_of_the_configuration(name):
    wrong = []
    for indent, block in _YAML.findall(_text(name)):
        text = re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)
        try:
            DocumentModel.model_validate(yaml.safe_load(text))
        except ValidationError as refused:
            wrong += [e for e in refused.errors() if e["type"] == "extra_forbidden"]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_no_yaml_of_the_configuration_is_shown_unfenced(name):
    """Else nobody looks whether its keys are keys."""
    bare = re.sub(r"^```.*?^```", "", _text(name), flags=re.MULTILINE | re.DOTALL)
    sections = "|".join(DocumentModel.model_fields)
    assert re.findall(rf"^ +(?:{sections}):(?: .*)?$", bare, re.MULTILINE) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_target_and_module_that_is_shown_is_there(name):
    text = _text(name)
    targets = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.MULTILINE))
    known = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    modules = set(re.findall(r"(?:^ {4}|`)python -m ([\w.]+)", text, re.MULTILINE))
    assert targets - known == set()
    assert [each for each in modules if find_spec(each) is None] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name):
    links = [link for link in _LINK.findall(_text(name)) if "://" not in link]
    assert [link for link in links if not _leads((CHECKOUT / name).parent, name, link)] == []


def test_every_file_that_the_architecture_names_is_there():
    named = set(re.findall(r"`([a-z_]+/[\w/.]*)`", _text("docs/architecture.md")))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (CHECKOUT / name).exists()] == []


def _leads(folder: Path, name: str, link: str) -> bool:
    file, _, place = link.partition("#")
    target = (folder / file).resolve() if file else CHECKOUT / name
    if not target.exists():
        return False
    return not place or place in _places(target.read_text(encoding="utf-8"))


def _places(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
