"""Fingerprints of what a decision was made from: whether any of it was altered since."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from leads.decision import Decision
from store import codec

_LENGTH = 16


class Input(StrEnum):
    """What is kept beside the policy, which has its own hash."""

    LEAD = "lead"
    STANDING = "standing"  # and the clock


def prints_of(decided_at: datetime, saw: str, lead: str | None) -> dict[str, str]:
    """Give the fingerprints; `lead` is its text as it is stored, `saw` that of the standing."""
    clock = decided_at.isoformat()
    standing = f"{clock} {saw}" if saw else clock
    return {Input.LEAD.value: _print(lead or ""), Input.STANDING.value: _print(standing)}


def altered(
    kept: Mapping[str, str] | None, made: Decision, lead: str | None
) -> frozenset[Input] | None:
    """Name what is not what it was; None where no fingerprints were kept to tell."""
    if kept is None:
        return None
    now = prints_of(made.decided_at, codec.dumps(made.saw) if made.saw else "", lead)
    return frozenset(each for each in Input if kept.get(each.value) != now[each.value])


def _print(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_LENGTH]
