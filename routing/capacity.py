"""How much an owner has in hand against the cap."""

from routing.policy import Owner

USUAL_CAP = 25
"""What an uncapped owner's load is measured against."""


def has_room(owner: Owner, open_leads: float) -> bool:
    """Tell whether one more lead stays within the cap."""
    return owner.max_open is None or open_leads + 1 <= owner.max_open


def load(owner: Owner, open_leads: float) -> float:
    """Give the open leads as a share of the cap; for an uncapped owner, of 25."""
    return open_leads / max(1, USUAL_CAP if owner.max_open is None else owner.max_open)


def in_hand(owner: Owner, open_leads: float) -> str:
    """Say it: 12 of 25 open leads."""
    of = f" of {owner.max_open}" if owner.max_open is not None else ""
    return f"{open_leads:g}{of} open leads"
