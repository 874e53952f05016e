"""Owners by what they have in common: which groups a model gives more or fewer leads."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from leads.decision import Arm
from leads.keys import OwnerId
from routing.policy import Owner, Policy
from store.model_rows import ModelRow, PastRow

Shares = Mapping[OwnerId, tuple[float, float]]


def shares_of(rows: Sequence[PastRow]) -> dict[OwnerId, tuple[float, float]]:
    """Answer each owner's part of the leads by the model, and of those by turns."""
    counts: dict[Arm, Counter[OwnerId]] = {Arm.MODEL: Counter(), Arm.CONTROL: Counter()}
    for each in rows:
        if each.match is not None and each.match.arm in counts:
            counts[each.match.arm][each.given_to] += 1
    by_model, by_turns = counts[Arm.MODEL], counts[Arm.CONTROL]
    return {
        who: (
            by_model[who] / max(1, by_model.total()),
            by_turns[who] / max(1, by_turns.total()),
        )
        for who in sorted({*by_model, *by_turns})
    }


def shares_of_groups(
    row: ModelRow, shares: Shares, policy: Policy
) -> Mapping[str, tuple[float, float]]:
    """
    Add up each group's share of the leads by the model and of those by turns.

    Groups are of those who have had leads: by manager, language, skill and time zone, and who was
    new to the version or thin. A group of everybody says nothing.
    """
    return {
        name: (sum(shares[who][0] for who in members), sum(shares[who][1] for who in members))
        for name, members in sorted(_groups(row, list(shares), policy).items())
        if len(members) < len(shares)
    }


def _groups(row: ModelRow, who: Collection[OwnerId], policy: Policy) -> Mapping[str, list[OwnerId]]:
    told = row.report.get("owners", {})
    few = {*told.get("thin", ()), *told.get("new", ())}
    found: dict[str, list[OwnerId]] = defaultdict(list)
    for each in who:
        if each in few:
            found["few closed leads"].append(each)
        owner = policy.owners.get(each)
        for name in _names(owner, policy) if owner else ():
            found[name].append(each)
    return found


def _names(owner: Owner, policy: Policy) -> list[str]:
    manager = policy.owners.get(owner.manager) if owner.manager else None
    return [
        *([f"managed by {manager.name}"] if manager else []),
        *(f"language {each}" for each in owner.languages),
        *(f"skill {each}" for each in owner.skills),
        f"time zone {owner.timezone}",
    ]
