"""Leads alike in all that the rules look at: what was matched for one is the match of the next."""

from collections.abc import Callable, Hashable
from datetime import datetime
from operator import attrgetter

from leads.keys import OwnerId
from leads.lead import Lead
from routing.fields import CLOCKS, DAYS, NAMED, TEXTS, WEEKDAYS, read_text
from routing.policy import Policy
from routing.rulebook import Match, RuleBook, fields_of

REMEMBERED = 1024
"""Matches kept: a country and a product come again and again, an e-mail address does not."""

TRIED, WORTH, REST = 256, 8, 8192
"""Leads looked up in vain before it rests, what one that is known makes up for, and how long."""

_Likeness = Callable[[Lead], Hashable]
_IN_MOTION = CLOCKS | WEEKDAYS | DAYS
_AS_THEY_ARE = (TEXTS - {"source", "id"}) | {"employees", "currency"}


class AlikeLeads:
    """A rule book that works out the match of leads alike only once, where no rule has a clock."""

    def __init__(self, policy: Policy, rules: RuleBook) -> None:
        self._rules = rules
        self._likeness = _likeness(policy)
        self._known: dict[Hashable, Match] = {}
        self._in_vain = self._left_alone = 0

    def match(
        self, lead: Lead, now: datetime, *, full: bool, account_owner: OwnerId | None = None
    ) -> Match:
        """Give what `RuleBook.match` gives, but for the facts: they may be of another such lead."""
        if full or self._likeness is None or self._left_alone:
            self._left_alone = max(0, self._left_alone - 1)
            return self._rules.match(lead, now, full=full, account_owner=account_owner)
        key = (account_owner, self._likeness(lead))
        known = self._known.get(key)
        if known is not None:
            self._in_vain = max(0, self._in_vain - WORTH)
            return known
        found = self._rules.match(lead, now, full=False, account_owner=account_owner)
        self._remember(key, found)
        return found

    def _remember(self, key: Hashable, found: Match) -> None:
        """Keep it; where hardly any lead is like another, stop for a while."""
        self._in_vain += 1
        if self._in_vain > TRIED:
            self._known.clear()
            self._in_vain, self._left_alone = 0, REST
        elif len(self._known) < REMEMBERED:
            self._known[key] = found


def _likeness(policy: Policy) -> _Likeness | None:
    """Give how to tell what the rules see of a lead; None where they look at the clock."""
    named = (*policy.territories.values(), *policy.segments.values())
    conditions = (*(rule.when for rule in policy.rules), *named)
    looked_at = frozenset[str]().union(*map(fields_of, conditions)) - NAMED
    if looked_at & _IN_MOTION or any(rule.active for rule in policy.rules):
        return None
    if "deal_value" in looked_at:
        looked_at |= {"currency"}
    # Two and more: of one name `attrgetter` gives the value, which is as good a key.
    at_once = attrgetter(*sorted(looked_at & _AS_THEY_ARE) or ["country"])
    # As text, since 0.0 and -0.0 are one key and two words.
    apart = sorted(looked_at - _AS_THEY_ARE)
    if not apart:
        return at_once
    return lambda lead: (at_once(lead), *(read_text(lead, name) for name in apart))
