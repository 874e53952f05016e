"""What becomes of one target of a rule: a pool, or an owner with the backups behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat

from leads.decision import Accrual, Arm, Candidate, CandidateStatus, Match, Method, Tally
from leads.keys import OwnerId
from routing.attempt import Attempt, Considered, considered
from routing.by_model import ModelRanking, chosen_by, matched, unmatched, with_odds
from routing.capacity import load
from routing.eligibility import Ask, Schedules, obstacle
from routing.entitlement import parts
from routing.failure import PERSON, Failure
from routing.policy import Owner, Strategy
from routing.ranking import Contender, Ranking, contenders_of, next_in_turn
from routing.roster import NAMED_AT_MOST, Roster, Seat, failure_of, obstacle_of, skipped
from routing.selection import Contest, drawer, least_loaded, most_due

NO_TALLY = Tally(entitled=0.0, assigned=0)
_METHODS = {
    Strategy.ROUND_ROBIN: Method.ROUND_ROBIN,
    Strategy.LEAST_LOADED: Method.LEAST_LOADED,
    Strategy.BEST_MATCH: Method.ROUND_ROBIN,  # where no model gives it away
    Strategy.PULL: Method.ROUND_ROBIN,  # given away for the next shift
}


Why = Callable[[Seat, Ask], str | None]
"""Says why a member cannot take a lead, None for one who can."""


def try_pool(roster: Roster, ask: Ask) -> Attempt:
    """Choose among the members who can take the lead; those with the preferred skills first."""
    able = roster.able(ask)
    if not able:
        return _nobody_can(roster, ask)
    return choose(roster, ask, able, partial(obstacle_of, roster.name))


def choose(roster: Roster, ask: Ask, able: Sequence[Seat], why: Why) -> Attempt:
    """Choose among those `able`, of whom there are; `why` says it of the others, when asked."""
    contending = _sticky(roster, able, ask)
    is_sticky = bool(contending)
    contending = contending or _preferred(able, ask) or able
    asks_model = roster.strategy is Strategy.BEST_MATCH and not is_sticky
    match = matched(roster, contending, ask) if asks_model else None
    if match is not None and match.arm is not Arm.CONTROL:
        return _by_model(roster, contending, match, why, ask)
    due = None if is_sticky else _due(roster, contending, ask)
    contest, tallies = _contest(roster, contending, ask, due)
    if due is not None:  # who has no tally is new: that must show when it is decided again
        rotation = ask.standing.rotation.get(roster.name, {})
        tallies = {owner: rotation[owner] for owner in due if owner in rotation}
    choose = least_loaded if roster.strategy is Strategy.LEAST_LOADED else most_due
    chosen = contending[choose(contest, drawer(roster.name, ask.lead))].owner
    told = _Told(roster, contending, chosen, why, is_sticky=is_sticky, match=match)
    shares = due or roster.division(contending).by_owner
    return Attempt(
        owner=chosen.id,
        method=Method.ACCOUNT_OWNER if is_sticky else _METHODS[roster.strategy],
        pool=roster.name,
        clause=told.clause(ask),
        looked_at=Considered(roster.owners, told.candidates),
        accrual=Accrual(pool=roster.name, shares=shares, charged=chosen.id),
        tallies=tallies,
        by_account=roster.pool.is_sticky,
        match=match and with_odds(match, chosen.id, roster, contending, ask),
        asks_model=asks_model,
    )


def _by_model(
    roster: Roster, contending: Sequence[Seat], match: Match, why: Why, ask: Ask
) -> Attempt:
    """
    Give it to whom the model says. Nobody's turn is counted.

    A model gives some owners fewer: kept as turns they are owed, that would be a flood for them on
    the day it is stopped.
    """
    chosen = chosen_by(match, roster, ask)
    owner = next(seat.owner for seat in contending if seat.id == chosen)
    match = with_odds(match, chosen, roster, contending, ask)
    ranking = ModelRanking(match, roster, owner, ask)

    def tell(again: Ask) -> tuple[Candidate, ...]:
        problems = [(seat.owner, why(seat, again)) for seat in roster.seats]
        return tuple(
            ranking.verdict(each) if problem is None else skipped(each.id, problem)
            for each, problem in problems
        )

    return Attempt(
        owner=chosen,
        method=Method.BEST_MATCH,
        pool=roster.name,
        clause=ranking.clause(),
        looked_at=Considered(roster.owners, tell),
        by_account=roster.pool.is_sticky,
        match=match,
        asks_model=True,
    )


def _sticky(roster: Roster, able: Sequence[Seat], ask: Ask) -> Sequence[Seat]:
    if not roster.pool.is_sticky:
        return ()
    return [seat for seat in able if seat.owner.id == ask.account_owner]


def _preferred(able: Sequence[Seat], ask: Ask) -> Sequence[Seat]:
    return [s for s in able if ask.prefer <= s.owner.skills] if ask.prefer else able


@dataclass(frozen=True, slots=True)
class _Told:
    """What there is to tell of a choice."""

    roster: Roster
    contending: Sequence[Seat]
    chosen: Owner
    why: Why
    is_sticky: bool
    match: Match | None

    def clause(self, ask: Ask) -> str:
        """Say how the owner was found, to follow "so"."""
        roster, chosen = self.roster, self.chosen
        if self.is_sticky:
            return f"{chosen.name} of pool {roster.name} owns the account"
        clause = next_in_turn(chosen, len(self.contending), roster.where, roster.strategy, ask)
        if roster.strategy is Strategy.BEST_MATCH:
            return f"{clause} ({unmatched(self.match, ask)})"
        return clause

    def _ranking(self, ask: Ask, contenders: Mapping[OwnerId, Contender]) -> Ranking:
        return Ranking(
            strategy=self.roster.strategy,
            chosen=self.chosen,
            count=len(self.contending),
            contenders=contenders,
            ask=ask,
            is_sticky=self.is_sticky,
        )

    def candidates(self, ask: Ask) -> tuple[Candidate, ...]:
        due = None if self.is_sticky else _due(self.roster, self.contending, ask)
        contest, _ = _contest(self.roster, self.contending, ask, due)
        ranking = self._ranking(ask, contenders_of(contest))
        problems = [(seat.owner, self.why(seat, ask)) for seat in self.roster.seats]
        return tuple(
            ranking.verdict(owner) if problem is None else skipped(owner.id, problem)
            for owner, problem in problems
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
        candidates.append(skipped(owner, problem))
        problems.append(f"{name} is {problem}")
        owner = None if schedule is None else schedule.owner.backup
    failure = Failure(intro, tuple(problems), joint=PERSON)
    return Attempt(clause=failure.clause(), looked_at=considered(*candidates), failure=failure)


def _taken(
    owner: Owner, intro: str, method: Method, skipped: list[Candidate], problems: list[str]
) -> Attempt:
    if problems:
        clause = f"{intro}, but {'; '.join(problems)}; {owner.name} is the backup"
        reason, method = "stands in as backup", Method.BACKUP
    else:
        clause, reason = intro, intro
    chosen = Candidate(owner=owner.id, status=CandidateStatus.CHOSEN, reason=reason)
    return Attempt(
        owner=owner.id,
        method=method,
        clause=clause,
        looked_at=considered(*skipped, chosen),
        failure=Failure(intro, tuple(problems), joint=PERSON) if problems else None,
    )


def _nobody_can(roster: Roster, ask: Ask) -> Attempt:
    return roster.problems(ask).attempt(f"nobody {roster.where} could take it", ask)


def each_problem(intro: str, seats: Sequence[Seat], ask: Ask, why: Why) -> Failure:
    """Say of the first few what keeps them from taking a lead, and how many more there are."""
    return failure_of(intro, seats, [why(seat, ask) for seat in seats[:NAMED_AT_MOST]])


def _due(roster: Roster, contending: Sequence[Seat], ask: Ask) -> dict[OwnerId, float] | None:
    """Give the parts of the lead where somebody may catch up; None: each by weight."""
    if not (roster.pool.joiners or roster.pool.returners):
        return None
    return parts(roster, contending, ask.standing.rotation.get(roster.name, {}), ask)


def _contest(
    roster: Roster, seats: Sequence[Seat], ask: Ask, due: Mapping[OwnerId, float] | None
) -> tuple[Contest, Mapping[OwnerId, Tally]]:
    """Give who contends for a lead, and the tally of each."""
    rotation = ask.standing.rotation.get(roster.name, {})
    divided = roster.division(seats)
    owners, shares = divided.owners, divided.shares
    if roster.strategy is Strategy.LEAST_LOADED:
        loads = [load(seat.owner, ask.open_leads(seat.id)) for seat in seats]
    else:
        loads = [0.0] * len(seats)
    tallies = dict(zip(owners, map(rotation.get, owners, repeat(NO_TALLY)), strict=False))
    parts_now = shares if due is None else [due[owner] for owner in owners]
    deficits = [
        entitled + part - assigned
        for (entitled, assigned), part in zip(tallies.values(), parts_now, strict=True)
    ]
    return Contest(owners, shares, deficits, loads), tallies
