"""Policies and leads of any size to measure on: rules of three to five conditions, pools, hours."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from leads.keys import CrmOwnerId, LeadKey, OwnerId, PolicyHash, PoolName, RuleName
from leads.lead import Headcount, Lead
from routing.policy import Member, Owner, Policy, Pool, Rule, ToPool
from routing.sla_terms import Sla
from routing.when import AllOf, Between, Condition, OneOf
from routing.working_hours import Calendar

DESK = OwnerId("inbound-desk")
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFICE = Calendar(name="office", hours=dict.fromkeys(range(5), ((time(9), time(18)),)))
ZONES = ("Europe/Madrid", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Tokyo")
POOLS = 8
WORDS = {
    "country": [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDE"],
    "industry": [f"industry-{n}" for n in range(30)],
    "product": [f"product-{n}" for n in range(20)],
    "channel": [f"channel-{n}" for n in range(10)],
    "language": [f"l{n}" for n in range(12)],
    "lead_source": [f"source-{n}" for n in range(15)],
}
SIZES = (1, 11, 51, 201, 501, 1001, 5001)
BLANK = 0.1
AMOUNTS = tuple(Decimal(n) for n in (1_000, 5_000, 10_000, 50_000, 100_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A policy and leads for it."""

    policy: Policy
    leads: tuple[Lead, ...]


def case(rules: int, members: int, leads: int, seed: int = 7) -> Case:
    """Make pools of `members` people in five time zones, and rules in front of a rule for all."""
    draw = random.Random(seed)  # noqa: S311 - a benchmark is to be the same every time
    owners = {owner.id: owner for owner in (*_people(members), _desk())}
    pools = [_pool(number, members, draw) for number in range(POOLS)]
    policy = Policy(
        hash=PolicyHash("bench"),
        owners=owners,
        pools={pool.name: pool for pool in pools},
        rules=(*(_rule(n, draw) for n in range(rules - 1)), _rest()),
        fallback=DESK,
        fallback_sla="standard",
        slas={"standard": Sla(name="standard", first_touch=timedelta(hours=24))},
        crm_of={"hubspot": "hubspot"},
    )
    return Case(policy=policy, leads=tuple(_lead(n, draw) for n in range(leads)))


def _people(count: int) -> list[Owner]:
    return [
        Owner(
            id=OwnerId(f"owner-{n}"),
            name=f"Owner {n}",
            crm={"hubspot": CrmOwnerId(str(n))},
            timezone=ZONES[n % len(ZONES)],
            calendar=OFFICE,
            max_open=1_000_000,
        )
        for n in range(count)
    ]


def _desk() -> Owner:
    ids = {"hubspot": CrmOwnerId("desk")}
    return Owner(id=DESK, name="Inbound desk", is_queue=True, crm=ids, max_open=None)


def _pool(number: int, members: int, draw: random.Random) -> Pool:
    seats = [Member(owner=OwnerId(f"owner-{n}"), weight=draw.randint(1, 4)) for n in range(members)]
    return Pool(name=PoolName(f"pool-{number}"), members=tuple(seats))


def _rule(number: int, draw: random.Random) -> Rule:
    fields = draw.sample([*WORDS, "employees", "deal_value"], draw.randint(3, 5))
    return Rule(
        name=RuleName(f"rule {number}"),
        when=AllOf(parts=tuple(_condition(field, draw) for field in fields)),
        assign=(ToPool(pool=PoolName(f"pool-{draw.randrange(POOLS)}")),),
        sla="standard",
    )


def _condition(field: str, draw: random.Random) -> Condition:
    if field in WORDS:
        return OneOf(field=field, values=tuple(draw.sample(WORDS[field], draw.randint(1, 3))))
    bounds = AMOUNTS if field == "deal_value" else tuple(map(Decimal, SIZES))
    low, high = sorted(draw.sample(bounds, 2))
    return Between(field=field, least=low, most=draw.choice([high, None]))


def _rest() -> Rule:
    anything = AllOf(parts=())
    target = ToPool(pool=PoolName("pool-0"))
    return Rule(name=RuleName("the rest"), when=anything, assign=(target,), sla="standard")


def _lead(number: int, draw: random.Random) -> Lead:
    words = {field: draw.choice(values) for field, values in WORDS.items() if draw.random() > BLANK}
    size = draw.choice(SIZES)
    return Lead(
        key=LeadKey("hubspot", str(number)),
        created_at=START + number * timedelta(seconds=20),
        employees=Headcount(least=size, most=draw.choice([size, size + 40, None])),
        deal_value=Decimal(draw.randrange(200_000)),
        currency="EUR",
        country=words.get("country"),
        industry=words.get("industry"),
        product=words.get("product"),
        channel=words.get("channel"),
        language=words.get("language"),
        lead_source=words.get("lead_source"),
    )
