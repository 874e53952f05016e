"""What the store answers on alerts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """
    Something that is wrong now. `kind`, `source` and `subject` tell causes apart.

    `text` is a sentence for people, without personal data; it may change while the cause lasts.
    """

    kind: str
    source: str
    subject: str = ""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A cause since `opened_at`, last seen at `seen_at`; over when `closed_at` is not None."""

    id: int
    cause: Cause
    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None

    @property
    def since(self) -> datetime:
        """Since when it is as it is: open, or over."""
        return self.closed_at or self.opened_at
