"""JSON that strangers send: UTF-8, each key once, plain numbers, not deep. No I/O."""

import json
from collections.abc import Iterator
from math import isinf
from typing import Any

DEEPEST = 32
"""Levels of lists and objects. No vendor's webhook has ten."""


class Unreadable(ValueError):
    """What is wrong with a body, as its sender may know it: nothing of the body is repeated."""


def read_json(body: bytes) -> Any:
    """
    Answer what `body` holds. Raises Unreadable.

    Stricter than Python's reader, which guesses among encodings, takes the last of two equal keys
    (a proxy that checked the first has checked something else), and knows numbers JSON does not.
    """
    try:
        told = json.loads(
            body.decode(), object_pairs_hook=_object, parse_constant=_refuse, parse_float=_float
        )
    except Unreadable:
        raise
    except UnicodeDecodeError:
        raise Unreadable("the body is not JSON in UTF-8") from None
    except ValueError:
        raise Unreadable("the body is not JSON") from None
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None
    if _is_deep(told):
        raise Unreadable(_TOO_DEEP)
    return told


_TOO_DEEP = f"the body is nested deeper than {DEEPEST} levels"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Unreadable("the body has an object that names one key twice")
    return made


def _float(text: str) -> float:
    number = float(text)
    return _refuse(text) if isinf(number) else number


def _refuse(text: str) -> float:
    del text
    raise Unreadable("the body has a number that JSON has not, or that is too large")


def _is_deep(told: Any) -> bool:
    """Level by level: it must not recurse itself."""
    level = [each for each in (told,) if isinstance(each, dict | list)]
    for _ in range(DEEPEST):
        level = [each for part in level for each in _parts(part)]
        if not level:
            return False
    return True


def _parts(value: dict[str, Any] | list[Any]) -> Iterator[dict[str, Any] | list[Any]]:
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield each
