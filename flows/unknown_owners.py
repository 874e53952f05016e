"""Owners of a file that the configuration has not: each once, with its line and who was meant."""

from collections.abc import Iterable

from config.problems import closest
from leads.keys import OwnerId
from routing.policy import Policy

_TOLD = 8


def unknown_owners(stated: Iterable[tuple[int, OwnerId]], policy: Policy) -> str:
    """Return `anna (line 3; did you mean ana?)` for each that is unknown; nothing if all are."""
    first: dict[OwnerId, int] = {}
    for line, owner in stated:
        if owner not in policy.owners:
            first.setdefault(owner, line)
    told = [f"{owner} (line {line}{_meant(owner, policy)})" for owner, line in first.items()]
    more = [f"and {len(told) - _TOLD:,} more"] if len(told) > _TOLD else []
    return ", ".join([*told[:_TOLD], *more])


def _meant(owner: OwnerId, policy: Policy) -> str:
    near = closest(owner, policy.owners)
    return f"; did you mean {near}?" if near else ""
