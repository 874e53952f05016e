"""Short ways to leads and policies for tests: say what matters, the rest is a plain default."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from leads.decision import Decision, Standing, Tally
from leads.keys import CrmOwnerId, LeadKey, OwnerId, PolicyHash, PoolName, RuleName
from leads.lead import Headcount, Lead
from leads.matches import AccountBy, AccountMatch
from routing.book import Book
from routing.engine import Engine
from routing.policy import (
    Member,
    Owner,
    Policy,
    Pool,
    Rule,
    Strategy,
    Target,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
from routing.sla_terms import Sla
from routing.when import AllOf, Condition, OneOf
from routing.working_hours import Absence, Calendar

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday at ten: everybody with office hours in Europe is at work."""

DESK = OwnerId("inbound-desk")
ALWAYS: Condition = AllOf(parts=())
STANDARD = Sla(name="standard", first_touch=timedelta(hours=24))
Weights = Mapping[str, int] | Mapping[OwnerId, int]
_OFFICE = ((time(9), time(18)),)


def lead(number: int | str = 1, *, source: str = "hubspot", **fields: Any) -> Lead:
    """`employees` may be a number or a (least, most) pair, `deal_value` a number."""
    employees = fields.get("employees")
    if isinstance(employees, int):
        fields["employees"] = Headcount(least=employees, most=employees)
    elif isinstance(employees, tuple):
        fields["employees"] = Headcount(least=employees[0], most=employees[1])
    if isinstance(fields.get("deal_value"), int | str):
        fields["deal_value"] = Decimal(fields["deal_value"])
    fields.setdefault("created_at", MONDAY)
    return Lead(key=LeadKey(source, str(number)), **fields)


def owner(name: str, **fields: Any) -> Owner:
    """An owner called `name`, always on and uncapped unless said otherwise."""
    fields.setdefault("max_open", None)
    fields.setdefault("name", name.capitalize())
    return Owner(id=OwnerId(name), **fields)


def queue(name: str = DESK, **fields: Any) -> Owner:
    return owner(name, is_queue=True, **fields)


def crm_ids(**ids: str) -> dict[str, CrmOwnerId]:
    return {crm: CrmOwnerId(crm_id) for crm, crm_id in ids.items()}


def calendar(
    *spans: tuple[time, time], days: Iterable[int] = range(5), holidays: str | None = None
) -> Calendar:
    """Monday to Friday, nine to six, unless said otherwise."""
    hours = dict.fromkeys(days, spans or _OFFICE)
    return Calendar(name="office", hours=hours, holidays=holidays)


def away(first: date, last: date) -> tuple[Absence, ...]:
    return (Absence(first=first, last=last),)


def pool(
    name: str, members: Weights | Iterable[str], strategy: Strategy = Strategy.ROUND_ROBIN
) -> Pool:
    """Members by name, or name and weight."""
    weights = members.items() if isinstance(members, Mapping) else ((who, 1) for who in members)
    seats = tuple(Member(owner=OwnerId(who), weight=weight) for who, weight in weights)
    return Pool(name=PoolName(name), members=seats, strategy=strategy)


def rule(name: str, *assign: str, when: Condition = ALWAYS, **fields: Any) -> Rule:
    """`assign` are pools; `owner:NAME` is an owner, `account_owner` an account's."""
    fields.setdefault("sla", STANDARD.name)
    return Rule(name=RuleName(name), when=when, assign=tuple(map(_target, assign)), **fields)


def is_one_of(field: str, *values: str) -> OneOf:
    return OneOf(field=field, values=values)


def policy(
    owners: Iterable[Owner], pools: Iterable[Pool] = (), rules: Iterable[Rule] = (), **fields: Any
) -> Policy:
    """A policy whose fallback is the inbound desk, added when it is missing."""
    by_id = {DESK: queue()} | {someone.id: someone for someone in owners}
    slas = {sla.name: sla for sla in (STANDARD, *fields.pop("slas", ()))}
    fields.setdefault("fallback", DESK)
    fields.setdefault("hash", PolicyHash("policy-1"))
    return Policy(
        owners=by_id,
        pools={each.name: each for each in pools},
        rules=tuple(rules),
        fallback_sla=STANDARD.name,
        slas=slas,
        **fields,
    )


def one_pool(
    owners: Iterable[Owner],
    weights: Weights | None = None,
    strategy: Strategy = Strategy.ROUND_ROBIN,
    **rule_fields: Any,
) -> Policy:
    """Everybody in the pool `team`, which one rule sends everything to."""
    people = list(owners)
    team = pool("team", weights or [person.id for person in people], strategy)
    return policy(people, [team], [rule("everything", "team", **rule_fields)])


def standing(
    *,
    open_leads: Mapping[str, float] | None = None,
    rotation: Mapping[str, Mapping[str, tuple[float, int]]] | None = None,
    away: Mapping[str, datetime] | None = None,
    account_owner: str | None = None,
) -> Standing:
    """What was there before: tallies are (entitled, assigned)."""
    return Standing(
        open_leads={OwnerId(who): count for who, count in (open_leads or {}).items()},
        rotation={
            PoolName(name): {
                OwnerId(who): Tally(entitled=entitled, assigned=assigned)
                for who, (entitled, assigned) in tallies.items()
            }
            for name, tallies in (rotation or {}).items()
        },
        away={OwnerId(who): until for who, until in (away or {}).items()},
        account=None if account_owner is None else account_of(account_owner),
    )


def account_of(owner: str, **fields: Any) -> AccountMatch:
    """The account Acme, recognised by its domain."""
    known: dict[str, Any] = {"name": "Acme", "by": AccountBy.DOMAIN, "on": "acme.example"}
    return AccountMatch(**known | {"owner": OwnerId(owner), **fields})


def empty_book() -> Book:
    return Book(open_leads={}, rotation={}, away={})


def route(
    engine: Engine, count: int, *, book: Book | None = None, now: datetime = MONDAY, first: int = 0
) -> list[Decision]:
    """Decide on `count` leads that differ by their number only, one after the other."""
    book = book or empty_book()
    decisions = []
    for number in range(first, first + count):
        decision = engine.decide(lead(number), book.standing(), now)
        book.apply(decision)
        decisions.append(decision)
    return decisions


def _target(text: str) -> Target:
    if text == "account_owner":
        return ToAccountOwner()
    if text.startswith("owner:"):
        return ToOwner(owner=OwnerId(text.removeprefix("owner:")))
    return ToPool(pool=PoolName(text))
