"""Who gets a lead: the first rule that matches, the first of its targets that can take it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from leads.decision import (
    NOT_IN_TOUCH,
    Decision,
    Held,
    Method,
    Standing,
    Telling,
)
from leads.errors import ConfigError
from leads.keys import OwnerId, PoolName
from leads.lead import Lead
from leads.matches import SamePerson
from routing.alike import AlikeLeads
from routing.availability import Schedule
from routing.eligibility import Ask
from routing.escalation import escalated_decision
from routing.failure import each_once
from routing.fallback import (
    fallback_candidate,
    handed_back,
    refused_decision,
    steward_decision,
)
from routing.fields import ACCOUNT_OWNER
from routing.grounds import reason_of, seen_standing, told
from routing.lead_clock import zones_of
from routing.lead_hours import NOWHERE, Zones
from routing.matcher import Matcher
from routing.named_owner import for_next_shift, try_named
from routing.outsiders import outsiders_of, try_with_outsiders
from routing.policy import (
    Policy,
    Rule,
    SlaClock,
    Strategy,
    Target,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
from routing.promise import later_shift, promise
from routing.references import dangling
from routing.relief import Relief, Wait
from routing.reviewed import chosen_decision
from routing.roster import roster_of
from routing.rulebook import Match, RuleBook, looks_at
from routing.same_person import beside, required, same_person_decision, why_not
from routing.sla import latest_start
from routing.taking import why_not_taken
from routing.targets import Attempt, considered, try_pool

_NO_WORDS: frozenset[str] = frozenset()


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
        self._rules = RuleBook(policy)
        self._alike = AlikeLeads(policy, self._rules)
        self._asks_for_zones = any(sla.clock is SlaClock.LEAD for sla in policy.slas.values())
        self._looks_at_account = looks_at(policy, ACCOUNT_OWNER)
        self._requires = any(rule.require_skills for rule in policy.rules)
        self._schedules = {owner.id: Schedule(owner) for owner in policy.owners.values()}
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
        caps = [cap for owner in policy.owners.values() for cap in owner.caps]
        self._capped = frozenset(cap.segment for cap in caps if cap.segment is not None)

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

    def why_not_taken(
        self, lead: Lead, standing: Standing, now: datetime, pool: PoolName
    ) -> str | None:
        """
        Say why `standing.taker` cannot take a lead that has waited in `pool`.

        None where nothing of the pool's stands in the way: then the decision's reason tells.
        """
        if self._before_the_rules(lead, standing, now) is not None or standing.taker is None:
            return None
        match = self._match(lead, standing, now, full=False)
        rule = match.rule
        if rule is None or ToPool(pool=pool) not in rule.assign:
            by = "no rule" if rule is None else f"the rule {rule.name}"
            return f"matched by {by} now, not for pool {pool}"
        ask = self._ask(lead, standing, now, match, may_hold=False)
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
        before = self._before_the_rules(lead, standing, now.astimezone(UTC))
        if before is not None:
            ask = self._ask(lead, standing, before.decided_at, None, may_hold=False)
            return replace(
                before, worked_from=later_shift(self._schedules[before.owner], before.method, ask)
            )
        match = self._match(lead, standing, now, full=trace_full)
        ask = self._ask(
            lead, standing, now.astimezone(UTC), match, may_hold=may_hold, matcher=matcher
        )
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

    def _before_the_rules(self, lead: Lead, standing: Standing, now: datetime) -> Decision | None:
        """Decide what no rule has a say in: a refused owner, a choice, the same person again."""
        zones = self._zones(lead)
        if standing.refused:
            schedule = self._schedules[self.policy.fallback]
            why = standing.refused
            return refused_decision(lead.key, why, self.policy, schedule, now, zones=zones)
        if standing.no_lead:
            back = standing.returned
            return steward_decision(lead.key, back, self.policy, self._schedules, now, zones=zones)
        if standing.escalated is not None:
            made = escalated_decision(
                lead.key, standing, self.policy, self._schedules, now, zones=zones
            )
            if made is not None:
                return made
        if standing.choice is not None:
            chosen = standing.choice
            made = chosen_decision(lead.key, chosen, self.policy, self._schedules, now, zones=zones)
            if made is not None:
                return made
        return self._by_person(lead, standing, now)

    def _by_person(self, lead: Lead, standing: Standing, now: datetime) -> Decision | None:
        if standing.person is None:
            return None
        ask = self._ask_of_person(lead, standing, standing.person, now)
        made = same_person_decision(ask, self.policy, self._schedules)
        if made is None or made.saw is None or not (self._requires and self._looks_at_account):
            return made
        return replace(made, saw=replace(made.saw, account=standing.account))

    def stays(self, lead: Lead, standing: Standing, now: datetime) -> bool:
        """Tell whether the lead is decided by who has an earlier record of the person."""
        person = standing.person
        if person is None:
            return False
        ask = self._ask_of_person(lead, standing, person, now)
        return why_not(ask, self.policy) is None

    def _ask_of_person(
        self, lead: Lead, standing: Standing, person: SamePerson, now: datetime
    ) -> Ask:
        """Give what the lead asks of whoever has the person; its rule is found where it matters."""
        ask = self._ask(lead, standing, now, None, may_hold=False)
        if not self._requires:
            return ask
        rule = self._match(lead, standing, now, full=False).rule
        return replace(ask, require=required(person, rule))

    def _match(self, lead: Lead, standing: Standing, now: datetime, *, full: bool) -> Match:
        return self._alike.match(lead, now, full=full, account_owner=self._account(standing))

    def _account(self, standing: Standing) -> OwnerId | None:
        """Give who owns the lead's account, where a condition asks for it."""
        account = standing.account if self._looks_at_account else None
        return account.owner if account else None

    def _ask(
        self,
        lead: Lead,
        standing: Standing,
        now: datetime,
        match: Match | None,
        *,
        may_hold: bool,
        matcher: Matcher | None = None,
    ) -> Ask:
        rule = match.rule if match else None
        zones = self._zones(lead)
        within = self._must_begin_within(rule, standing, now, zones)
        return Ask(
            lead=lead.key,
            now=now,
            standing=standing,
            crm=self.policy.crm_of.get(lead.key.source),
            seen_within=_sooner(rule.seen_within if rule else None, within),
            at_once=within is not None,
            require=rule.require_skills if rule else _NO_WORDS,
            prefer=rule.prefer_skills if rule else _NO_WORDS,
            segments=self._segments(lead, standing, now, match) if self._capped else _NO_WORDS,
            may_hold=may_hold,
            zones=zones,
            read=lead,
            matcher=matcher,
            model=self.policy.model,
        )

    def _zones(self, lead: Lead) -> Zones:
        """Give the zones that the lead may be in, where some SLA runs by its clock."""
        return zones_of(lead) if self._asks_for_zones else NOWHERE

    def _must_begin_within(
        self, rule: Rule | None, standing: Standing, now: datetime, zones: Zones
    ) -> timedelta | None:
        """Give how soon whoever has it next must be at work; None: no sooner than by the rule."""
        if rule is None or not standing.returned:
            return None
        return latest_start(self.policy.slas[rule.sla], now, zones)

    def _segments(
        self, lead: Lead, standing: Standing, now: datetime, match: Match | None
    ) -> frozenset[str]:
        """Answer those that caps are stated for; what was matched has its facts at hand."""
        facts = match.facts if match else self._rules.facts(lead, now, self._account(standing))
        return self._rules.segments(facts) & self._capped

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
        saw = beside(
            seen_standing(ask, attempts, self._capped_owners, with_account=self._looks_at_account),
            ask,
            self.policy,
            self._schedules,
        )
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


def _sooner(stated: timedelta | None, within: timedelta | None) -> timedelta | None:
    """Give the shorter one; nothing stated asks for somebody at work now, as it always did."""
    return stated if stated is None or within is None else min(stated, within)
