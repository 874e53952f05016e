"""What is wrong with a configuration: one line each, with file, line, key and remedy."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from config.remark import Place, Remark
from leads.errors import ConfigError
from routing.lint.findings import Code, Severity

KeyPath = tuple[str | int, ...]
"""The keys and list positions (from 0) that lead to a value of the merged document."""

_PLAIN_KEY: Final = re.compile(r"[\w.-]{1,60}")
_LONGEST_ECHO: Final = 60
_MOST_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class _Finding:
    place: Place
    line: str
    where: str
    cause: str = ""


class Problems:
    """
    Collects errors and warnings while a document is read, so that all of them are told at once.

    `places` is filled by whoever reads the files; `origin` names the directory where no line can.
    """

    def __init__(self, origin: str = "") -> None:
        self.places: dict[KeyPath, Place] = {}
        self.origin = origin
        self._errors: list[_Finding] = []
        self._remarks: list[Remark] = []

    def add(self, path: KeyPath, text: str) -> None:
        """Note an error at a key, or at the nearest key above it that the files have."""
        self._errors.append(self._finding(path, text))

    def add_shared(self, path: KeyPath, cause: str, text: str) -> None:
        """Note an error of which there may be many by one cause: the first tells of all places."""
        self._errors.append(self._finding(path, text, cause))

    def add_at(self, place: Place, path: KeyPath, text: str) -> None:
        """Note an error at a line that holds no value of its own: bad syntax, a repeated key."""
        line = _join(str(place), shown(path), text)
        self._errors.append(_Finding(place, line, str(place)))

    def warn(
        self, path: KeyPath, code: Code, text: str, severity: Severity = Severity.WARNING
    ) -> None:
        """Note what loads and is probably not meant."""
        path, place = self._located(path)
        name = next((part for part in path[1:2] if isinstance(part, str)), "")
        self._remarks.append(
            Remark(
                code=code, place=place, key=shown(path), message=text, name=name, severity=severity
            )
        )

    def place(self, path: KeyPath) -> Place:
        """Answer where a key stands, or the nearest key above it."""
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found:
                return found
        return Place("", 0)

    def stop_if_any(self) -> None:
        if self._errors:
            raise ConfigError(_in_order(self._errors))

    def remarks(self) -> tuple[Remark, ...]:
        return tuple(sorted(self._remarks, key=lambda remark: remark.place))

    def _finding(self, path: KeyPath, text: str, cause: str = "") -> _Finding:
        path, place = self._located(path)
        line = _join(str(place) or self.origin, shown(path), text)
        return _Finding(place, line, str(place) or shown(path), cause)

    def _located(self, path: KeyPath) -> tuple[KeyPath, Place]:
        # "" stands where a short form was written out in full (a list of hours, one target).
        path = tuple(part for part in path if part != "")
        while path and isinstance(path[-1], int) and path not in self.places:
            path = path[:-1]
        return path, self.place(path)


def shown(path: KeyPath) -> str:
    """Write a path as a person would: `rules[3].when.employees`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _PLAIN_KEY.fullmatch(part) else echo(part))
    return text


def echo(value: object) -> str:
    """Quote a value on one line, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_ECHO else f"{text[: _LONGEST_ECHO - 3]}..."


def closest(word: str, known: Iterable[str]) -> str | None:
    """Answer the known word that `word` was probably meant to be."""
    by_case = {name.casefold(): name for name in sorted(known)}
    near = get_close_matches(word[:100].casefold(), by_case, n=1, cutoff=0.6)
    return by_case[near[0]] if near else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Answer `; did you mean X?`, else what there is to choose from."""
    names = sorted(set(known))
    near = closest(word, names)
    if near:
        return f"; did you mean {near}?"
    if not names:
        return ""
    more = ", ..." if len(names) > _MOST_NAMES else ""
    return f"; known: {', '.join(names[:_MOST_NAMES])}{more}"


def _in_order(findings: list[_Finding]) -> list[str]:
    alike: dict[object, list[_Finding]] = {}
    for n, finding in enumerate(sorted(findings, key=lambda finding: finding.place)):
        alike.setdefault(finding.cause or n, []).append(finding)
    return [first.line + _also(others) for first, *others in alike.values()]


def _also(others: list[_Finding]) -> str:
    places = list(dict.fromkeys(other.where for other in others))
    more = f" and {len(places) - _MOST_NAMES} more" if len(places) > _MOST_NAMES else ""
    return f"; the same at {', '.join(places[:_MOST_NAMES])}{more}" if places else ""


def _join(*parts: str) -> str:
    """One line, whatever line breaks the names in it have."""
    return " ".join(": ".join(part for part in parts if part).split())
