"""Two configurations, key by key: what was added, removed and changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LABELS = ("name", "id", "owner")
_LONG = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`path` as in rules.Iberian enterprise.sla; `old` None: added, `new` None: removed."""

    path: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        if self.old is None:
            return f"+ {self.path}: {self.new}"
        if self.new is None:
            return f"- {self.path}: {self.old}"
        return f"~ {self.path}: {self.old} → {self.new}"


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """
    List the changes in the order of the sections' names.

    Entries of lists are known by their name, id or owner; where those stand in another order, that
    is one change of the list.
    """
    return list(_of_maps("", old, new))


def _of_maps(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        at = f"{path}.{key}" if path else key
        yield from _of_values(at, old.get(key), new.get(key))


def _of_values(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_maps(path, old, new)
    elif (labels := _labelled(old)) is not None and (others := _labelled(new)) is not None:
        yield from _of_maps(path, labels, others)
        common = [name for name in labels if name in others]
        if common != [name for name in others if name in labels]:
            yield Change(path=path, old="in another order", new=", ".join(others))
    else:
        yield Change(path=path, old=_shown(old), new=_shown(new))


def _labelled(value: Any) -> dict[str, Any] | None:
    """Know the entries of a list by their label; None when one has none, or two have the same."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return None
    found: dict[str, Any] = {}
    for entry in value:
        label = next((entry[k] for k in _LABELS if k in entry), None) if _is_map(entry) else None
        if not isinstance(label, str) or label in found:
            return None
        found[label] = entry
    return found


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = _flow(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return "blank" if value is None else str(value)
