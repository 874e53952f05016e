"""What one owner got over a time, what they could have had, and where the rest went."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from leads.decision import Candidate, CandidateStatus, Decision
from leads.keys import OwnerId
from routing.availability import Schedule
from routing.policy import Owner, Policy
from routing.wording import duration, listed, moment, place

_COUNTED = re.compile(r"at [\d.]+( of \d+)? open leads")
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerStory:
    """
    `decided` are all decisions that stand. Of those: `got` by method, `passed_over` by whoever was
    more due, `skipped` by what stood in the way, `elsewhere` by rule where nobody looked at them.

    `entitled` is the owner's part of the leads whose turn could have been theirs, `charged` how
    many of those they had. `undone` were theirs and came to nothing. `before` is what they got in
    as long a time before.
    """

    owner: OwnerId
    since: datetime
    until: datetime
    decided: int
    before: int
    got: Mapping[str, int]
    passed_over: Mapping[OwnerId, int]
    skipped: Mapping[str, int]
    elsewhere: Mapping[str, int]
    entitled: float
    charged: int
    undone: int
    at_work: timedelta

    @property
    def total(self) -> int:
        return sum(self.got.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A decision, and whether it came to nothing."""

    decision: Decision
    is_void: bool


def story_of(
    owner: OwnerId, made: Iterable[Made], policy: Policy, since: datetime, until: datetime
) -> OwnerStory:
    """`made` begins as long before `since` as `until` is after it, so that both can be compared."""
    got: Counter[str] = Counter()
    passed_over: Counter[OwnerId] = Counter()
    skipped: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    before = undone = charged = decided = 0
    entitled = 0.0
    for each in made:
        decision = each.decision
        mine = decision.owner == owner
        if each.is_void:
            undone += mine and decision.decided_at >= since
        elif decision.decided_at < since:
            before += mine
        else:
            decided += 1
            entitled += sum(a.shares.get(owner, 0.0) for a in decision.accruals)
            charged += sum(a.charged == owner for a in decision.accruals)
            if mine:
                got[decision.method.value] += 1
            else:
                _sort(decision, owner, passed_over, skipped, elsewhere)
    return OwnerStory(
        owner=owner,
        since=since,
        until=until,
        decided=decided,
        before=before,
        got=got,
        passed_over=passed_over,
        skipped=skipped,
        elsewhere=elsewhere,
        entitled=entitled,
        charged=charged,
        undone=undone,
        at_work=_at_work(policy.owners.get(owner), since, until),
    )


def tell(story: OwnerStory, policy: Policy) -> list[str]:
    """Say it in sentences a rep understands; times in the owner's zone."""
    return list(_told(story, policy))


def _sort(
    decision: Decision,
    owner: OwnerId,
    passed_over: Counter[OwnerId],
    skipped: Counter[str],
    elsewhere: Counter[str],
) -> None:
    seen = next((c for c in decision.candidates if c.owner == owner), None)
    if seen is None:
        elsewhere[decision.rule or decision.method.value.replace("_", " ")] += 1
    elif seen.status is CandidateStatus.SKIPPED:
        skipped[_obstacle(seen)] += 1
    else:
        passed_over[decision.owner] += 1


def _obstacle(candidate: Candidate) -> str:
    """Leave out what differs from lead to lead: until when, how many."""
    reason = candidate.reason.partition(" until ")[0].partition(", without a working hour")[0]
    reason = reason.partition(", free again")[0]
    return "at the cap" if _COUNTED.fullmatch(reason) else reason


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


def _told(story: OwnerStory, policy: Policy) -> Iterator[str]:
    known = policy.owners.get(story.owner)
    name, zone = (known.name, known.timezone) if known else (story.owner, "UTC")
    length = duration(story.until - story.since)
    begin, end = moment(story.since, zone), moment(story.until, zone)
    yield f"{name} got {_leads(story.total)} from {begin} to {end}: {_by_count(_words(story.got))}."
    yield f"In the {length} before, it was {story.before}."
    yield f"{name} was at work for {duration(story.at_work)} of the {length}."
    yield f"{_leads(story.decided)} were decided in that time."
    where = place(story.entitled - story.charged)
    yield (
        f"Of those by turns that {name} could have had, {story.entitled:.2f} were due and "
        f"{story.charged} came: {where}."
    )
    if story.passed_over:
        names = {_name(who, policy): n for who, n in story.passed_over.items()}
        total = sum(names.values())
        yield f"{_leads(total)} went to whoever was more due: {_by_count(names)}."
    if story.skipped:
        total = sum(story.skipped.values())
        yield f"{name} was skipped for {_leads(total)}: {_by_count(story.skipped)}."
    if story.elsewhere:
        total = sum(story.elsewhere.values())
        yield f"{_leads(total)} went where {name} is not asked: {_by_count(story.elsewhere)}."
    if story.undone:
        yield (
            f"{_leads(story.undone)} decided for {name} came to nothing: refused by a CRM, or "
            "somebody else's by then."
        )


def _words(got: Mapping[str, int]) -> dict[str, int]:
    return {method.replace("_", " "): count for method, count in got.items()}


def _by_count(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    told = [f"{what} {count}" for what, count in ranked[:_SHOWN]]
    rest = sum(count for _, count in ranked[_SHOWN:])
    return listed([*told, *([f"others {rest}"] if rest else [])]) or "none"


def _leads(count: int) -> str:
    return f"{count} lead" if count == 1 else f"{count} leads"


def _name(owner: OwnerId, policy: Policy) -> str:
    known = policy.owners.get(owner)
    return known.name if known else owner
