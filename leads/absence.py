"""Switched off by hand: how "until switched on again" is written down."""

from datetime import UTC, datetime
from typing import Final

UNTIL_BACK: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""An owner switched off without an end; every time zone can still say it."""
