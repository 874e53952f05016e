"""Salesforce record ids: 15 case-sensitive characters, and 3 more that survive lost case."""

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHORT, _LONG = 15, 18


def with_checksum(short: str) -> str:
    """Answer the 18-character form: one check character for the capitals of each five."""
    chunks = (short[at : at + 5] for at in range(0, _SHORT, 5))
    return short + "".join(
        _CHECK[sum(1 << place for place, char in enumerate(chunk) if char.isupper())]
        for chunk in chunks
    )


def long_id(text: str) -> str | None:
    """Answer the 18-character form of a 15- or 18-character id, None when it is not an id."""
    if len(text) not in (_SHORT, _LONG) or not (text.isascii() and text.isalnum()):
        return None
    whole = with_checksum(text[:_SHORT])
    return whole if text in (whole, whole[:_SHORT]) else None


def record_id(prefix: str, number: int) -> str:
    """Answer the `number`th id of a kind of record; later ids sort after earlier ones."""
    digits = ""
    for _ in range(7):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return with_checksum(f"{prefix}fT000{digits}")
