"""What nobody may find outside the store's lead columns: everybody's contacts, and all secrets."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, text

from flows.wiring import DEFAULT_CONFIG
from sandbox.town import Town
from sandbox.world.roster import EVERYBODY

OF_PEOPLE = {
    ("lead", "email"),
    ("lead", "document"),
    ("decision", "document"),
    ("delivery", "document"),
    ("identity", "key"),
    ("crm_person", "key"),
    ("crm_owner", "name"),
    ("crm_owner", "email"),
    ("account", "name"),
    ("account", "block"),
    ("account", "domain"),
    ("reject", "body"),
    ("inbox", "payload"),
}
"""The columns that are meant for people and firms (docs/security.md)."""

OF_THE_POLICY = {
    ("policy", "document"),
    ("policy_version", "document"),
    ("policy_version", "files"),
    ("shadow", "document"),
}
"""The configuration as it was: owners' names and addresses are in it, and no secrets."""

_SECRET = re.compile(r"TOKEN|SECRET|KEY")
_SHORTEST_NAME, _DIGITS = 5, 9


def secrets_of(environment: Mapping[str, str]) -> set[str]:
    return {value for name, value in environment.items() if _SECRET.search(name)}


def contacts_of(town: Town) -> set[str]:
    """E-mails and phone numbers as they were written, of whoever is at any vendor."""
    written = {
        word
        for records in town.world.records.values()
        for record in records
        for value in _texts(record.values)
        for word in value.split()
    }
    emails = {word.lower() for word in written if "@" in word and "." in word}
    numbers = {
        value
        for records in town.world.records.values()
        for record in records
        for value in _texts(record.values)
        if value.startswith("+") and len(re.sub(r"\D", "", value)) >= _DIGITS
    }
    ours = {seat.email for seat in EVERYBODY}
    return (emails | numbers | {re.sub(r"\D", "", each) for each in numbers}) - ours


def names_in(engine: Engine) -> set[str]:
    """First and last names of all leads that are words of nothing else: whole, in small letters."""
    known = " ".join(path.read_text() for path in DEFAULT_CONFIG.glob("*.yaml")).lower()
    known += " ".join(seat.name for seat in EVERYBODY).lower()
    with engine.connect() as connection:
        documents = connection.execute(text("SELECT document FROM lead")).scalars().all()
    names = {
        str(name).lower()
        for document in documents
        if document
        for name in (json.loads(document).get(key) for key in ("first_name", "last_name"))
        if name
    }
    return {name for name in names if len(name) >= _SHORTEST_NAME and name not in known}


def found(words: set[str], where: str) -> list[str]:
    told = where.lower()
    near = {word for word in words if word.lower() in told}
    return sorted(
        word for word in near if re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", told)
    )


def text_of_store(engine: Engine, left_out: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield each column that is not left out, by name, with all that is in it."""
    tables = inspect(engine)
    with engine.connect() as connection:
        for table in tables.get_table_names():
            for column in (each["name"] for each in tables.get_columns(table)):
                if (table, column) not in left_out:
                    values = connection.execute(text(f"SELECT {column} FROM {table}")).scalars()
                    yield f"{table}.{column}", " ".join(map(str, values))


def text_of_files(*files: Path) -> str:
    return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)
        case _:
            return
