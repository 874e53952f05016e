"""What an owner's id looks like in HubSpot."""


def odd_owner_id(text: str) -> str | None:
    """Say what is odd about an id, and what would be right; None when nothing is."""
    if text.isascii() and text.isdecimal():
        return None
    return "a HubSpot owner's id has digits only (the owner's, not the user's e-mail)"
