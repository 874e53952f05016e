"""Rows for reports: plain ones said in a word, and many made by chance from a seed."""

from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd

from reports.facts import COLUMNS, Facts, Targets, facts_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""A Monday at noon."""

_OWNERS = {"iberia": ("ana", "ben", "carla"), "dach": ("dieter", "eva"), "smb": ("finn", "grace")}
_METHODS = {"iberia": "round_robin", "dach": "best_match", "smb": "least_loaded"}


def row(number: int = 1, **told) -> dict[str, object]:
    """Give a lead that came an hour ago, was given at once and is due in a day."""
    created = told.get("created_at", NOW - timedelta(hours=1))
    plain: dict[str, object] = {
        **dict.fromkeys(COLUMNS),
        "lead": str(number),
        "source": "hubspot",
        "channel": "web",
        "rule": "Iberia",
        "pool": "iberia",
        "method": "round_robin",
        "owner": "ana",
        "attempt": 1,
        "attempts": 1,
        "out_of_hours": False,
        "is_flawed": False,
        "created_at": created,
        "first_seen": created,
        "first_assigned_at": created,
        "assigned_at": created,
        "sla_due": created + timedelta(days=1),
    }
    return {**plain, **told}


def facts(rows: list[dict[str, object]], *, days: int = 28, **targets) -> Facts:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    since = NOW - timedelta(days=days)
    return facts_of(frame, since=since, now=NOW, targets=Targets(**targets))


def many(leads: int, seed: int = 7, days: int = 112) -> list[dict[str, object]]:
    """Make leads of a busy business: slow at night, one owner full, one method better."""
    dice = Random(seed)
    return [each for n in range(leads) for each in _one(n, dice, days)]


def _one(number: int, dice: Random, days: int) -> list[dict[str, object]]:
    pool = dice.choice(list(_OWNERS))
    owner = dice.choice(_OWNERS[pool])
    created = NOW - timedelta(seconds=dice.randrange(days * 86_400))
    is_night = not 8 <= created.hour < 18
    waited = dice.lognormvariate(2.4, 1.3) + (dice.uniform(60, 700) if is_night else 0)
    waited *= 4 if owner == "ben" else 1
    given = created + timedelta(seconds=dice.uniform(3, 50))
    touched = created + timedelta(minutes=waited)
    is_touched = dice.random() < 0.93 and touched < NOW
    wins = dice.random() < (0.22 if pool == "dach" else 0.08)
    converted = created + timedelta(days=dice.expovariate(1 / 9))
    is_fallback = dice.random() < 0.06
    plain = row(
        number,
        source=dice.choice(["hubspot", "salesforce", "meta_ads"]),
        channel=dice.choice(["web", "paid", "partner"]),
        campaign=dice.choice(["spring", "ent-2026", None]),
        country=dice.choice(["ES", "DE", "US"]),
        size=dice.choice(["1-49", "50-499", "500+"]),
        rule=None if is_fallback else f"Rule for {pool}",
        pool=None if is_fallback else pool,
        method="fallback" if is_fallback else _METHODS[pool],
        owner="inbound-desk" if is_fallback else owner,
        told=dice.choice(["told", "told", "told", "failed"]),
        out_of_hours=is_night,
        created_at=created,
        first_assigned_at=given,
        assigned_at=given,
        sla_due=given + timedelta(hours=dice.choice([1, 4, 24])),
        touched_at=touched if is_touched else None,
        converted_at=converted if wins and converted < NOW else None,
        won_at=converted + timedelta(days=3) if wins and dice.random() < 0.4 else None,
    )
    if dice.random() > 0.05:
        return [plain]
    again = given + timedelta(hours=1)
    first = {**plain, "ended_at": again, "attempts": 2, "method": plain["method"]}
    return [first, {**plain, "attempt": 2, "attempts": 2, "assigned_at": again}]
