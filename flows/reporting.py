"""The report of a period: what the store knows, as one page and tables."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from config.configuration import Configuration
from flows.evidence import has_fields
from flows.report_facts import read_rows
from flows.watching.quality import KIND as QUALITY
from flows.watching.quality import looked_at
from leads.errors import ConfigError
from leads.lead import Lead
from reports.baseline import Before, baseline_section
from reports.beside import (
    Beside,
    Calls,
    FieldHealth,
    FollowUps,
    Load,
    Made,
    Returner,
    Turn,
)
from reports.facts import Targets, facts_of
from reports.report import build_report
from reports.section import Report
from routing.policy import Policy
from store.store import Store

DEFAULT_SINCE = "28d"
HISTORY = timedelta(days=84)
"""How far back of the period trends and conversions look."""
_WEEK = timedelta(days=7)
_BEFORE = timedelta(days=28)
_SAMPLE = 500
_DAY_SECONDS = 86_400
_UNTOLD = frozenset({"id", "source", "status", "current_owner"})


def make_report(
    store: Store,
    configuration: Configuration,
    since: datetime,
    now: datetime,
    *,
    before: Before | None = None,
) -> Report:
    """
    Read the store and count; beside it what was `before` go-live.

    Raises ConfigError for a period that is yet to come.
    """
    if since >= now:
        raise ConfigError([f"--since: {since:%Y-%m-%d %H:%M} is yet to come; write 28d, or a date"])
    policy = configuration.policy
    beside = _beside(store, configuration, since, now)
    facts = facts_of(
        read_rows(store, policy, since - HISTORY),
        since=since,
        now=now,
        zone=policy.timezone,
        targets=targets_of(configuration),
        currency=policy.money.base,
    )
    more = [baseline_section(before, facts)] if before else []
    return build_report(facts, beside, title="Lead report", notes=[_NOTE], more=more)


_NOTE = (
    "Response time runs from a lead's creation at its source to the first touch by a person that "
    "the CRM has on record. Trends and conversions look back 12 weeks before the period."
)


def targets_of(configuration: Configuration) -> Targets:
    asked = configuration.targets
    return Targets(
        response_minutes=asked.response_time.total_seconds() / 60,
        aging_rate=asked.aging_rate,
    )


def _beside(store: Store, configuration: Configuration, since: datetime, now: datetime) -> Beside:
    policy, counts = configuration.policy, store.report_counts(since, now)
    strategies = {name: pool.strategy.value for name, pool in policy.pools.items()}
    return Beside(
        loads=tuple(_loads(store, policy)),
        turns=tuple(
            Turn(
                pool=pool,
                owner=owner,
                entitled=tally.entitled,
                assigned=tally.assigned,
                strategy=strategies.get(pool, ""),
            )
            for pool, members in counts.rotation.items()
            for owner, tally in members.items()
        ),
        fields=tuple(
            health
            for source in configuration.sources
            for health in _fields(store, source, policy, now)
        ),
        drifts=tuple(each.cause.text for each in store.alerts() if each.cause.kind == QUALITY),
        calls=tuple(
            Calls(
                source=pace.source,
                part=pace.part,
                a_day=pace.cost * _DAY_SECONDS / pace.seconds,
                reason=pace.reason,
            )
            for pace in store.paces()
            if pace.seconds > 0
        ),
        made=tuple(_made(store, since)),
        returners=tuple(
            Returner(owner=each.owner, leads=each.leads, no_lead=each.no_lead)
            for each in counts.returners
        ),
        follow_ups=tuple(
            FollowUps(owner=e.owner, in_time=e.in_time, late=e.late, never=e.never)
            for e in counts.follow_ups
        ),
        fallbacks=counts.fallbacks,
        returns=counts.returns,
        breached=counts.breached,
        deliveries=counts.deliveries,
        rejected=counts.rejected,
        undecided=counts.undecided,
    )


def _made(store: Store, since: datetime) -> Iterator[Made]:
    days: dict[str, list[int]] = {}
    for row in store.calls_since(since):
        days.setdefault(row.source, []).append(row.calls)
    for source, calls in days.items():
        yield Made(source=source, calls=sum(calls), days=len(calls), most=max(calls))


def _loads(store: Store, policy: Policy) -> Iterator[Load]:
    """What each person has in hand, as the caps count it."""
    ids = {owner.id: owner.crm for owner in policy.owners.values()}
    in_hand = store.in_hand(ids, opportunity=policy.opportunity_weight)
    for owner in policy.owners.values():
        if not owner.is_queue:
            yield Load(owner=owner.id, open_leads=in_hand[owner.id], cap=owner.max_open)


def _fields(store: Store, source: str, policy: Policy, now: datetime) -> Iterator[FieldHealth]:
    """Compare the newest leads of the last week with the newest of the four before it."""
    newest = store.leads_between(source, now - _WEEK, now, limit=_SAMPLE)
    before = store.leads_between(source, now - _WEEK - _BEFORE, now - _WEEK, limit=_SAMPLE)
    (filled, flawed), (filled_before, flawed_before) = _counted(newest), _counted(before)
    for field in sorted((filled | filled_before | flawed | flawed_before).keys() - _UNTOLD):
        yield FieldHealth(
            source=source,
            field=field,
            leads=len(newest),
            filled=filled[field],
            flawed=flawed[field],
            leads_before=len(before),
            filled_before=filled_before[field],
            flawed_before=flawed_before[field],
            rules=tuple(rule.name for rule in policy.rules if field in looked_at(rule, policy)),
        )


def _counted(leads: Iterable[Lead]) -> tuple[Counter[str], Counter[str]]:
    """Count by field in how many leads it is filled, and in how many it was flawed."""
    filled, flawed = Counter[str](), Counter[str]()
    for lead in leads:
        filled.update(has_fields(lead))
        flawed.update({flaw.field for flaw in lead.flaws})
    return filled, flawed
