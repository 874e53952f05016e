"""What a lead's id looks like in Pipedrive."""

import re

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_lead_id(text: str) -> bool:
    return bool(_UUID.fullmatch(text))


def read_lead_id(text: str) -> str | None:
    """Answer it as Pipedrive writes it; None for what cannot be one."""
    lower = text.strip().lower()
    return lower if is_lead_id(lower) else None
