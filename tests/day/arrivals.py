"""
When leads come in, over a day: by the hours of a real business's applications.

The shares are counted from the 13,087 applications of the BPI Challenge 2012 log (van Dongen,
4TU.ResearchData), weekdays, by the clock of the Netherlands; the log itself is not copied.
"""

import random
from datetime import datetime, timedelta

PER_MILLE = (
    *(16, 7, 4, 2, 2, 0, 3, 7, 17, 46, 61, 72),
    *(70, 73, 79, 71, 74, 58, 61, 69, 72, 62, 46, 28),
)
"""Of a weekday's arrivals, by the hour they come in."""


def moments(rng: random.Random, midnight: datetime, leads: int) -> list[datetime]:
    """Draw `leads` instants of the day that begins at `midnight`, in order."""
    hours = rng.choices(range(24), weights=PER_MILLE, k=leads)
    drawn = [midnight + timedelta(hours=hour, seconds=rng.randrange(3600)) for hour in hours]
    return sorted(drawn)
