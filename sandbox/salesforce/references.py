"""`@{reference.path}` in a part of a composite request: a value that an earlier part answered."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.salesforce.errors import Refusal

_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\w+")


def filled(value: Any, answers: Mapping[str, Any]) -> Any:
    """
    Answer `value`, however deep, with its references replaced. Raises Refusal: PROCESSING_HALTED.

    `answers` has the bodies of the parts that went well, by their reference.
    """
    if isinstance(value, Mapping):
        return {name: filled(inner, answers) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, answers) for inner in value]
    if not isinstance(value, str):
        return value
    if whole := _REFERENCE.fullmatch(value):
        return _look_up(whole, answers)
    return _REFERENCE.sub(lambda found: str(_look_up(found, answers)), value)


def references_in(value: Any) -> frozenset[str]:
    """The parts that `value` names, however deep."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return frozenset().union(*map(references_in, value))
    found = _REFERENCE.findall(value) if isinstance(value, str) else ()
    return frozenset(name for name, _ in found)


def _look_up(found: re.Match[str], answers: Mapping[str, Any]) -> Any:
    here = answers.get(found[1])
    for step in _STEP.findall(found[2]):
        here = _inside(here, step)
    if here is None:
        told = f"No value for {found[1]}{found[2]} found in {found[1]}"
        raise Refusal("PROCESSING_HALTED", f"Invalid reference specified. {told}")
    return here


def _inside(here: Any, step: str) -> Any:
    if isinstance(here, Mapping):
        return here.get(step)
    is_there = isinstance(here, list) and step.isdecimal() and int(step) < len(here)
    return here[int(step)] if is_there else None
