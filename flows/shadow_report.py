"""What a shadow would have done otherwise, over a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.load import from_document
from leads.decision import Method
from leads.errors import ConfigError
from leads.keys import OwnerId
from reports.backtest import Comparison, Pair, Placement, compare
from routing.availability import Schedule
from routing.policy import Policy
from store.shadow_rows import ShadowRow, ShadowSide
from store.store import Store

NAMES = ("in force", "shadow")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """The differences, and the shadow they are of."""

    of: ShadowRow
    found: Comparison


def shadow_report(store: Store, live: Policy, since: datetime, until: datetime) -> ShadowReport:
    """Compare what was decided within the time. Raises ConfigError when no shadow ever ran."""
    of = store.latest_shadow()
    if of is None:
        raise ConfigError(["no shadow was ever started: `firsttouch shadow start DIR` begins one"])
    sides = _schedules(live), _schedules(from_document(of.document).policy)
    pairs = [
        Pair(
            lead=str(each.lead),
            at=each.live.decided_at,
            before=_placement(each.live, sides[0]),
            after=_placement(each.shadow, sides[1]),
        )
        for each in store.shadow_pairs(of, since, until)
    ]
    return ShadowReport(of=of, found=compare(pairs))


def _schedules(policy: Policy) -> Mapping[OwnerId, Schedule]:
    return {owner.id: Schedule(owner) for owner in policy.owners.values()}


def _placement(side: ShadowSide, schedules: Mapping[OwnerId, Schedule]) -> Placement:
    schedule = schedules.get(side.owner)  # one who has left the policy since is not at work
    at_work = schedule.next_at_work(side.decided_at) if schedule else None
    return Placement(
        owner=side.owner,
        pool=side.pool,
        rule=side.rule,
        is_fallback=side.method == Method.FALLBACK.value,
        seen_in_time=at_work is not None and at_work <= side.sla_due,
        over=frozenset(),
        reason=f"{side.rule or 'no rule'}, {side.method.replace('_', ' ')}",
    )
