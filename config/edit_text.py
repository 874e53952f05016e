"""Changing single values in the YAML a person wrote: comments, order and layout stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerCap:
    """Set an owner's `max_open`."""

    owner: str
    max_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberWeight:
    """Set the weight of a member of a pool that lists its members."""

    pool: str
    owner: str
    weight: int


Edit = OwnerCap | MemberWeight


@dataclass(frozen=True, slots=True)
class _Patch:
    begin: int
    end: int
    text: str


def edited(files: Mapping[str, str], edits: Sequence[Edit]) -> dict[str, str]:
    """
    Answer the files that change, with their new text.

    What cannot be found as written is left alone: compare what the result reads as.
    """
    found: dict[str, str] = {}
    for name, text in files.items():
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        if not isinstance(root, yaml.MappingNode):
            continue
        patches = [patch for each in edits for patch in _patches(root, text, each)]
        if patches:
            found[name] = _patched(text, patches)
    return found


def _patched(text: str, patches: Sequence[_Patch]) -> str:
    for each in sorted(patches, key=lambda patch: patch.begin, reverse=True):
        text = text[: each.begin] + each.text + text[each.end :]
    return text


def _patches(root: yaml.MappingNode, text: str, edit: Edit) -> list[_Patch]:
    match edit:
        case OwnerCap(owner=owner, max_open=most):
            entries = _items(_value(root, "owners"))
            own = [e for e in entries if _word(_value(e, "id")) == owner]
            return [_set(entry, "max_open", most, text) for entry in own]
        case MemberWeight(pool=pool, owner=owner, weight=weight):
            members = _items(_value(_value(_value(root, "pools"), pool), "members"))
            return [patch for member in members for patch in _weighed(member, owner, weight, text)]


def _weighed(member: yaml.Node, owner: str, weight: int, text: str) -> list[_Patch]:
    if isinstance(member, yaml.ScalarNode) and member.value == owner:
        begin, end = member.start_mark.index, member.end_mark.index
        return [_Patch(begin, end, f"{{owner: {text[begin:end]}, weight: {weight}}}")]
    if _word(_value(member, "owner")) == owner:
        return [_set(member, "weight", weight, text)]
    return []


def _set(entry: yaml.Node, key: str, number: int, text: str) -> _Patch:
    """Replace the value, or add the key behind the entry's first."""
    assert isinstance(entry, yaml.MappingNode)
    stated = _value(entry, key)
    if stated is not None:
        return _Patch(stated.start_mark.index, stated.end_mark.index, str(number))
    first, value = entry.value[0]
    if entry.flow_style:
        end = value.end_mark.index
        return _Patch(end, end, f", {key}: {number}")
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = " " * first.start_mark.column
    if isinstance(value, yaml.ScalarNode) and value.start_mark.line == value.end_mark.line:
        end = text.find(newline, value.end_mark.index)  # behind a comment on its line
        at = len(text) if end < 0 else end
        return _Patch(at, at, f"{newline}{indent}{key}: {number}")
    begin = first.start_mark.index
    return _Patch(begin, begin, f"{key}: {number}{newline}{indent}")


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if _word(name) == key), None)


def _word(node: yaml.Node | None) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None
