"""A past made up for tests of the model: owners who differ, and leads in the order they came."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import exp

from leads.keys import OwnerId
from routing.learning.history import End, PastLead
from tests.builders import MONDAY, lead

INDUSTRIES = ("manufacturing", "software", "retail")


def past(
    count: int,
    skill: Mapping[str, float],
    *,
    until: datetime = MONDAY,
    seed: int = 5,
    worth: Mapping[str, float] | None = None,
) -> list[PastLead]:
    """
    Leads of the year before `until`, given at random.

    `skill`: what an owner adds to a logit; `worth`: what an industry does.
    """
    draw, names = random.Random(seed), list(skill)
    found = []
    for number in range(count):
        at = until - timedelta(days=365 * (count - number) / count)
        owner = draw.choice(names)
        read = lead(number, industry=draw.choice(INDUSTRIES), created_at=at)
        logit = skill[owner] + (worth or {}).get(read.industry or "", 0.0) - 1.2
        won = draw.random() < 1 / (1 + exp(-logit))
        closed = at + timedelta(days=draw.uniform(3, 40))
        end = End(won=won, at=closed, value=1_000.0 if won else 0.0) if closed < until else None
        found.append(PastLead(lead=read, owner=OwnerId(owner), at=at, end=end))
    return found
