"""A document on its way to a policy: its parts, the names they may refer to, and what is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.parts import Document, Parts
from config.problems import KeyPath, Problems, echo, suggestion
from config.yaml_text import Plain
from leads.keys import OwnerId

TARGET: Final = "pool or owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What one kind of reference may point at, and where each is stated."""

    kind: str
    stated: Mapping[str, KeyPath]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Names are the document's own, also of parts that are broken: those are not unknown."""

    parts: Parts
    problems: Problems
    owners: Names
    pools: Names
    calendars: Names
    slas: Names
    territories: Names
    segments: Names
    skills: Names
    languages: Names
    sources: Names

    def is_known(self, names: Names, name: str, path: KeyPath) -> bool:
        """Answer whether `name` is stated; note an error when it is not."""
        if name in names.stated:
            return True
        self.add_unknown(names.kind, name, path, names.stated)
        return False

    def add_unknown(self, kind: str, name: str, path: KeyPath, known: Iterable[str]) -> None:
        """Note a name that is stated nowhere: told once, with every place where it is written."""
        cause = f"{TARGET if kind in ('pool', 'owner') else kind} {name}"
        text = f"unknown {kind} {echo(name)}{suggestion(name, known)}"
        self.problems.add_shared(path, cause, text)

    def one_owner(self, name: str, path: KeyPath) -> OwnerId:
        """Resolve a place where a lead may end: one owner, never a pool."""
        if name in self.pools.stated and name not in self.owners.stated:
            self.problems.add(path, f"{echo(name)} is a pool; a lead must end with one owner")
        else:
            self.is_known(self.owners, name, path)
        return OwnerId(name)


def draft(document: Document, parts: Parts, problems: Problems) -> Draft:
    owners = list(_owners(document))
    return Draft(
        parts=parts,
        problems=problems,
        owners=Names(kind="owner", stated=_ids(owners)),
        pools=_names("pool", "pools", document),
        calendars=_names("calendar", "calendars", document),
        slas=_names("SLA", "sla", document),
        territories=_names("territory", "territories", document),
        segments=_names("segment", "segments", document),
        skills=Names(kind="skill", stated=_words(owners, "skills")),
        languages=Names(kind="language", stated=_words(owners, "languages")),
        sources=_names("source", "sources", document),
    )


def _names(kind: str, section: str, document: Document) -> Names:
    found = document.get(section)
    keys = found if isinstance(found, dict) else {}
    return Names(kind=kind, stated={key: (section, key) for key in keys})


def _owners(document: Document) -> Iterator[tuple[KeyPath, dict[str, Plain]]]:
    found = document.get("owners")
    for at, owner in enumerate(found if isinstance(found, list) else ()):
        if isinstance(owner, dict):
            yield ("owners", at), owner


def _ids(owners: list[tuple[KeyPath, dict[str, Plain]]]) -> dict[str, KeyPath]:
    found: dict[str, KeyPath] = {}
    for path, owner in owners:
        name = owner.get("id")
        if isinstance(name, str):
            found.setdefault(name, (*path, "id"))
    return found


def _words(owners: list[tuple[KeyPath, dict[str, Plain]]], key: str) -> dict[str, KeyPath]:
    found: dict[str, KeyPath] = {}
    for path, owner in owners:
        words = owner.get(key)
        for word in words if isinstance(words, list) else ():
            if isinstance(word, str):
                found.setdefault(word, (*path, key))
    return found
