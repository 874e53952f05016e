"""Who gets a lead: the first rule that matches, the first of its targets that can take it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from leads.decision import (
    NOT_IN_TOUCH,
    Decision,
    Held,
    Method,
    RuleTrial,
    Standing,
    Telling,
)
from leads.errors import ConfigError
from leads.keys import PoolName
from leads.lead import Lead
from routing.asking import Asking
from routing.attempt import Attempt, considered
from routing.availability import schedules_of
from routing.before_rules import BeforeRules
from routing.eligibility import Ask
from routing.failure import each_once
from routing.fallback import fallback_candidate, handed_back
from routing.grounds import reason_of, seen_standing, told
from routing.matcher import Matcher
from routing.named_owner import for_next_shift, try_named
from routing.outsiders import outsiders_of, try_with_outsiders
from routing.policy import (
    Policy,
    Rule,
    Strategy,
    Target,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
from routing.promise import later_shift, promise
from routing.references import dangling
from routing.relief import Relief, Wait
from routing.roster import roster_of
from routing.rulebook import Match
from routing.same_person import beside
from routing.taking import why_not_taken
from routing.targets import try_pool


class Engine:
    """
    Decides by one policy, compiled once.

    The same lead, standing and instant give the same decision, and so does `decision.saw` in place
    of the standing. What one decision leaves for the next only saves time.
    """

    def __init__(self, policy: Policy) -> None:
        """Raises ConfigError with every reference in the policy that leads nowhere."""
        problems = list(dangling(policy))
        if problems:
            raise ConfigError(problems)
        self.policy = policy
        self._asking = Asking(policy)
        self._schedules = schedules_of(policy.owners.values())
        self._before = BeforeRules(policy, self._schedules, self._asking)
        self._rosters = {
            name: roster_of(pool, policy.owners, self._schedules)
            for name, pool in policy.pools.items()
        }
        self._outsiders = {
            (target.pool, rule.prefer_skills): outsiders_of(
                policy.pools[target.pool], rule.prefer_skills, policy.owners, self._schedules
            )
            for rule in policy.rules
            if rule.prefers_outside
            for target in rule.assign
            if isinstance(target, ToPool)
        }
        self._relief = Relief(self._rosters, self._schedules)
        self._last_resort = _last_resort(policy)
        self._capped_owners = {who: s for who, s in self._schedules.items() if s.gauges}
        self.gauges = {who: s.gauges for who, s in self._capped_owners.items()}

    def decide(
        self,
        lead: Lead,
        standing: Standing,
        now: datetime,
        *,
        trace_full: bool = False,
        matcher: Matcher | None = None,
    ) -> Decision:
        """
        Find the owner; there always is one: nothing is held any longer. `now` is aware.

        The trace has the rules up to the match; where there are more than 50, only the match and
        those one condition short of it, unless `trace_full`. `matcher` is the model in force; what
        it said is in `decision.saw`, so that it need not be asked again.
        """
        made = self._settle(
            lead, standing, now, trace_full=trace_full, may_hold=False, matcher=matcher
        )
        assert isinstance(made, Decision)
        return made

    def decide_or_hold(
        self,
        lead: Lead,
        standing: Standing,
        now: datetime,
        *,
        trace_full: bool = False,
        matcher: Matcher | None = None,
    ) -> Decision | Held:
        """Find the owner, as `decide` does, or hold the lead where its pool's policy says so."""
        return self._settle(
            lead, standing, now, trace_full=trace_full, may_hold=True, matcher=matcher
        )

    def rules_told(self, lead: Lead, standing: Standing, now: datetime) -> tuple[RuleTrial, ...]:
        """
        Give the rules of a decision as `trace_full` does, for who reads them.

        A territory or segment that was missed is told with what of it failed.
        """
        is_before = self._before.decide(lead, standing, now.astimezone(UTC)) is not None
        return () if is_before else self._asking.tell(lead, standing, now)

    def capped_segments(self, lead: Lead, standing: Standing, now: datetime) -> frozenset[str]:
        """Give the segments of a lead that caps are stated for."""
        return self._asking.ask(lead, standing, now.astimezone(UTC), None).segments

    def stays(self, lead: Lead, standing: Standing, now: datetime) -> bool:
        """Tell whether the lead is decided by who has an earlier record of the person."""
        return self._before.stays(lead, standing, now)

    def why_not_taken(
        self, lead: Lead, standing: Standing, now: datetime, pool: PoolName
    ) -> str | None:
        """
        Say why `standing.taker` cannot take a lead that has waited in `pool`.

        None where nothing of the pool's stands in the way: then the decision's reason tells.
        """
        if self._before.decide(lead, standing, now) is not None or standing.taker is None:
            return None
        match = self._asking.match(lead, standing, now, full=False)
        rule = match.rule
        if rule is None or ToPool(pool=pool) not in rule.assign:
            by = "no rule" if rule is None else f"the rule {rule.name}"
            return f"matched by {by} now, not for pool {pool}"
        ask = self._asking.ask(lead, standing, now, match)
        return why_not_taken(self._rosters[pool], standing.taker, ask)

    def _settle(
        self,
        lead: Lead,
        standing: Standing,
        now: datetime,
        *,
        trace_full: bool,
        may_hold: bool,
        matcher: Matcher | None,
    ) -> Decision | Held:
        if now.tzinfo is None:
            raise ValueError("deciding on a lead: `now` has no time zone; pass an aware datetime")
        at = now.astimezone(UTC)
        before = self._before.decide(lead, standing, at)
        if before is not None:
            return before
        match = self._asking.match(lead, standing, now, full=trace_full)
        ask = self._asking.ask(lead, standing, at, match, may_hold=may_hold, matcher=matcher)
        attempts: list[Attempt] = []
        for step in self._steps(match.rule, ask):
            if isinstance(step, Wait):
                return self._held(match, ask, attempts, step)
            attempts.append(step)
            if step.owner is not None:
                break
        return self._decision(match, ask, attempts)

    def _steps(self, rule: Rule | None, ask: Ask) -> Iterator[Attempt | Wait]:
        """Yield what becomes of each target; then what is left, of which the last can take it."""
        returned = ask.standing.returned
        back = {who: why for who, why in returned.items() if not why.startswith(NOT_IN_TOUCH)}
        if len(back) >= self.policy.most_returns:
            yield from self._relief.after_returns(back, ask)
        elif rule is not None:
            for target in rule.assign:
                yield self._try(target, rule, ask)
            for target in rule.assign:
                yield from self._later(target, rule, ask)
            yield from self._relief.managers(rule.assign, ask)
        yield self._last_resort

    def _try(self, target: Target, rule: Rule, ask: Ask) -> Attempt | Wait:
        match target:
            case ToPool(pool=pool):
                roster = self._rosters[pool]
                if roster.strategy is Strategy.PULL:
                    return self._relief.queue(roster, self.policy.slas[rule.sla], ask)
                if rule.prefers_outside:
                    return try_with_outsiders(roster, self._outsiders[pool, ask.prefer], ask)
                return try_pool(roster, ask)
            case ToOwner() | ToAccountOwner():
                return try_named(target, self._schedules, ask)

    def _later(self, target: Target, rule: Rule, ask: Ask) -> Iterator[Attempt | Wait]:
        """Yield what is stated for when a target cannot take it now; most have nothing."""
        match target:
            case ToPool(pool=pool):
                sla = self.policy.slas[rule.sla]
                yield from self._relief.of_pool(self._rosters[pool], sla, ask)
            case ToOwner() | ToAccountOwner() if rule.out_of_hours and not ask.at_once:
                yield from for_next_shift(target, self._schedules, ask)
            case ToOwner() | ToAccountOwner():
                pass

    def _decision(self, match: Match, ask: Ask, attempts: Sequence[Attempt]) -> Decision:
        last = attempts[-1]
        assert last.owner is not None
        assert last.method is not None
        schedule = self._schedules[last.owner]
        sla, sla_due = promise(self.policy, match.rule, schedule, last.method, ask)
        by_account = self._asking.looks_at_account
        saw = seen_standing(ask, attempts, self._capped_owners, with_account=by_account)
        saw = beside(saw, ask, self.policy, self._schedules)
        return Decision(
            lead=ask.lead,
            owner=last.owner,
            pool=last.pool,
            rule=match.rule.name if match.rule else None,
            method=last.method,
            reason=reason_of(match, attempts, ask)
            + handed_back(ask.standing.returned, self.policy),
            policy=self.policy.hash,
            decided_at=ask.now,
            sla=sla,
            sla_due=sla_due,
            rules=match.trials,
            candidates=Telling(lambda: told(attempts, replace(ask, standing=saw))),
            accruals=() if last.accrual is None else (last.accrual,),
            segments=tuple(sorted(ask.segments)),
            worked_from=later_shift(schedule, last.method, ask),
            saw=saw,
        )

    def _held(self, match: Match, ask: Ask, attempts: Sequence[Attempt], wait: Wait) -> Held:
        assert match.rule is not None
        why = each_once((each.clause, each.failure) for each in attempts)
        because = f", because {why}" if why else ""
        return Held(
            lead=ask.lead,
            pool=wait.pool,
            rule=match.rule.name,
            kind=wait.kind,
            reason=f"{match.rule.name} matched: {wait.clause}{because}",
            policy=self.policy.hash,
            since=wait.since,
            until=wait.until,
            wake=wait.wake,
            sla_due=wait.sla_due,
        )


def _last_resort(policy: Policy) -> Attempt:
    owner = policy.fallback
    known = policy.owners.get(owner)
    return Attempt(
        owner=owner,
        method=Method.FALLBACK,
        clause=f"it goes to the fallback, {known.name if known else owner}",
        looked_at=considered(fallback_candidate(owner)),
    )
