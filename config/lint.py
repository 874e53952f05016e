"""Warnings with file and line: what loads and is probably not meant."""

from datetime import date

from config.draft import Draft
from config.problems import echo, suggestion
from routing.lint.findings import Code
from routing.policy import FollowTheSun, Policy, Strategy, ToOwner


def lint(draft: Draft, policy: Policy, today: date) -> None:
    """Warn of what loads and is likely to surprise."""
    _takers_unknown_to_a_crm(draft, policy)
    _absences_over(draft, today)
    _no_go_live(draft)
    _fallback_asleep(draft, policy)
    _given_though_taken_from(draft, policy)
    _not_in_effect(draft, policy)


def ignored(draft: Draft) -> frozenset[str]:
    """Answer the findings that nobody wants to hear of: CODE, or CODE:NAME."""
    model = draft.parts.lint
    known = [code.value for code in Code]
    for at, entry in enumerate(model.ignore if model else ()):
        code = entry.partition(":")[0]
        if code not in known:
            text = f"there is no finding {echo(code)}{suggestion(code, known)}"
            draft.problems.add(("lint", "ignore", at), text)
    return frozenset(model.ignore) if model else frozenset()


def _takers_unknown_to_a_crm(draft: Draft, policy: Policy) -> None:
    written = sorted(set(policy.crm_of.values()))
    in_pools = {member.owner for pool in policy.pools.values() for member in pool.members}
    targets = [target for rule in policy.rules for target in rule.assign]
    named = {target.owner for target in targets if isinstance(target, ToOwner)}
    for owner_id in sorted(in_pools | named):
        missing = [crm for crm in written if crm not in policy.owners[owner_id].crm]
        if missing:
            crms = " and ".join(missing)
            text = f"{owner_id} has no id in {crms}, so gets none of the leads that are owned there"
            draft.problems.warn((*draft.owners.stated[owner_id][:2], "crm"), Code.NO_CRM_ID, text)


def _absences_over(draft: Draft, today: date) -> None:
    for at, owner in draft.parts.owners.items():
        for number, off in enumerate(owner.away):
            if off.last < today:
                path = ("owners", at, "away", number)
                draft.problems.warn(path, Code.ABSENCE_OVER, f"over since {off.last}; remove it")


def _no_go_live(draft: Draft) -> None:
    for name, source in draft.parts.sources.items():
        if source.intake and source.intake.created_after is None:
            text = "created_after is not stated: every record nobody owns, however old, is taken in"
            path = ("sources", name, "intake")
            draft.problems.warn(path, Code.NO_GO_LIVE, f"{text}; state the day you go live")


def _fallback_asleep(draft: Draft, policy: Policy) -> None:
    owner = policy.owners[policy.fallback]
    if owner.calendar or owner.away:
        text = f"{owner.id} is not always at work, and takes leads at any hour; a queue would be"
        draft.problems.warn(("fallback", "assign"), Code.FALLBACK_ASLEEP, text)


def _given_though_taken_from(draft: Draft, policy: Policy) -> None:
    for pool in policy.pools.values():
        match pool.out_of_hours:
            case FollowTheSun(pool=name) if policy.pools[name].strategy is Strategy.PULL:
                text = f"{name} has strategy: pull, and nobody takes what follows the sun: it is"
                path = ("pools", pool.name, "out_of_hours", "follow_the_sun")
                given = "given to its members in turn; name a pool that leads are given to"
                draft.problems.warn(path, Code.NOT_IN_EFFECT, f"{text} {given}")
            case _:
                pass


def _not_in_effect(draft: Draft, policy: Policy) -> None:
    if policy.model is not None:
        return
    for pool in policy.pools.values():
        if pool.strategy is Strategy.BEST_MATCH:
            text = "best_match needs the section `model:` (docs/model.md); round_robin until then"
            path = ("pools", pool.name, "strategy")
            draft.problems.warn(path, Code.NOT_IN_EFFECT, text)
