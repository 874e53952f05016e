"""A document in one canonical form, and the hash of what a decision depends on."""

import json
import math
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from config.problems import KeyPath, Problems
from config.remark import Place
from config.yaml_text import DEEPEST, Plain
from leads.keys import PolicyHash

_ROUTING: Final = (
    *("calendars", "territories", "segments", "pools", "rules"),
    *("fallback", "sla", "steward", "currency", "custom"),
)
# Sections of a later day count where they are stated: what was decided before keeps its hash.
_LATER: Final = ("timezone", "matching", "workload", "returns", "defaults", "model")
_LENGTH: Final = 16


def canonical(document: Mapping[str, object], problems: Problems) -> dict[str, Plain]:
    """
    Answer the document with sorted keys, empty sections left out.

    Notes what JSON cannot hold, and in `problems.places` every key of a document without files.
    """
    stated = {key: value for key, value in document.items() if value is not None}
    found = _plain(stated, (), problems)
    return found if isinstance(found, dict) else {}


def fingerprint(document: Mapping[str, Plain], crm_of: Mapping[str, str]) -> PolicyHash:
    """Hash what routes: not comments, files, key order, nor the order of the owners."""
    owners = document.get("owners")
    routing: dict[str, Plain] = {name: document.get(name) for name in _ROUTING}
    routing |= {name: document[name] for name in _LATER if name in document}
    if isinstance(owners, list):
        routing["owners"] = sorted(owners, key=_text)
    routing["crm_of"] = dict(crm_of)
    return PolicyHash(sha256(_text(routing).encode()).hexdigest()[:_LENGTH])


def _text(value: Plain) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _plain(value: object, path: KeyPath, problems: Problems) -> Plain:
    problems.places.setdefault(path, Place("", 0))
    if len(path) > DEEPEST:
        problems.add(path[:DEEPEST], f"nested more than {DEEPEST} levels deep")
        return None
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_plain(part, (*path, at), problems) for at, part in enumerate(value)]
        case dict():
            keys = sorted(str(key) for key in value)
            by_text = {str(key): part for key, part in value.items()}
            return {key: _plain(by_text[key], (*path, key), problems) for key in keys}
        case _:
            problems.add(path, f"a {type(value).__name__} cannot be part of a configuration")
            return None
