"""What is sent to `/_sandbox/faults`, read: every mistake in it is named, and nothing is set."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sandbox.faults import Fault, FaultKind, Orders

_TEXTS = ("path", "record_id", "detail", "retry_after")
_KEYS = tuple(field.name for field in fields(Fault) if field.name != "kind")


class OrderError(Exception):
    """An order that cannot be read; its text says what would be right."""


def read_orders(text: bytes) -> Orders:
    """
    Read `{"script": [{"kind", ...}], "shares": {kind: share or {"share", ...}}}`.

    Raises OrderError saying what is wrong and what would be right.
    """
    asked = _read(text)
    if unknown := asked.keys() - {"script", "shares"}:
        raise OrderError(f"{', '.join(sorted(unknown))}: there are only script and shares")
    script, shares = asked.get("script", []), asked.get("shares", {})
    if not isinstance(script, list) or not isinstance(shares, dict):
        raise OrderError("script is a list of faults; shares has a share (0..1) for each kind")
    return Orders(
        script=tuple(_scripted(number, entry) for number, entry in enumerate(script)),
        shares=dict(_shared(name, told) for name, told in shares.items()),
    )


def _read(text: bytes) -> Mapping[str, Any]:
    try:
        asked = json.loads(text)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise OrderError('send a JSON object: {"script": [...], "shares": {...}}')
    return asked


def _scripted(number: int, entry: Any) -> Fault:
    place = f"script[{number}]"
    if not isinstance(entry, dict):
        raise OrderError(f'{place}: a fault is an object such as {{"kind": "timeout"}}')
    told = dict(entry)
    return _fault(place, told.pop("kind", None), told)


def _shared(name: str, told: Any) -> tuple[Fault, float]:
    place = f"shares.{name}"
    more = dict(told) if isinstance(told, dict) else {"share": told}
    share = more.pop("share", None)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise OrderError(f"{place}: {share!r} is no share from 0 to 1")
    return _fault(place, name, more), float(share)


def _fault(place: str, kind: Any, more: Mapping[str, Any]) -> Fault:
    if kind not in set(FaultKind):
        raise OrderError(f"{place}: {kind!r} is no kind of fault; there are {', '.join(FaultKind)}")
    if unknown := sorted(more.keys() - set(_KEYS)):
        raise OrderError(f"{place}: a fault has no {', '.join(unknown)}; it has {', '.join(_KEYS)}")
    for name in _TEXTS:
        if not isinstance(more.get(name), str | None):
            raise OrderError(f"{place}.{name}: {more[name]!r} is no text")
    seconds = more.get("seconds")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if seconds is not None and not (is_number and seconds >= 0):
        raise OrderError(f"{place}.seconds: {seconds!r} is no number of seconds")
    return Fault(kind=FaultKind(kind), **more)
