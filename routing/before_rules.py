"""What no rule has a say in: a refused owner, what is no lead, a choice, the same person again."""

from dataclasses import replace
from datetime import datetime

from leads.decision import Decision, Standing
from leads.lead import Lead
from leads.matches import SamePerson
from routing.asking import Asking
from routing.eligibility import Ask, Schedules
from routing.escalation import escalated_decision
from routing.fallback import refused_decision, steward_decision
from routing.policy import Policy
from routing.promise import later_shift
from routing.reviewed import chosen_decision
from routing.same_person import required, same_person_decision, why_not


class BeforeRules:
    """Decides the few leads that are decided before any rule is looked at."""

    def __init__(self, policy: Policy, schedules: Schedules, asking: Asking) -> None:
        self._policy = policy
        self._schedules = schedules
        self._asking = asking

    def decide(self, lead: Lead, standing: Standing, now: datetime) -> Decision | None:
        """Decide at `now` (UTC); None where the rules do."""
        made = self._past_them(lead, standing, now) or self._by_person(lead, standing, now)
        if made is None:
            return None
        ask = self._asking.ask(lead, standing, made.decided_at, None)
        return replace(
            made,
            worked_from=later_shift(self._schedules[made.owner], made.method, ask),
            segments=tuple(sorted(ask.segments)),
            saw=self._with_account(made.saw, standing),
        )

    def _with_account(self, saw: Standing | None, standing: Standing) -> Standing | None:
        """Add the account to what was seen, where a segment that is counted may hang on it."""
        if saw is None or not self._asking.counts_by_account:
            return saw
        return replace(saw, account=standing.account)

    def stays(self, lead: Lead, standing: Standing, now: datetime) -> bool:
        """Tell whether the lead is decided by who has an earlier record of the person."""
        person = standing.person
        if person is None:
            return False
        ask = self._ask_of_person(lead, standing, person, now)
        return why_not(ask, self._policy) is None

    def _past_them(self, lead: Lead, standing: Standing, now: datetime) -> Decision | None:
        key, policy, schedules = lead.key, self._policy, self._schedules
        zones = self._asking.zones(lead)
        if standing.refused:
            fallback = schedules[policy.fallback]
            return refused_decision(key, standing.refused, policy, fallback, now, zones=zones)
        if standing.no_lead:
            return steward_decision(key, standing.returned, policy, schedules, now, zones=zones)
        made = None
        if standing.escalated is not None:
            made = escalated_decision(key, standing, policy, schedules, now, zones=zones)
        if made is None and standing.choice is not None:
            made = chosen_decision(key, standing.choice, policy, schedules, now, zones=zones)
        return made

    def _by_person(self, lead: Lead, standing: Standing, now: datetime) -> Decision | None:
        if standing.person is None:
            return None
        ask = self._ask_of_person(lead, standing, standing.person, now)
        made = same_person_decision(ask, self._policy, self._schedules)
        looked = self._asking.requires and self._asking.looks_at_account
        if made is None or made.saw is None or not looked:
            return made
        return replace(made, saw=replace(made.saw, account=standing.account))

    def _ask_of_person(
        self, lead: Lead, standing: Standing, person: SamePerson, now: datetime
    ) -> Ask:
        """Give what the lead asks of whoever has the person; its rule is found where it matters."""
        ask = self._asking.ask(lead, standing, now, None)
        if not self._asking.requires:
            return ask
        rule = self._asking.match(lead, standing, now, full=False).rule
        return replace(ask, require=required(person, rule))
