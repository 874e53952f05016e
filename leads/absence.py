"""Who cannot be given leads: switched off by hand, or barred by their CRM."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

UNTIL_BACK: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""An owner switched off without an end; every time zone can still say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """An owner to whom a CRM gives nothing, since when that is known; `why` follows "is"."""

    since: datetime
    why: str
