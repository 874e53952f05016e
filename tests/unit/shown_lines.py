"""The lines that the documents show to be typed: in blocks, and between backticks."""

import re
import shlex
from collections.abc import Iterator
from functools import cache

from flows.checkout import CHECKOUT

PAGES = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *(CHECKOUT / "docs").glob("**/*.md")]
_FENCED = re.compile(r"^ *```([^\n]*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?<=\n\n)((?: {4}.*\n)+)")
_INLINE = re.compile(r"`((?:prefect|docker|openssl) [^`]+)`")
_OTHER = re.compile(r"\w+ +[=→]|[\w ]+:|\w+=")  # a formula, an example of a message, a value


@cache
def lines() -> tuple[tuple[str, ...], ...]:
    """Return the words of each, one command at a time."""
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    found = [line for text in texts for line in _shown(text)]
    return tuple(dict.fromkeys(words for line in found for words in _commands(line) if words))


def lines_of(program: str) -> list[tuple[str, ...]]:
    return [words for words in lines() if words[0] == program]


def _shown(text: str) -> Iterator[str]:
    yield from _INLINE.findall(text)
    fenced = [block for kind, block in _FENCED.findall(text) if kind in {"", "sh"}]
    for block in (*fenced, *_INDENTED.findall(_FENCED.sub("", text))):
        for line in block.replace("\\\n", "").splitlines():
            if line.strip()[:1].islower() and not _OTHER.match(line.strip()):
                yield line


def _commands(line: str) -> Iterator[tuple[str, ...]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in (*lexer, ";"):
        if word in {"&&", "|", ";"}:
            yield tuple(words)
            words = []
        else:
            words.append(word)
