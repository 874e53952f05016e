"""Counts as a person says them."""


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return "1 error", "2 errors", "1,204 leads"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
