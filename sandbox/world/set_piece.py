"""A record that every world has, whatever its seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.world.record import Standing, WildValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPiece:
    """`name` becomes the record's key, behind its source."""

    name: str
    source: str
    values: Mapping[str, Any]
    standing: Standing = Standing.WAITING
    wild: tuple[WildValue, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.source}-{self.name}"


def wild(
    name: str,
    source: str,
    values: Mapping[str, Any],
    *seen: tuple[str, str, str, str, str | None],
    standing: Standing = Standing.WAITING,
) -> SetPiece:
    """`seen`: listed, value, field, canonical, becomes (see WildValue)."""
    return SetPiece(
        name=name,
        source=source,
        values=values,
        standing=standing,
        wild=tuple(
            WildValue(
                listed=listed,
                value=value,
                source=source,
                key=f"{source}-{name}",
                field=field,
                canonical=canonical,
                becomes=becomes,
            )
            for listed, value, field, canonical, becomes in seen
        ),
    )
