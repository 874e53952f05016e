"""The settings of Prefect that we ship, in prefect.toml, as environment variables."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from flows.checkout import CHECKOUT

FILE = CHECKOUT / "prefect.toml"


def shipped() -> dict[str, str]:
    """Return what Prefect itself reads in the checkout's folder only: many start elsewhere."""
    return dict(_variables("PREFECT", tomllib.loads(FILE.read_text())))


def _variables(name: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        inner = f"{name}_{key.upper()}"
        match value:
            case dict():
                yield from _variables(inner, value)
            case bool():
                yield inner, str(value).lower()
            case _:
                yield inner, str(value)
