"""Whether a version of the model says of a lead today what it said when that was decided."""

from flows.modelling.in_force import ready
from leads.decision import Decision, Match
from leads.lead import Lead
from routing.policy import Policy
from store.store import Store

_NEAR = 1e-9


def said_again(store: Store, lead: Lead, made: Decision, policy: Policy) -> tuple[str, bool]:
    """
    Ask the version that was in force; answer a sentence, and False where it says otherwise now.

    Empty where no model was asked. What it said then decides the replay; this asks whether it was
    really said by that version.
    """
    match = made.saw.match if made.saw else None
    if match is None:
        return "", True
    row = store.model(match.version)
    if row is None or policy.model is None:
        return f"Version {match.version} of the model is not in this store.", True
    loads = [0.0] * len(match.owners)
    matcher = ready(row, policy)
    again = matcher.match(lead, match.pool, match.owners, loads, match.draw)
    return _told(match, again)


def _told(match: Match, again: Match) -> tuple[str, bool]:
    name = f"Version {match.version} of the model"
    if again.chances == match.chances:
        return f"{name} says the same of it, to the last bit.", True
    furthest = max(abs(a - b) for a, b in zip(again.chances, match.chances, strict=True))
    if furthest <= _NEAR:
        return f"{name} says the same of it, to nine digits.", True
    return f"{name} says otherwise of it now, by up to {furthest:.1%}: is it the same lead?", False
