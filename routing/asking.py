"""What a lead asks of whoever takes it: the rule that matches, and what goes with that."""

from datetime import datetime, timedelta

from leads.decision import RuleTrial, Standing
from leads.keys import OwnerId
from leads.lead import Lead
from routing.alike import AlikeLeads
from routing.eligibility import Ask
from routing.fields import ACCOUNT_OWNER
from routing.lead_clock import zones_of
from routing.lead_hours import NOWHERE, Zones
from routing.matcher import Matcher
from routing.policy import Policy, Rule
from routing.rulebook import Match, RuleBook, looks_at
from routing.sla import latest_start
from routing.sla_terms import SlaClock

_NO_WORDS: frozenset[str] = frozenset()


class Asking:
    """Reads leads by one policy, compiled once."""

    def __init__(self, policy: Policy) -> None:
        """Raises ConfigError with one problem for each condition that has one."""
        self._policy = policy
        self._rules = RuleBook(policy)
        self._alike = AlikeLeads(policy, self._rules)
        self._asks_for_zones = any(sla.clock is SlaClock.LEAD for sla in policy.slas.values())
        caps = [cap for owner in policy.owners.values() for cap in owner.caps]
        self._capped = frozenset(cap.segment for cap in caps if cap.segment is not None)
        self.looks_at_account = looks_at(policy, ACCOUNT_OWNER)
        self.counts_by_account = self.looks_at_account and bool(self._capped)
        self.requires = any(rule.require_skills for rule in policy.rules)

    def match(self, lead: Lead, standing: Standing, now: datetime, *, full: bool) -> Match:
        """Find the first rule that matches; `full` keeps every rule before it in the trace."""
        return self._alike.match(lead, now, full=full, account_owner=self._account(standing))

    def tell(self, lead: Lead, standing: Standing, now: datetime) -> tuple[RuleTrial, ...]:
        """Give the rules up to the match, with all that each missed, for who reads them."""
        return self._rules.tell(lead, now, self._account(standing))

    def ask(
        self,
        lead: Lead,
        standing: Standing,
        now: datetime,
        match: Match | None,
        *,
        may_hold: bool = False,
        matcher: Matcher | None = None,
    ) -> Ask:
        """Give what the lead asks by the rule that matched; without a match, whatever the rule."""
        rule = match.rule if match else None
        zones = self.zones(lead)
        within = self._must_begin_within(rule, standing, now, zones)
        return Ask(
            lead=lead.key,
            now=now,
            standing=standing,
            crm=self._policy.crm_of.get(lead.key.source),
            seen_within=_sooner(rule.seen_within if rule else None, within),
            at_once=within is not None,
            require=rule.require_skills if rule else _NO_WORDS,
            prefer=rule.prefer_skills if rule else _NO_WORDS,
            segments=self._segments(lead, standing, now, match) if self._capped else _NO_WORDS,
            may_hold=may_hold,
            zones=zones,
            read=lead,
            matcher=matcher,
            model=self._policy.model,
        )

    def zones(self, lead: Lead) -> Zones:
        """Give the zones that the lead may be in, where some SLA runs by its clock."""
        return zones_of(lead) if self._asks_for_zones else NOWHERE

    def _account(self, standing: Standing) -> OwnerId | None:
        """Give who owns the lead's account, where a condition asks for it."""
        account = standing.account if self.looks_at_account else None
        return account.owner if account else None

    def _must_begin_within(
        self, rule: Rule | None, standing: Standing, now: datetime, zones: Zones
    ) -> timedelta | None:
        """Give how soon whoever has it next must be at work; None: no sooner than by the rule."""
        if rule is None or not standing.returned:
            return None
        return latest_start(self._policy.slas[rule.sla], now, zones)

    def _segments(
        self, lead: Lead, standing: Standing, now: datetime, match: Match | None
    ) -> frozenset[str]:
        """Answer those that caps are stated for; what was matched has its facts at hand."""
        facts = match.facts if match else self._rules.facts(lead, now, self._account(standing))
        return self._rules.segments(facts) & self._capped


def _sooner(stated: timedelta | None, within: timedelta | None) -> timedelta | None:
    """Give the shorter one; nothing stated asks for somebody at work now, as it always did."""
    return stated if stated is None or within is None else min(stated, within)
