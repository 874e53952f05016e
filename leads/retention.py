"""How long what piles up is kept."""

from dataclasses import dataclass
from datetime import timedelta

WEBHOOKS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """
    From when on each kind may be forgotten; `decisions` None: never.

    What a person has yet to look at, and what is still on its way, is kept whatever its age.
    """

    runs: timedelta = timedelta(days=90)
    ignored: timedelta = timedelta(days=180)
    rejects: timedelta = timedelta(days=90)
    webhooks: timedelta = WEBHOOKS
    backfills: timedelta = timedelta(days=90)
    shadows: timedelta = timedelta(days=90)
    touches: timedelta = timedelta(days=730)
    outcomes: timedelta = timedelta(days=730)
    decisions: timedelta | None = None
