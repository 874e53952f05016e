"""How far behind a model's floor each owner of a pool is, counted lead by lead."""

from collections.abc import MutableMapping

from leads.decision import Match
from leads.keys import OwnerId

CREDIT = 1.0
"""
Of what somebody had beyond the floor, so much of a lead counts for later ones.

With more of it, whoever had a good year could have nothing for months; with none, whoever has
enough, but not evenly, would be given leads that are worth more elsewhere.
"""
BEHIND = 1.0
"""Who is behind by a whole lead comes before the others."""


def count(arrears: MutableMapping[OwnerId, float], match: Match, owner: OwnerId) -> None:
    """Count a lead that these could have had, each an equal part of it, and `owner` has."""
    if not match.floor:
        return
    part = match.floor / len(match.owners)
    for each in match.owners:
        arrears[each] = arrears.get(each, 0.0) + part
    if owner in match.owners:
        arrears[owner] = max(arrears[owner] - 1, -CREDIT)
