"""What a shadow would have done otherwise, over a time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.load import from_document
from flows.plurals import count_of
from flows.simulating.shadow import is_untaken
from leads.decision import Method
from leads.errors import ConfigError
from leads.keys import OwnerId
from reports.backtest import Comparison, Pair, Placement, compare
from routing.availability import Schedule
from routing.policy import Policy
from routing.wording import listed
from store.shadow_rows import ShadowRow, ShadowSide
from store.store import Store

NAMES = ("in force", "shadow")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """
    The differences, and the shadow they are of.

    `untaken` counts, per pool of the shadow's that is taken from, leads that would wait there for
    nobody knows whom; they are not compared. `is_in_force`: the shadow's policy is in force itself.
    """

    of: ShadowRow
    found: Comparison
    untaken: Mapping[str, int]
    is_in_force: bool

    def notes(self) -> list[str]:
        """Say whether there is anything to compare, and what was not compared."""
        same = "The shadow is the same policy as the one in force: from here on nothing can differ."
        return [*([same] if self.is_in_force else []), *self._not_compared()]

    def _not_compared(self) -> list[str]:
        pools = listed([f"{pool} ({leads:,})" for pool, leads in sorted(self.untaken.items())])
        if not pools:
            return []
        total = count_of(sum(self.untaken.values()), "lead")
        why = "would wait there to be taken, and nobody knows by whom"
        return [f"Not compared: {total} {why}, in the shadow's pools that are taken from: {pools}."]


def shadow_report(store: Store, live: Policy, since: datetime, until: datetime) -> ShadowReport:
    """Compare what was decided within the time. Raises ConfigError when no shadow ever ran."""
    of = store.latest_shadow()
    if of is None:
        raise ConfigError(["no shadow was ever started: `firsttouch shadow start DIR` begins one"])
    sides = _schedules(live), _schedules(from_document(of.document).policy)
    both = store.shadow_pairs(of, since, until)
    untaken = Counter(str(each.shadow.pool) for each in both if is_untaken(each.live, each.shadow))
    pairs = [
        Pair(
            lead=str(each.lead),
            at=each.live.decided_at,
            before=_placement(each.live, sides[0]),
            after=_placement(each.shadow, sides[1]),
        )
        for each in both
        if not is_untaken(each.live, each.shadow)
    ]
    return ShadowReport(
        of=of, found=compare(pairs), untaken=untaken, is_in_force=of.hash == live.hash
    )


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
