"""A value as one of a list's options: a CRM refuses a record for any other. No I/O."""

import re
from collections.abc import Sequence

_REGIONAL = re.compile(r"([a-z]{2})-[a-z0-9]{2,4}")
_RANGE = re.compile(r"(\d+)(?:-(\d+)|(\+))?")


def fitting(text: str, options: Sequence[str]) -> str | None:
    """
    The option that says what `text` says; None when none does, as one that says more would lie.

    Spelled otherwise ("pt_BR" for "pt-br"), a language without its country, or the range that
    holds a number or a narrower range. No options: anything fits.
    """
    if not options or text in options:
        return text
    folded = {_folded(option): option for option in reversed(options)}
    wanted = _folded(text)
    language = _REGIONAL.fullmatch(wanted)
    general = folded.get(language[1]) if language else None
    return folded.get(wanted) or general or _around(text, options)


def _folded(text: str) -> str:
    return text.strip().lower().replace("_", "-").replace(" ", "-")


def _around(text: str, options: Sequence[str]) -> str | None:
    inner = _bounds(text)
    if inner is None:
        return None
    for option in options:
        outer = _bounds(option)
        if outer and outer[0] <= inner[0] and inner[1] <= outer[1]:
            return option
    return None


def _bounds(text: str) -> tuple[float, float] | None:
    """Least and most of "51-200", of "1000+" and of "240"."""
    matched = _RANGE.fullmatch(text.replace(",", "").strip())
    if not matched:
        return None
    least = float(matched[1])
    most = float("inf") if matched[3] else float(matched[2] or matched[1])
    return least, most
