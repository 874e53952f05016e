"""What looking a source over brings: findings, each with how bad it is and what to change."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from connectors.vendor_text import slug
from leads.errors import ConnectorError, TransientError

_LISTED = 20


class Severity(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"  # leads flow; something is missed, or will break later
    ERROR = "error"  # leads are lost, stopped or wrong until somebody mends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One sentence. `about` is what was looked at.

    `no_answer`: the vendor could not be asked anything at all. `ends_it`: nor will it answer
    anything else before this is mended.
    """

    severity: Severity
    text: str
    about: str = ""
    no_answer: bool = False
    ends_it: bool = False


Check = tuple[str, Callable[[], Iterator[Finding]]]
"""What is looked at, in a word or two, and the looking."""


def fine(text: str) -> Finding:
    return Finding(severity=Severity.OK, text=text)


def warning(text: str) -> Finding:
    return Finding(severity=Severity.WARNING, text=text)


def wrong(text: str) -> Finding:
    return Finding(severity=Severity.ERROR, text=text)


def examine(gates: Sequence[Check], checks: Sequence[Check]) -> Iterator[Finding]:
    """
    Look at everything, whatever earlier looks found; what brings no finding is fine.

    Only a gate that fails (no connection, no login) ends it: no later question would be answered,
    and each would be waited for.
    """
    for check in gates:
        found = [
            replace(each, ends_it=each.severity is Severity.ERROR)
            for each in _of(check, is_gate=True)
        ]
        yield from found
        if any(finding.ends_it for finding in found):
            return
    for check in checks:
        yield from _of(check)


def _of(check: Check, *, is_gate: bool = False) -> Iterator[Finding]:
    about, look = check
    is_silent = True
    try:
        for finding in look():
            is_silent = False
            yield replace(finding, about=about)
    except ConnectorError as error:
        is_silent = False
        no_answer = is_gate and isinstance(error, TransientError)
        yield replace(wrong(str(error)), about=about, no_answer=no_answer)
    if is_silent:
        yield replace(fine("nothing amiss"), about=about)


def unknown_words(
    place: str,
    stated: Collection[str],
    there: Collection[str],
    what: str,
    severity: Severity = Severity.ERROR,
) -> Iterator[Finding]:
    """Compare the configuration's words with those the vendor has; spelling counts, case too."""
    listed = ", ".join(sorted(there)[:_LISTED]) + (", ..." if len(there) > _LISTED else "")
    lower = {word.lower(): word for word in there}
    for word in stated:
        if word in there:
            continue
        near = lower.get(word.lower()) or next(iter(get_close_matches(word, there, n=1)), None)
        meant = f"; did you mean {near!r}?" if near else ""
        has = f"there are: {listed}" if there else "there is none"
        text = f"{place}: {word!r} is not {what} there{meant} ({has})"
        yield Finding(severity=severity, text=text)


def unasked_questions(
    name: str,
    fields: Mapping[str, str],
    asked: Collection[str],
    what: str,
    *,
    also: Collection[str] = (),
) -> Iterator[Finding]:
    """
    Compare the questions that source `name` maps with those asked, spelt in whatever way.

    `also` are words that are no question of anybody's and may be mapped all the same.
    """
    known = {slug(question) for question in (*asked, *also)}
    for field, question in fields.items():
        if slug(question) not in known:
            place = f"sources.{name}.fields.{field}"
            yield from unknown_words(place, (question,), asked, what, Severity.WARNING)
