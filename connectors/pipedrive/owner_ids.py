"""What a user's id looks like in Pipedrive."""


def odd_owner_id(text: str) -> str | None:
    """Say what is odd about an id, and what would be right; None when nothing is."""
    if text.isascii() and text.isdecimal():
        return None
    return "a Pipedrive user's id has digits only, as in the address of the user's page"
