"""Keyed hashes of who was erased: enough to know them again, and nothing else."""

import hmac
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import Self

from sqlalchemy import Connection, bindparam, insert, select

from leads.keys import LeadKey
from leads.matching import email_key
from store.schema import erasure_key, erasure_mark, lead
from store.upsert import chunks, upsert

_ONLY = 1
_SECRET = select(erasure_key.c.secret).where(erasure_key.c.id == _ONLY)
_MARKS = select(erasure_mark).where(erasure_mark.c.hash.in_(bindparam("hashes", expanding=True)))
_TOMB = "erased-"
_TOMB_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Marker:
    """
    Makes the hashes. Its secret is this store's own: made with the first erasure, never shown.

    A plain hash of an address could be found by trying addresses, wherever it were seen.
    """

    secret: bytes

    @classmethod
    def of(cls, connection: Connection) -> Self | None:
        """None: nobody was ever erased."""
        found = connection.execute(_SECRET).scalar()
        return None if found is None else cls(bytes.fromhex(found))

    @classmethod
    def made(cls, connection: Connection) -> Self:
        """Make the secret unless it is there. Only where nobody else erases meanwhile."""
        known = cls.of(connection)
        if known is not None:
            return known
        secret = token_hex(32)
        connection.execute(insert(erasure_key).values(id=_ONLY, secret=secret))
        return cls(bytes.fromhex(secret))

    def of_lead(self, key: LeadKey) -> str:
        return self._hash(f"lead {key}")

    def of_person(self, identity_key: str) -> str:
        """`identity_key`: as `leads.matching` makes them."""
        return self._hash(f"person {identity_key}")

    def tomb(self, key: LeadKey) -> LeadKey:
        """Answer under what key an erased lead is counted on; a vendor's id may be an address."""
        if is_tomb(key):
            return key
        return LeadKey(key.source, _tomb_id(self.of_lead(key)))

    def _hash(self, text: str) -> str:
        return hmac.new(self.secret, text.encode("utf-8", "replace"), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Mark:
    """Who it is of was erased then, by that erasure."""

    erasure: int
    erased_at: datetime


def find_tombs(connection: Connection, text: str) -> list[LeadKey]:
    """Answer under what keys the erased leads are that had this key, this id or this address."""
    marker = Marker.of(connection)
    if marker is None:
        return []
    is_erased = lead.c.source_id.startswith(_TOMB, autoescape=True)
    sources = connection.execute(select(lead.c.source).where(is_erased).distinct()).scalars()
    hashes = {marker.of_lead(LeadKey(source, text)) for source in sources}
    with suppress(ValueError):
        hashes.add(marker.of_lead(LeadKey.parse(text)))
    person = marker.of_person(f"email:{email_key(text.strip())}")
    known = find_marks(connection, [person]).values()
    together = select(erasure_mark.c.hash).where(
        erasure_mark.c.erasure.in_([mark.erasure for mark in known])
    )
    hashes.update(connection.execute(together).scalars())
    return _tombs(connection, {_tomb_id(each) for each in hashes})


def _tombs(connection: Connection, ids: set[str]) -> list[LeadKey]:
    found: list[LeadKey] = []
    for some in chunks(sorted(ids)):
        wanted = select(lead.c.source, lead.c.source_id).where(lead.c.source_id.in_(some))
        found += [LeadKey(*row) for row in connection.execute(wanted)]
    return sorted(found)


def _tomb_id(hash_: str) -> str:
    return f"{_TOMB}{hash_[:_TOMB_LENGTH]}"


def is_tomb(key: LeadKey) -> bool:
    digits = key.source_id.removeprefix(_TOMB)
    is_hash = len(digits) == _TOMB_LENGTH and set(digits) <= set("0123456789abcdef")
    return key.source_id.startswith(_TOMB) and is_hash


def find_marks(connection: Connection, hashes: Iterable[str]) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for some in chunks(sorted(set(hashes))):
        for row in connection.execute(_MARKS, {"hashes": some}):
            found[row.hash] = Mark(row.erasure, row.erased_at)
    return found


def leave_marks(connection: Connection, hashes: Iterable[str], erasure: int, at: datetime) -> None:
    """What is marked already is marked anew: it covers what came in between."""
    rows = [{"hash": each, "erasure": erasure, "erased_at": at} for each in sorted(set(hashes))]
    upsert(connection, erasure_mark, rows, keep=frozenset({"erasure"}))
