"""How much an owner has in hand against the cap."""

import math
from functools import lru_cache

from routing.policy import Owner

USUAL_CAP = 25
"""What an uncapped owner's load is measured against."""


def most_open(owner: Owner) -> float:
    """Give the cap; without one there is no end to it."""
    return math.inf if owner.max_open is None else owner.max_open


def has_room(owner: Owner, open_leads: float) -> bool:
    """Tell whether one more lead stays within the cap."""
    return open_leads + 1 <= most_open(owner)


def load(owner: Owner, open_leads: float) -> float:
    """Give the open leads as a share of the cap; for an uncapped owner, of 25."""
    return open_leads / max(1, USUAL_CAP if owner.max_open is None else owner.max_open)


def in_hand(owner: Owner, open_leads: float) -> str:
    """Say it: 12 of 25 open leads."""
    return _in_hand(open_leads, owner.max_open)


@lru_cache(maxsize=4096)
def _in_hand(open_leads: float, most: int | None) -> str:
    """Who is at the cap is so for many a lead."""
    of = f" of {most}" if most is not None else ""
    return f"{open_leads:g}{of} open leads"
