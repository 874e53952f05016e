"""What may be repeated of HubSpot's sentences, which quote values: plain words, and properties."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_LONGEST = 160
_PLAIN = """
a an and any are as associated at be because been but by can cannot contact contacts deal does each
email exist exists existing field fields following for format from has have id in invalid is it its
lead leads least length like longer maximum minimum missing more must no not number object of on one
only option options or other owner owners pipeline properties property read record records required
rule rules set shorter should some stage tasks than that the there these this to too type unique
update updated valid validation value values was were when which with without active already allowed
among change changed characters company date deactivated error long permission phone text user
workflow could writable written
"""
"""None of them is anybody's name, or part of an address."""
_TELLING = """
allowed already associated deactivated exist exists format invalid least length long longer maximum
minimum missing only permission required shorter unique valid validation
"""
"""A sentence without any of them says no more than that the record was refused."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_EDGES = "\"'`.,:;()[]{}"
_NAMED_IN = ("propertyName", "propertyNames", "properties")


def properties_in(error: Mapping[str, Any]) -> Iterator[str]:
    """Name the properties that the context of a refusal, or of one of its parts, is about."""
    for part in (error, *(error.get("errors") or ())):
        context = part.get("context") if isinstance(part, dict) else None
        for key in _NAMED_IN:
            listed = (context or {}).get(key) or ()
            for name in [listed] if isinstance(listed, str) else listed:
                if _NAME.fullmatch(str(name)):
                    yield str(name)


def plain_words(error: Mapping[str, Any], known: Collection[str] = ()) -> str:
    """
    Return what HubSpot says, but for what might be of a person: "…" stands for that.

    `known` are names of properties, which may be told. Empty where too little is left to help.
    """
    sentence = str(error.get("message") or "").partition("[{")[0]
    names, plain = {*known, *properties_in(error)}, set(_PLAIN.split())
    told: list[str] = []
    for word in sentence.split()[:_LONGEST]:
        core = word.strip(_EDGES)
        is_fit = not core or core.lower() in plain or core in names
        if is_fit or told[-1:] != ["…"]:
            told.append(word if is_fit else "…")
    said = {word.strip(_EDGES).lower() for word in told}
    if not said & {*_TELLING.split(), *map(str.lower, names)}:
        return ""
    return " ".join(told)[:_LONGEST].rstrip(" .:")
