"""The configuration that rules are imported into, as far as it is there: it need not be whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.directory import file_texts, is_read, read_texts
from config.problems import Problems
from leads.errors import ConfigError
from leads.normalise.text import fold
from leads.normalise.vocabulary import Vocabulary

_SHORT = 15
"""Salesforce's ids are the same in 15 characters and in 18; HubSpot's are shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOwner:
    """An owner that the configuration has already."""

    id: str
    name: str
    email: str
    crm: Mapping[str, str]
    is_queue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`document` is the merged files, of any shape: what is wrong in it is told when it loads."""

    files: Mapping[str, str]
    document: Mapping[str, Any]

    def has(self, section: str) -> bool:
        return bool(self.document.get(section))

    def owners(self) -> list[KnownOwner]:
        listed = self.document.get("owners")
        found = [o for o in listed if isinstance(o, dict)] if isinstance(listed, list) else []
        return [_owner(each) for each in found]

    def fields(self, source: str) -> dict[str, str]:
        """Our fields to the CRM's, as stated."""
        return _words(_below(self.document, "sources", source, "fields"))

    def connection(self, source: str) -> Mapping[str, Any]:
        """How to reach the CRM, as stated."""
        return _below(self.document, "sources", source, "connection")

    def means_nobody(self, name: str, source: str) -> bool:
        """Tell whether the intake takes this owner for nobody yet."""
        stated = _below(self.document, "sources", source, "intake").get("owners")
        listed = stated if isinstance(stated, list) else []
        return _bare(name) in {_bare(str(o).removeprefix("queue:")) for o in listed if o}

    def names(self, section: str) -> set[str]:
        """Names in use: of rules, pools or owners."""
        found = self.document.get(section)
        if isinstance(found, dict):
            return set(map(str, found))
        key = "id" if section == "owners" else "name"
        return {str(each.get(key)) for each in found or () if isinstance(each, dict)}

    def files_with(self, section: str) -> list[str]:
        """Files that state something of a section, in the order in which they are merged."""
        return [
            n for n in sorted(self.files) if read_texts({n: self.files[n]}, Problems()).get(section)
        ]

    def vocabulary(self, custom: Mapping[str, str]) -> Vocabulary:
        values = _below(self.document, "values")
        stated = {name: _words(words) for name, words in values.items()}
        return Vocabulary(values=stated, custom={**custom, **self.custom()})

    def custom(self) -> dict[str, str]:
        return _words(_below(self.document, "custom"))


def survey(folder: Path) -> Ground:
    """Read what is in `folder`, which need not exist. Raises ConfigError for unreadable YAML."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError([f"{folder}: this is a file, not a directory; name a folder"])
    is_there = folder.is_dir() and any(map(is_read, folder.iterdir()))
    files = file_texts(folder) if is_there else {}
    problems = Problems(origin=str(folder))
    document = read_texts(files, problems)
    problems.stop_if_any()
    return Ground(files=files, document=document)


def match_owner(known: Sequence[KnownOwner], name: str, crm: str) -> KnownOwner | None:
    """
    Find who is meant by a CRM id, a login that is an e-mail address, an id of ours or a name.

    None where nobody is, and where several are.
    """
    bare = _bare(name)
    ways = (
        [o for o in known if o.crm.get(crm) and o.crm[crm][:_SHORT] == name[:_SHORT]],
        [o for o in known if o.email and fold(o.email) == fold(name)],
        [o for o in known if _bare(o.id) == bare],
        [o for o in known if _bare(o.name) == bare],
    )
    found = next((each for each in ways if each), [])
    return found[0] if len(found) == 1 else None


def _bare(name: str) -> str:
    """`Web_Leads`, `web-leads` and `Web leads` are one queue."""
    return "".join(c for c in fold(name) if c.isalnum() or c in "@.+")


def _owner(each: Mapping[str, Any]) -> KnownOwner:
    return KnownOwner(
        id=str(each.get("id") or ""),
        name=str(each.get("name") or ""),
        email=str(each.get("email") or ""),
        crm=_words(_below(each, "crm")),
        is_queue=each.get("kind") == "queue",
    )


def _below(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    here: Any = document
    for key in keys:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def _words(found: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
