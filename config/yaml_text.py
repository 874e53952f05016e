"""YAML text to plain values, with the line of every key; read as YAML 1.2, so NO stays Norway."""

import re
from typing import Final

import yaml

from config.problems import KeyPath, Problems, echo
from config.remark import Place
from config.yaml_errors import Unreadable, explained

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""What JSON can say."""

DEEPEST: Final = 40
_TOO_DEEP: Final = f"nested more than {DEEPEST} levels deep"
_MOST_VALUES: Final = 500_000
# BaseLoader resolves nothing: 1.1's surprises (no, on, 9:00, 0777) never happen.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_CORE_TAG: Final = "tag:yaml.org,2002:"
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# A leading zero is kept as text: 08001 is a postal code of Barcelona, not eight thousand and one.
_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(
    r"[-+]?(0|[1-9][0-9]{0,17})?\.[0-9]{1,17}([eE][-+]?[0-9]{1,2})?"
    r"|[-+]?(0|[1-9][0-9]{0,17})[eE][-+]?[0-9]{1,2}"
)


def read_yaml(
    text: str, file: str, problems: Problems
) -> tuple[dict[str, Plain], dict[KeyPath, Place]]:
    """
    Answer the file's sections, and where every key stands.

    Notes a key that comes twice; raises Unreadable when the rest cannot be understood.
    """
    node = _compose(text)
    reader = _Reader(file, problems)
    content = None if node is None else reader.value(node, ())
    if content is None:
        return {}, {}
    if not isinstance(content, dict):
        raise Unreadable(1, "a file holds sections such as owners: or rules: at its left edge")
    return content, reader.places


def _compose(text: str) -> yaml.Node | None:
    try:
        _check_depth(text)
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise explained(text, error) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(
            line, "a control character, which YAML does not allow; delete it"
        ) from error


def _check_depth(text: str) -> None:
    """Composing recurses in C, where too much of it ends the process; parsing does not recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            mark = event.start_mark
            raise Unreadable(mark.line + 1 if mark else 1, _TOO_DEEP)


class _Reader:
    """Turns nodes into plain values and notes where each stands."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.places: dict[KeyPath, Place] = {}
        self.count = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Plain:
        self.places.setdefault(path, self._place(node))
        # Aliases may repeat a part many times over, or contain themselves.
        self.count += 1
        if len(path) > DEEPEST:
            raise Unreadable(self._place(node).line, _TOO_DEEP)
        if self.count > _MOST_VALUES:
            text = f"more than {_MOST_VALUES} values; are there aliases within aliases?"
            raise Unreadable(self._place(node).line, text)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._check_tag(node, "map" if isinstance(node, yaml.MappingNode) else "seq")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return [self.value(part, (*path, index)) for index, part in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> Plain:
        found: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            below = (*path, key)
            if key in found:
                first = self.places[below].line
                text = f"the same key again, first on line {first}; keep one of them"
                self.problems.add_at(self._place(key_node), below, text)
                continue
            self.places[below] = self._place(key_node)
            found[key] = self.value(value_node, below)
        return found

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise Unreadable(self._place(node).line, "a key must be one word or text")
        if node.value == "<<":
            text = "merge keys (<<) are not supported; write the values out"
            raise Unreadable(self._place(node).line, text)
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode) -> Plain:
        self._check_tag(node, "str")
        text = str(node.value)
        return text if node.style else resolve(text)

    def _check_tag(self, node: yaml.Node, expected: str) -> None:
        if node.tag not in (f"{_CORE_TAG}{expected}", None, "!"):
            text = f"the tag {echo(node.tag.replace(_CORE_TAG, '!!'))} is not supported; remove it"
            raise Unreadable(self._place(node).line, text)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1)


def resolve(text: str) -> bool | int | float | str | None:
    """Answer what an unquoted word means in YAML 1.2; everything doubtful is text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
