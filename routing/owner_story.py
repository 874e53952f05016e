"""What one owner got over a time, what they could have had, and where the rest went: counted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leads.decision import Decision
from leads.keys import LeadKey, OwnerId
from routing.availability import Schedule
from routing.owner_fate import Fate, LeadFate, fate_of
from routing.policy import Owner, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerStory:
    """
    `fates` is what became of each lead by its last decision that stands, in the order of those.
    With `gave_up`, the leads that they had and that somebody else had after them, they add up:
    `got` by method, `passed_over` by whoever was more due, `skipped` by what stood in the way,
    `elsewhere` by rule where nobody looked at them.

    `entitled` is the owner's part of the leads whose turn could have been theirs, `charged` how
    many of those they had. `undone` were theirs and came to nothing. `before` is what they got in
    as long a time before.
    """

    owner: OwnerId
    since: datetime
    until: datetime
    fates: Sequence[LeadFate]
    before: int
    gave_up: int
    entitled: float
    charged: int
    undone: int
    at_work: timedelta

    @property
    def decided(self) -> int:
        return len(self.fates) + self.gave_up

    @property
    def total(self) -> int:
        return sum(self.got.values())

    @property
    def got(self) -> Mapping[str, int]:
        return self._counted(Fate.GOT)

    @property
    def passed_over(self) -> Mapping[str, int]:
        return self._counted(Fate.PASSED_OVER)

    @property
    def skipped(self) -> Mapping[str, int]:
        return self._counted(Fate.SKIPPED)

    @property
    def elsewhere(self) -> Mapping[str, int]:
        return self._counted(Fate.ELSEWHERE)

    def missed(self) -> list[LeadFate]:
        """Give the leads that could have been theirs by the rules' lists, and were not."""
        return [each for each in self.fates if each.is_of_theirs and each.fate is not Fate.GOT]

    def _counted(self, fate: Fate) -> Mapping[str, int]:
        return Counter(each.what for each in self.fates if each.fate is fate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A decision with its candidates, whether it came to nothing, and the policy it went by."""

    decision: Decision
    is_void: bool
    policy: Policy


def story_of(
    owner: OwnerId, made: Iterable[Made], policy: Policy, since: datetime, until: datetime
) -> OwnerStory:
    """
    `made` begins as long before `since` as `until` is after it, so that both can be compared.

    Hours are those of `policy`.
    """
    standing: dict[bool, list[Made]] = {True: [], False: []}
    undone = 0
    for each in made:
        is_now = each.decision.decided_at >= since
        if not each.is_void:
            standing[is_now].append(each)
        elif is_now:
            undone += each.decision.owner == owner
    earlier, now = _last_of_each(standing[False]), _last_of_each(standing[True])
    had = {each.decision.lead for each in standing[True] if each.decision.owner == owner}
    kept = [e for e in now if e.decision.owner == owner or e.decision.lead not in had]
    turns = [turn for each in standing[True] for turn in each.decision.accruals]
    return OwnerStory(
        owner=owner,
        since=since,
        until=until,
        fates=[fate_of(each.decision, owner, each.policy) for each in kept],
        before=sum(each.decision.owner == owner for each in earlier),
        gave_up=len(now) - len(kept),
        entitled=sum(turn.shares.get(owner, 0.0) for turn in turns),
        charged=sum(turn.charged == owner for turn in turns),
        undone=undone,
        at_work=_at_work(policy.owners.get(owner), since, until),
    )


def _last_of_each(made: Iterable[Made]) -> list[Made]:
    """Give each lead's last decision: one that was handed on is one lead, not two."""
    found: dict[LeadKey, Made] = {}
    for each in made:
        found.pop(each.decision.lead, None)
        found[each.decision.lead] = each
    return list(found.values())


def _at_work(owner: Owner | None, since: datetime, until: datetime) -> timedelta:
    if owner is None:
        return timedelta(0)
    schedule = Schedule(owner)
    if schedule.is_always_on:
        return until - since
    total = timedelta(0)
    for span in schedule.working(since):
        if span.begin >= until:
            break
        total += min(span.end, until) - span.begin
    return total
