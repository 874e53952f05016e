"""Warnings with file and line: what loads and is probably not meant."""

from datetime import date

from config.draft import Draft
from config.problems import Place
from routing.lint import lint as routing_lint
from routing.policy import Policy, Strategy

_NOT_YET = "accepted, but not in effect yet"


def lint(draft: Draft, policy: Policy, today: date) -> None:
    """Warn of what loads and is likely to surprise."""
    _members_unknown_to_a_crm(draft, policy)
    _absences_over(draft, today)
    _no_go_live(draft)
    _what_routing_finds(draft, policy)
    _fallback_asleep(draft, policy)
    _not_in_effect(draft, policy)


def _members_unknown_to_a_crm(draft: Draft, policy: Policy) -> None:
    written = sorted(set(policy.crm_of.values()))
    in_pools = {member.owner for pool in policy.pools.values() for member in pool.members}
    for owner_id in sorted(in_pools):
        missing = [crm for crm in written if crm not in policy.owners[owner_id].crm]
        if missing:
            crms = " and ".join(missing)
            text = f"{owner_id} has no id in {crms}, so gets none of the leads that are owned there"
            draft.problems.warn((*draft.owners.stated[owner_id][:2], "crm"), text)


def _absences_over(draft: Draft, today: date) -> None:
    for at, owner in draft.parts.owners.items():
        for number, off in enumerate(owner.away):
            if off.last < today:
                path = ("owners", at, "away", number)
                draft.problems.warn(path, f"over since {off.last}; remove it")


def _no_go_live(draft: Draft) -> None:
    for name, source in draft.parts.sources.items():
        if source.intake and source.intake.created_after is None:
            text = "created_after is not stated: every record nobody owns, however old, is taken in"
            draft.problems.warn(("sources", name, "intake"), f"{text}; state the day you go live")


def _what_routing_finds(draft: Draft, policy: Policy) -> None:
    for finding in routing_lint(policy):
        kind, _, name = finding.where.partition(" ")
        known = ("pools", name) if kind == "pool" else ("fallback",)
        file, _, line = finding.where.rpartition(":")
        place = Place(file, int(line)) if file and line.isdecimal() else draft.problems.place(known)
        draft.problems.warn_at(place, f"{finding.message}; {finding.remedy}")


def _fallback_asleep(draft: Draft, policy: Policy) -> None:
    owner = policy.owners[policy.fallback]
    if owner.calendar or owner.away:
        text = f"{owner.id} is not always at work, and takes leads at any hour; a queue would be"
        draft.problems.warn(("fallback", "assign"), text)


def _not_in_effect(draft: Draft, policy: Policy) -> None:
    problems, parts = draft.problems, draft.parts
    if parts.review and parts.review.first:
        problems.warn(("review",), _NOT_YET)
    if parts.quality and parts.quality.alert:
        problems.warn(("quality", "alert"), _NOT_YET)
    for pool in policy.pools.values():
        if pool.strategy is Strategy.BEST_MATCH:
            text = "best_match needs a model and there is none yet; round_robin until then"
            problems.warn(("pools", pool.name, "strategy"), text)
