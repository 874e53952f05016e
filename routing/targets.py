"""What becomes of one target of a rule: a pool, or an owner with the backups behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from leads.decision import Accrual, Candidate, CandidateStatus, Method, Tally
from leads.keys import OwnerId, PoolName
from routing.availability import Schedule
from routing.capacity import load
from routing.eligibility import Ask, Schedules, obstacle
from routing.policy import HoldFor, OutOfHours, Owner, Strategy
from routing.ranking import Ranking
from routing.selection import Contender, drawer, least_loaded, most_due

NO_TALLY = Tally(entitled=0.0, assigned=0)
NO_WEIGHT = "given weight 0 in this pool"
_NAMED_AT_MOST = 3
_METHODS = {
    Strategy.ROUND_ROBIN: Method.ROUND_ROBIN,
    Strategy.LEAST_LOADED: Method.LEAST_LOADED,
    Strategy.BEST_MATCH: Method.ROUND_ROBIN,  # until there is a model
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """
    `owner` None: nobody could take it. `clause` says how the owner was found, or why there is none.

    `tallies` is the part of the rotation that was looked at.
    """

    clause: str
    candidates: tuple[Candidate, ...]
    owner: OwnerId | None = None
    method: Method | None = None
    pool: PoolName | None = None
    accrual: Accrual | None = None
    tallies: Mapping[OwnerId, Tally] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of a pool, with their working time."""

    schedule: Schedule
    weight: int

    @property
    def owner(self) -> Owner:
        return self.schedule.owner


@dataclass(frozen=True, slots=True)
class Roster:
    """A pool, compiled."""

    name: PoolName
    strategy: Strategy
    seats: tuple[Seat, ...]
    out_of_hours: OutOfHours | None = None
    when_full: HoldFor | None = None


def try_pool(roster: Roster, ask: Ask) -> Attempt:
    """Choose among the members who can take the lead; those with the preferred skills first."""
    return choose(roster, ask, [_problem(seat, ask, roster.name) for seat in roster.seats])


def choose(roster: Roster, ask: Ask, problems: Sequence[str | None]) -> Attempt:
    """Choose among the members who have no problem; there is one for each seat."""
    able = [s for s, problem in zip(roster.seats, problems, strict=True) if problem is None]
    if not able:
        return _nobody(roster, problems)
    contending = [s for s in able if ask.prefer <= s.owner.skills] or able
    tallies = _tallies(roster.name, contending, ask)
    contenders = _contenders(contending, tallies, ask)
    choose = least_loaded if roster.strategy is Strategy.LEAST_LOADED else most_due
    chosen = choose(contenders, drawer(roster.name, ask.lead))
    ranking = Ranking(
        pool=roster.name,
        strategy=roster.strategy,
        chosen=next(s.owner for s in contending if s.owner.id == chosen.owner),
        contenders={c.owner: c for c in contenders},
        ask=ask,
    )
    return Attempt(
        owner=chosen.owner,
        method=_METHODS[roster.strategy],
        pool=roster.name,
        clause=ranking.clause(),
        candidates=tuple(
            ranking.verdict(s.owner) if problem is None else _skipped(s.owner.id, problem)
            for s, problem in zip(roster.seats, problems, strict=True)
        ),
        accrual=Accrual(
            pool=roster.name,
            shares={c.owner: c.share for c in contenders},
            charged=chosen.owner,
        ),
        tallies=tallies,
    )


def try_owner(
    first: OwnerId, intro: str, method: Method, schedules: Schedules, ask: Ask
) -> Attempt:
    """
    Take `first`, else the first backup down the chain who can take the lead.

    `intro` says how we came to `first`, as in "the rule names Ana". Who is on call is so at any
    hour; the backups behind are not.
    """
    candidates: list[Candidate] = []
    problems: list[str] = []
    tried: set[OwnerId] = set()
    owner: OwnerId | None = first
    while owner is not None and owner not in tried:
        tried.add(owner)
        schedule = schedules.get(owner)
        if schedule is None:
            problem: str | None = "not an owner in this configuration"
        else:
            is_on_call = owner == first and method is Method.ON_CALL
            problem = obstacle(schedule, replace(ask, any_hour=True) if is_on_call else ask)
        if problem is None:
            assert schedule is not None
            return _taken(schedule.owner, intro, method, candidates, problems)
        name = owner if schedule is None else schedule.owner.name
        candidates.append(_skipped(owner, problem))
        problems.append(f"{name} is {problem}")
        owner = None if schedule is None else schedule.owner.backup
    return Attempt(clause=f"{intro}, but {'; '.join(problems)}", candidates=tuple(candidates))


def _taken(
    owner: Owner, intro: str, method: Method, skipped: list[Candidate], problems: list[str]
) -> Attempt:
    if problems:
        clause = f"{intro}, but {'; '.join(problems)}; {owner.name} is the backup"
        reason, method = "stands in as backup", Method.BACKUP
    else:
        clause, reason = intro, intro
    chosen = Candidate(owner=owner.id, status=CandidateStatus.CHOSEN, reason=reason)
    candidates = (*skipped, chosen)
    return Attempt(owner=owner.id, method=method, clause=clause, candidates=candidates)


def _problem(seat: Seat, ask: Ask, pool: PoolName) -> str | None:
    if seat.weight <= 0:
        return NO_WEIGHT
    return obstacle(seat.schedule, ask, pool)


def _skipped(owner: OwnerId, problem: str) -> Candidate:
    return Candidate(owner=owner, status=CandidateStatus.SKIPPED, reason=problem)


def _nobody(roster: Roster, problems: Sequence[str | None]) -> Attempt:
    skipped = [(s.owner, p) for s, p in zip(roster.seats, problems, strict=True) if p is not None]
    clause = f"nobody in pool {roster.name} could take it"
    told = [f"{owner.name} is {problem}" for owner, problem in skipped[:_NAMED_AT_MOST]]
    if len(skipped) > _NAMED_AT_MOST:
        rest = len(skipped) - _NAMED_AT_MOST
        told.append(f"{rest} other{'s' if rest > 1 else ''} could not either")
    return Attempt(
        clause=f"{clause}: {'; '.join(told)}" if told else f"{clause}: it has no members",
        candidates=tuple(_skipped(owner.id, problem) for owner, problem in skipped),
    )


def _tallies(pool: PoolName, seats: Sequence[Seat], ask: Ask) -> dict[OwnerId, Tally]:
    rotation = ask.standing.rotation.get(pool, {})
    return {seat.owner.id: rotation.get(seat.owner.id, NO_TALLY) for seat in seats}


def _contenders(
    seats: Sequence[Seat], tallies: Mapping[OwnerId, Tally], ask: Ask
) -> list[Contender]:
    total = sum(seat.weight for seat in seats)
    contenders = []
    for seat in seats:
        share = seat.weight / total
        tally = tallies[seat.owner.id]
        deficit = tally.entitled + share - tally.assigned
        carried = load(seat.owner, ask.open_leads(seat.owner.id))
        contenders.append(Contender(seat.owner.id, share, deficit, carried))
    return contenders
