"""Seeded draws that several tables are filled by."""

import random
import string
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def happens(rng: random.Random, share: float) -> bool:
    """Answer True in `share` of all cases."""
    return rng.random() < share


def sometimes(rng: random.Random, share: float, value: T) -> T | None:
    """Answer `value` in `share` of all cases, otherwise a blank."""
    return value if rng.random() < share else None


def weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    """Draw a key with its weight."""
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def fill(rng: random.Random, *templates: str, area: str = "") -> tuple[str, ...]:
    """
    Fill each template with the same draws.

    `#` is a digit, `%` one from 0 to 4, `?` a capital letter, `@` becomes `area`.
    """
    draws: dict[str, Sequence[str]] = {
        "#": string.digits,
        "%": "01234",
        "?": "ABDEFGHJLNPQRSTUWXYZ",
    }
    drawn = [rng.choice(draws[mark]) for mark in templates[0] if mark in draws]
    filled = []
    for template in templates:
        rest = iter(drawn)
        marks = (
            next(rest) if mark in draws else area if mark == "@" else mark for mark in template
        )
        filled.append("".join(marks))
    return tuple(filled)
