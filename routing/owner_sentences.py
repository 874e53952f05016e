"""What one owner got over a time, in sentences a rep understands."""

from collections.abc import Iterator, Mapping

from leads.keys import OwnerId
from routing.owner_fate import Fate, LeadFate
from routing.owner_story import OwnerStory
from routing.policy import Policy
from routing.wording import duration, listed, moment, place

_SHOWN = 5
_LEADS_SHOWN = 20


def tell(story: OwnerStory, policy: Policy) -> list[str]:
    """Say it; times in the owner's zone. At the end each lead that could have been theirs."""
    return list(_told(story, policy))


def _told(story: OwnerStory, policy: Policy) -> Iterator[str]:
    known = policy.owners.get(story.owner)
    name, zone = (known.name, known.timezone) if known else (story.owner, "UTC")
    length = duration(story.until - story.since)
    begin, end = moment(story.since, zone), moment(story.until, zone)
    yield f"{name} got {_leads(story.total)} from {begin} to {end}: {_by_count(_words(story.got))}."
    yield f"In the {length} before, it was {story.before}."
    yield f"{name} was at work for {duration(story.at_work)} of the {length}."
    yield f"{_leads(story.decided)} were decided in that time: {_sum(story, name)}."
    where = place(story.entitled - story.charged)
    yield (
        f"Of those by turns that {name} could have had, {story.entitled:.2f} were due and "
        f"{story.charged} came: {where}."
    )
    if story.passed_over:
        names = {policy.name_of(OwnerId(who)): n for who, n in story.passed_over.items()}
        total = sum(names.values())
        yield f"{_leads(total)} went {_to_whom(story)}: {_by_count(names)}."
    if story.skipped:
        total = sum(story.skipped.values())
        yield f"{name} was skipped for {_leads(total)}: {_by_count(story.skipped)}."
    if story.elsewhere:
        total = sum(story.elsewhere.values())
        yield f"{_leads(total)} went where {name} is not asked: {_by_count(story.elsewhere)}."
    if story.gave_up:
        yield (
            f"{_leads(story.gave_up)} went to {name} and on to somebody else: handed back, or not "
            "in touch in time."
        )
    if story.undone:
        yield (
            f"{_leads(story.undone)} decided for {name} came to nothing: refused by a CRM, or "
            "somebody else's by then."
        )
    yield from _each_missed(story, name, zone, policy)


def _sum(story: OwnerStory, name: str) -> str:
    """Say where they went, so that everybody can add it up."""
    parts = (
        (story.total, f"to {name}"),
        (story.gave_up, f"from {name} on to others"),
        (sum(story.passed_over.values()), _to_whom(story)),
        (sum(story.skipped.values()), f"to others as {name} was skipped"),
        (sum(story.elsewhere.values()), f"where {name} is not asked"),
    )
    return listed([f"{count} {where}" for count, where in parts if count]) or "none"


def _to_whom(story: OwnerStory) -> str:
    """Say how those were chosen who came before the owner: by turns, by the model, or by both."""
    passed = [each for each in story.fates if each.fate is Fate.PASSED_OVER]
    by_model = sum(each.by_model for each in passed)
    if not by_model:
        return "to whoever was more due"
    if by_model == len(passed):
        return "to whoever was worth more there by the model"
    return f"to whoever was more due, or ({by_model} of them) worth more there by the model"


def _each_missed(story: OwnerStory, name: str, zone: str, policy: Policy) -> Iterator[str]:
    """Say of each lead that could have been theirs why it was not, the latest last."""
    missed = story.missed()
    if not missed:
        return
    shown = missed[-_LEADS_SHOWN:]
    earlier = len(missed) - len(shown)
    more = f" (the last {len(shown)}; {earlier} before: --json has each)" if earlier else ""
    yield f"Of the leads that {name} could have had by the rules, why each went elsewhere{more}:"
    for each in shown:
        to = policy.name_of(each.to)
        yield f"  {moment(each.at, zone)}: {each.lead} went to {to}; {_why(each, name)}."


def _why(each: LeadFate, name: str) -> str:
    match each.fate:
        case Fate.SKIPPED:
            return f"{name} was {each.reason}"
        case Fate.ELSEWHERE:
            return f"{name} was not asked ({each.reason})"
        case Fate.PASSED_OVER | Fate.GOT:
            return f"{name} could have had it: {each.reason}"


def _words(got: Mapping[str, int]) -> dict[str, int]:
    return {method.replace("_", " "): count for method, count in got.items()}


def _by_count(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    told = [f"{what} {count}" for what, count in ranked[:_SHOWN]]
    rest = sum(count for _, count in ranked[_SHOWN:])
    return listed([*told, *([f"others {rest}"] if rest else [])]) or "none"


def _leads(count: int) -> str:
    return f"{count} lead" if count == 1 else f"{count} leads"
