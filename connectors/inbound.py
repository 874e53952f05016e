"""What webhooks are to everybody: the request as it came, and what verifying it made of it."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leads.record import RawRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """
    A request before anything of it is believed. Names of `headers` are in small letters.

    Not to be shown: headers, address and body hold tokens and people's data.
    """

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    method: str = "POST"
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """
    An event of a proven request that is ours and cannot be used: a person has to look.

    It is answered as any other, as repeating it mends nothing. `problem` repeats nothing of the
    event; `about` has what the vendor knows it by, numbers only. `erases`: it orders an erasure.
    """

    problem: str
    about: str = ""
    erases: bool = False

    def told(self) -> str:
        """Say what is wrong and which event it is, to whoever has to find out whose it was."""
        return f"{self.problem} ({self.about})" if self.about else self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    What a verified webhook says of one source: leads to fetch by id, and leads it brought whole.

    `erased` are ids of leads that the vendor says were deleted by the person; with
    `erases_person` the person asked to be forgotten altogether. `unread` is what it may have said
    of others. `places` says where in the request each of `ids` stood, to a sender who may hear it.
    """

    source: str
    ids: tuple[str, ...] = ()
    records: tuple[RawRecord, ...] = ()
    erased: tuple[str, ...] = ()
    erases_person: bool = False
    unread: tuple[Unread, ...] = ()
    places: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_usable(self) -> bool:
        """Whether there is anything in it to be worked on."""
        return bool(self.ids or self.records or self.erased)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """
    What is wrong with one field of a request, and what would be right; never its value.

    `is_theirs`: the sender made the field's name up, and it is like none of ours, so that it may be
    anything, a person's too.
    """

    field: str
    problem: str
    is_theirs: bool = False

    def told(self) -> str:
        """Answer what may be shown to others than the sender, and is the same of alike requests."""
        name = "a field" if self.is_theirs else _NUMBER.sub("[]", _PLACE.sub("", self.field))
        return f"{name}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """
    A request that is not taken: the HTTP status, and why, as the sender may know it.

    `kept` is shown to a person all the same: a proven request that nobody will send again.
    """

    status: int
    problem: str
    errors: tuple[FieldProblem, ...] = ()
    kept: tuple[Notice, ...] = ()

    def told(self) -> str:
        """Answer why, with nothing of the request itself: for logs and counts."""
        if not self.errors:
            return self.problem
        more = f" (and {len(self.errors) - 1} more)" if len(self.errors) > 1 else ""
        return self.errors[0].told() + more


_PLACE = re.compile(r"^\[\d+\]\.|\.\d+")
"""Which of several leads: "[3].created_at"."""
_NUMBER = re.compile(r"\[\d+\]")
"""Which of a list within: "leads[3].id"."""

UNAUTHORIZED = 401
NOT_READABLE = 400
UNPROCESSABLE = 422
CLOSED = 503

_MOST_DIGITS = 20
LONGEST_ID = 200
"""Characters of a record's id."""

Received = tuple[Notice, ...] | Refusal


def hmac_sha256(secret: str, message: bytes) -> str:
    """Return the hex digest that proves `message` comes from a holder of `secret`."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def is_same(given: str, wanted: str) -> bool:
    """
    Compare in constant time, whatever the two hold. Nothing is the same as no secret at all.

    A header may hold any bytes, and a text half a surrogate pair.
    """
    told = given.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(told, wanted.encode("utf-8", "surrogatepass")) and bool(wanted)


def known_by(event: Mapping[str, Any], names: Sequence[str]) -> str:
    """Name an event by its numbers: what else it says may be a person's."""
    told = ((name, str(event.get(name))) for name in names)
    return ", ".join(f"{name} {text}" for name, text in told if is_number(text))


def is_number(text: str) -> bool:
    """Tell digits alone, no more of them than 64 bits take: the ids of most vendors."""
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def is_record_number(text: str) -> bool:
    """Tell the numbers that a vendor gives to records: from 1 on, as they are written."""
    return is_number(text) and not text.startswith("0")


def is_plain_id(value: object) -> bool:
    """
    Tell an id that may be shown: ids go into logs, and to terminals.

    What steers a terminal is in no vendor's ids: control characters, marks of direction.
    """
    if not isinstance(value, str):
        return False
    return len(value.strip()) > 0 and len(value) <= LONGEST_ID and value.isprintable()
