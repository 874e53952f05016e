"""The one documented JSON shape: a lead, a list of leads, or ids of records at a source."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from connectors.inbound import (
    LONGEST_ID,
    NOT_READABLE,
    UNPROCESSABLE,
    FieldProblem,
    Refusal,
    is_plain_id,
)
from connectors.inbound_json import Unreadable, read_json
from connectors.vendor_text import as_text, digest
from connectors.webhook.values import contradictions, problem_of
from leads.fields import COLUMNS, CUSTOM

AT_MOST = 100
LONGEST_NAME = 100
_FIELDS = COLUMNS - {"source"}  # which is the webhook itself; where a lead came from is lead_source
_REFERENCE_KEYS = ("source", "ids", "leads")
_LONGEST_ECHO = 60
_WORD = re.compile(r"[a-z_]{5,40}")
_ALIKE = 0.8
_LARGEST_WHOLE = 2**53
"""Beyond it a number with a point may be a neighbour of the one that was meant."""


@dataclass(frozen=True, slots=True)
class Leads:
    """Leads brought whole, as they came."""

    each: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class References:
    """Ids of records to be read at `source`, each once, and where in the body each stood."""

    source: str
    ids: tuple[str, ...]
    places: tuple[str, ...] = field(default=(), compare=False)


def read_shape(body: bytes, sources: Collection[str] | None = None) -> Leads | References | Refusal:
    """
    Read a request's body; a refusal names every field that is wrong and what would be right.

    `sources` are those whose records may be named; None does not look.
    """
    try:
        content = read_json(body)
    except Unreadable as error:
        return Refusal(status=NOT_READABLE, problem=str(error))
    if isinstance(content, dict) and _names_records(content):
        return _references(content, sources)
    each = content if isinstance(content, list) else [content]
    many = isinstance(content, list)
    problems = list(_count_problems(len(each), "(body)"))
    for at, lead in enumerate(each[:AT_MOST]):
        problems += _lead_problems(lead, f"[{at}]." if many else "")
    problems += _repeated(each)
    return _refusal(problems) or Leads(tuple(each))


def id_of(lead: Mapping[str, Any]) -> str:
    """Answer the sender's id of a lead that was read."""
    return (as_text(lead["id"]) or "").strip()


def _repeated(leads: list[Any]) -> Iterator[FieldProblem]:
    """Two leads under one id would be one, and the first of them lost."""
    seen: dict[str, str] = {}
    for at, lead in enumerate(leads[:AT_MOST]):
        known = lead.get("id") if isinstance(lead, dict) else None
        if not _is_id(known):
            continue
        # By what was written: to Python, false and 0 are the same.
        said = digest({**lead, "id": id_of(lead)})
        if seen.setdefault(id_of(lead), said) != said:
            yield FieldProblem(field=f"[{at}].id", problem="another lead of this list has it")


def _names_records(content: Mapping[str, Any]) -> bool:
    """A source alone, too, is no lead: `ids` was forgotten, or misspelt."""
    is_bare = "source" in content and not _FIELDS & content.keys()
    return is_bare or "ids" in content or "leads" in content


def _references(
    content: Mapping[str, Any], sources: Collection[str] | None
) -> References | Refusal:
    problems = [
        _made_up(key, f"unknown; there are {', '.join(_REFERENCE_KEYS)}")
        for key in map(_short, content)
        if key not in _REFERENCE_KEYS
    ]
    problems += _source_problems(content.get("source"), sources)
    name = "leads" if "leads" in content and "ids" not in content else "ids"
    given = content.get(name)
    if not isinstance(given, list):
        missing = 'required: the ids of new records there, such as {"source": ..., "ids": ["1"]}'
        told = "must be a list" if name in content else missing
        return _refused([*problems, _wrong(name, told)])
    problems += _count_problems(len(given), name)
    ids: dict[str, str] = {}
    for at, one in enumerate(given):
        # Of a record that its source can show, only the id is used: the source's word counts.
        record_id = one.get("id", one.get("Id")) if isinstance(one, dict) else one
        place = f"{name}[{at}].id" if name == "leads" else f"{name}[{at}]"
        if _is_id(record_id):
            ids.setdefault(as_text(record_id) or "", place)
        else:
            problems.append(_wrong(place, "must be the record's id, as text or a whole number"))
    source = str(content.get("source"))
    return _refusal(problems) or References(source, tuple(ids), tuple(ids.values()))


def _source_problems(source: Any, sources: Collection[str] | None) -> Iterator[FieldProblem]:
    there_are = f"there are: {', '.join(sorted(sources)) or 'none'}" if sources is not None else ""
    if not (isinstance(source, str) and source):
        such = f"; {there_are}" if there_are else ", such as salesforce"
        yield _wrong("source", f"name a configured source whose records are new{such}")
    elif sources is not None and source not in sources:
        yield _wrong(
            "source", f"no source of this name is configured whose records can be read; {there_are}"
        )


def _count_problems(count: int, field: str) -> Iterator[FieldProblem]:
    if count == 0:
        yield _wrong(field, "is empty; send one lead at least")
    if count > AT_MOST:
        yield _wrong(field, f"has {count}; send {AT_MOST} at a time at the most")


def _lead_problems(lead: Any, place: str) -> Iterator[FieldProblem]:
    if not isinstance(lead, dict):
        yield _wrong(place.rstrip(".") or "(body)", "must be a JSON object with a lead's fields")
        return
    if not _is_id(lead.get("id")):
        problem = f"required: your own id of this lead, text of 1 to {LONGEST_ID} characters"
        yield _wrong(f"{place}id", problem)
    elif "@" in str(lead["id"]):
        yield _wrong(f"{place}id", "must not be an e-mail address: ids are written into logs")
    for name, value in lead.items():
        if name != "id":
            yield from _field_problems(name, value, place)
    yield from (_wrong(f"{place}{name}", problem) for name, problem in contradictions(lead))


def _field_problems(name: str, value: Any, place: str) -> Iterator[FieldProblem]:
    field = f"{place}{_short(name)}"
    if not _is_known(name):
        near = get_close_matches(name[:_LONGEST_ECHO], _FIELDS, n=1)
        hint = f"did you mean {near[0]}?" if near else "for one of your own write custom.NAME"
        said = _wrong if _is_slip(name, near) else _made_up
        yield said(field, f"not a field of a lead; {hint}")
    elif problem := problem_of(name, value):
        said = _made_up if name.startswith(CUSTOM) else _wrong
        yield said(field, problem)


def _is_slip(name: str, near: Sequence[str]) -> bool:
    """
    Tell a word of ours that is misspelt, and is shown to others, from what may be a person's.

    It has letters more, less, or in another place; with others in their place, "emile" is a name.
    """
    if not _WORD.fullmatch(name):
        return False
    alike = get_close_matches(name, near, n=1, cutoff=_ALIKE)
    return any(len(word) != len(name) or sorted(word) == sorted(name) for word in alike)


def _is_known(name: str) -> bool:
    """Names of one's own are shown, in audits and explanations, as ids are."""
    return name in _FIELDS or (
        name.startswith(CUSTOM)
        and name != CUSTOM
        and len(name) <= LONGEST_NAME
        and name.isprintable()
    )


def _is_id(value: Any) -> bool:
    """A bool is an int to Python, and no id; 12.0 is 12 to JSON, and so it is here."""
    if isinstance(value, float) and value.is_integer():
        return abs(value) <= _LARGEST_WHOLE
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return is_plain_id(str(value))


def _wrong(field: str, problem: str) -> FieldProblem:
    return FieldProblem(field=field, problem=problem)


def _made_up(field: str, problem: str) -> FieldProblem:
    return FieldProblem(field=field, problem=problem, is_theirs=True)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_ECHO else f"{name[:_LONGEST_ECHO]}..."


def _refusal(problems: list[FieldProblem]) -> Refusal | None:
    return _refused(problems) if problems else None


def _refused(problems: list[FieldProblem]) -> Refusal:
    first = f"{problems[0].field}: {problems[0].problem}"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Refusal(status=UNPROCESSABLE, problem=first + more, errors=tuple(problems))
