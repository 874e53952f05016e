"""No name stands in the code that only its definition, or a test of it, has."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from flows.checkout import CHECKOUT

FOLDERS = ("leads", "routing", "connectors", "store", "reports", "config", "flows")
FILES = sorted(file for folder in FOLDERS for file in (CHECKOUT / folder).rglob("*.py"))
SHOWN = sorted((CHECKOUT / "reports").rglob("*.html"))

BY_OTHERS = {"handle_sigterm": "a method of Prefect's runner, in our words"}


def unused(texts: dict[str, str]) -> list[str]:
    """Return file, line and name; a decorated function is there for whoever decorates it."""
    words = Counter(word for text in texts.values() for word in re.findall(r"\w+", text))
    return [
        f"{file}:{line} {name}"
        for file, text in texts.items()
        if file.endswith(".py")
        for line, name in _defined(ast.parse(text))
        if words[name] == 1 and not name.startswith("__")
    ]


def _defined(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef(decorator_list=[]) | ast.AsyncFunctionDef(decorator_list=[]):
                yield node.lineno, node.name
            case ast.ClassDef():
                yield node.lineno, node.name
            case _:
                pass
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield node.lineno, name
            case _:
                pass


def test_what_is_defined_is_used():
    texts = {str(f.relative_to(CHECKOUT)): Path(f).read_text("utf-8") for f in [*FILES, *SHOWN]}
    assert len(texts) > 500
    found = [each for each in unused(texts) if each.split()[1] not in BY_OTHERS]
    assert found == []


def test_what_only_stands_there_is_found():
    seen = {
        "a.py": "LIMIT = 3\nclass Row:\n    def ask(self): ...\ndef used(): ...\n",
        "b.py": "used",
    }
    assert unused(seen) == ["a.py:2 Row", "a.py:3 ask", "a.py:1 LIMIT"]
