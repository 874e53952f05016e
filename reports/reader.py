"""What a page has for its reader's browser: numbers and dates, to be written as is usual there."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from html import escape
from itertools import cycle
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import Markup

_SCRIPT = Path(__file__).resolve().parent / "templates" / "reader.js"
_UNITS = r"%|pp|h|min|s|days?|points|leads?"
# Our sentences group thousands by commas; of other decimals only those with a unit are figures,
# as a rule or a campaign may be called 2.0.
_FIGURE = re.compile(
    rf"(?<![\w.,:/#])(?<!\w[+-])(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+\.\d+(?= (?:{_UNITS})\b| %))"
    r"(?![\w,]|\.\d)"
)
_WITH_ITS_UNIT = re.compile(r"(?<=\d)(</t?span>)? (?=(?:pp|h|min|days)\b|%)")
_TYPED = re.compile("`([^`]+)`")
_CELL = re.compile(r"\d[\d,]*(?:\.\d+)?")


class As(StrEnum):
    """How the browser is to take a text; its own value stands beside it."""

    NUMBER = "number"  # the text itself, as we write it
    DAY = "day"  # 2026-11-23
    SHORT_DAY = "short-day"
    HOUR = "hour"  # 0 to 23
    INSTANT = "instant"  # with its offset: told in the reader's time zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands there without a script, and what it stands for."""

    shown: str
    kind: As
    value: str


def day(at: datetime, zone: str = "UTC") -> Said:
    local = at.astimezone(ZoneInfo(zone))
    return Said(shown=f"{local:%d %B %Y}", kind=As.DAY, value=f"{local:%Y-%m-%d}")


def instant(at: datetime, zone: str) -> Said:
    local = at.astimezone(ZoneInfo(zone))
    shown = f"{local:%d %B %Y, %H:%M} ({zone})"
    return Said(shown=shown, kind=As.INSTANT, value=local.isoformat(timespec="minutes"))


def short_day(at: datetime) -> Said:
    """Take a local day, below a chart."""
    return Said(shown=f"{at:%d %b}", kind=As.SHORT_DAY, value=f"{at:%Y-%m-%d}")


def hour(of_day: int) -> Said:
    return Said(shown=f"{of_day:02}:00", kind=As.HOUR, value=str(of_day))


def marked(said: Said, tag: str = "span") -> Markup:
    """Set one for the browser; in a drawing the tag is `tspan`."""
    text, value = escape(said.shown), escape(said.value, quote=True)
    return Markup(f'<{tag} data-as="{said.kind.value}" data-value="{value}">{text}</{tag}>')  # noqa: S704  (escaped)


def with_figures(html: str, tag: str = "span") -> str:
    """Mark the figures in a sentence of ours, escaped already, and keep each by its unit."""
    found = _FIGURE.sub(lambda each: _number(each, tag), html)
    return _WITH_ITS_UNIT.sub("\\1\N{NO-BREAK SPACE}", found)


def with_number(html: str, tag: str = "span") -> str:
    """Mark the first number of a cell, a tick or a figure of ours, and keep it by its unit."""
    found = _CELL.sub(lambda each: _number(each, tag), html, count=1)
    return _WITH_ITS_UNIT.sub("\\1\N{NO-BREAK SPACE}", found)


def _number(found: re.Match[str], tag: str) -> str:
    is_alike_everywhere = found[0].isdigit() and len(found[0]) < 4  # noqa: PLR2004  (no separator)
    return found[0] if is_alike_everywhere else f'<{tag} data-as="number">{found[0]}</{tag}>'


def sentence(text: str) -> Markup:
    """Escape a sentence, mark its figures, and set what stands between backticks as is typed."""
    parts = _TYPED.split(text)
    told = [
        f"<code>{escape(part)}</code>" if is_typed else with_figures(escape(part))
        for part, is_typed in zip(parts, cycle([False, True]), strict=False)
    ]
    return Markup("".join(told))  # noqa: S704  (escaped)


def names(text: str) -> Markup:
    """Leave names as they are: an owner's or a campaign's digits are no figures of ours."""
    return Markup(_TYPED.sub(r"<code>\1</code>", escape(text)))  # noqa: S704  (escaped)


def figure(text: str) -> Markup:
    """Mark what a cell or the head of a page has: a number, or a few words."""
    return Markup(with_number(escape(text)))  # noqa: S704  (escaped)


@cache
def script() -> Markup:
    return Markup(_SCRIPT.read_text(encoding="utf-8").strip())  # noqa: S704  (ours)


@cache
def only_that_script() -> str:
    """Say it as a content security policy does: what a lead carries can never be run."""
    digest = b64encode(sha256(script().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
