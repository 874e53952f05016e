"""Settings that load, and that another setting, or the way leads come, keeps from coming true."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from leads.keys import OwnerId
from routing.lint.findings import Code, Finding, Severity
from routing.lint.stated import stated
from routing.model_settings import LEAST_ANSWERS, ModelSettings
from routing.policy import Cap, CapPer, Owner, Policy, ToAccountOwner, ToOwner, ToPool
from routing.sla_terms import OnBreach, Sla
from routing.span_words import clock
from routing.when import AllOf, AnyOf, Condition, Not, OnClock, OneOf

SOONEST = timedelta(minutes=1)
"""Sources are asked every minute: so long may a lead have waited before anybody can have it."""

_REASSIGNED_UNLESS_STATED = 1
_LONGER = (CapPer.HOUR, CapPer.DAY, CapPer.WEEK)
_ANYTHING = frozenset({"*"})


def at_odds(policy: Policy, default_caps: Sequence[Cap] = ()) -> Iterator[Finding]:
    """Look at owners, SLAs and conditions, each by itself and with what they lean on."""
    yield from _caps_never_reached(policy, default_caps)
    yield from _rings(policy)
    for sla in policy.slas.values():
        yield from _over_before_a_sync(sla)
        yield from _nobody_to_escalate_to(sla, policy)
        yield from _leaves_it_anyway(sla, policy)
    yield from _too_few_to_agree(policy.model)
    yield from _match_anything(policy)
    yield from _one_minute(policy)


def _caps_never_reached(policy: Policy, default_caps: Sequence[Cap]) -> Iterator[Finding]:
    """Of those that stand in the defaults tell once, not of each owner who has them from there."""
    of_all = list(_out_of_reach(default_caps))
    for cap, least in of_all:
        yield _never_reached(("defaults",), "whoever states no other", cap, least)
    for owner in policy.owners.values():
        for cap, least in _out_of_reach(owner.caps):
            if (cap, least) not in of_all:
                yield _never_reached(("owners", owner.id), owner.id, cap, least)


def _out_of_reach(caps: Sequence[Cap]) -> Iterator[tuple[Cap, Cap]]:
    """Give each cap that is never reached, and the smallest of those that are before."""
    for cap in caps:
        tighter = [each for each in caps if _is_reached_first(each, cap)]
        if tighter:
            yield cap, min(tighter, key=lambda each: each.most)


def _never_reached(about: tuple[str, ...], who: str, cap: Cap, least: Cap) -> Finding:
    longer = f"of the shorter time ({cap.per.value})" if cap.per is not least.per else ""
    whole = (least.pool, least.segment) == (cap.pool, cap.segment)
    part = "" if whole else f"on fewer leads ({_part(cap).removeprefix(' of ')})"
    which = " and ".join(filter(None, (part, longer)))
    return Finding(
        code=Code.CAP_NEVER_REACHED,
        severity=Severity.WARNING,
        about=(*about, "caps"),
        message=f"{who} may have {_said(cap)}, and is at a cap before: {_said(least)}",
        remedy=f"the cap {which} must be the smaller one; swap or remove one",
    )


def _is_reached_first(other: Cap, cap: Cap) -> bool:
    """Tell whether `other` counts all that `cap` does, for as long or longer, and allows less."""
    counts_all = other.pool in {None, cap.pool} and other.segment in {None, cap.segment}
    is_as_long = _LONGER.index(other.per) >= _LONGER.index(cap.per)
    return counts_all and is_as_long and other.most < cap.most


def _said(cap: Cap) -> str:
    an = "an" if cap.per is CapPer.HOUR else "a"
    return f"{cap.most} in {an} {cap.per.value}{_part(cap)}"


def _part(cap: Cap) -> str:
    pool = f" of pool {cap.pool}" if cap.pool else ""
    segment = f" of segment {cap.segment}" if cap.segment else ""
    return f"{pool}{segment}"


def _rings(policy: Policy) -> Iterator[Finding]:
    seen: set[OwnerId] = set()
    for first in policy.owners:
        path: list[OwnerId] = []
        at: OwnerId | None = first
        while at is not None and at in policy.owners and at not in seen:
            seen.add(at)
            path.append(at)
            at = policy.owners[at].backup
        if at in path:
            yield _ring(path[path.index(at) :], policy)


def _ring(ring: Sequence[OwnerId], policy: Policy) -> Finding:
    managed = [who for who in ring if policy.owners[who].manager]
    then = "a manager" if managed else f"the fallback {policy.fallback}"
    return Finding(
        code=Code.BACKUP_RING,
        severity=Severity.NOTE,
        about=("owners", ring[0], "backup"),
        message=(
            f"the backups go round in a ring: {' -> '.join([*ring, ring[0]])}; while all of them "
            f"are off or full nobody else stands in, and a lead for one goes on to {then}"
        ),
        remedy="let one of them name a backup outside, if that is not enough",
    )


def _over_before_a_sync(sla: Sla) -> Iterator[Finding]:
    if sla.first_touch <= SOONEST:
        yield Finding(
            code=Code.SLA_BEFORE_SYNC,
            severity=Severity.WARNING,
            about=("sla", sla.name, "first_touch"),
            message=(
                f"{sla.name} asks for a first touch within {_seconds(sla.first_touch)}, and "
                "sources are asked every minute: most of its leads are late before "
                "anybody has them"
            ),
            remedy="allow a few minutes at least, as in 5m",
        )


def _seconds(first_touch: timedelta) -> str:
    return f"{first_touch.total_seconds():g} s"


_LEANS_ON = {
    OnBreach.BACKUP: "backup",
    OnBreach.MANAGER: "manager",
    OnBreach.TELL: "manager",
}


def _nobody_to_escalate_to(sla: Sla, policy: Policy) -> Iterator[Finding]:
    """Of those who may have its leads, none has whom `on_breach` names."""
    role = _LEANS_ON.get(sla.on_breach)
    people = _people_of(sla, policy)
    if role is None or not people or any(getattr(each, role) for each in people):
        return
    instead = (
        f"whoever has the fallback {policy.fallback} is told"
        if sla.on_breach is OnBreach.TELL
        else "it goes by the rules again, as with `reassign`"
    )
    who = "anybody" if len(people) > 1 else people[0].id
    yield Finding(
        code=Code.NOBODY_TO_ESCALATE_TO,
        severity=Severity.WARNING,
        about=("sla", sla.name, "on_breach"),
        message=(
            f"{sla.name} has on_breach: {sla.on_breach.value}, and no {role} is stated for {who} "
            f"who may get its leads: {instead}"
        ),
        remedy=f"state {role}: of the owners, or on_breach: reassign",
    )


def _leaves_it_anyway(sla: Sla, policy: Policy) -> Iterator[Finding]:
    """By `tell` a lead stays with its owner: whatever says who is next is never asked."""
    if sla.on_breach is not OnBreach.TELL:
        return
    for key, stated_as in _says_who_is_next(sla, policy):
        yield Finding(
            code=Code.NOT_IN_EFFECT,
            severity=Severity.WARNING,
            about=("sla", sla.name, key),
            message=(
                f"{sla.name} has on_breach: tell, so that its leads stay with their owners, and "
                f"{key}: {stated_as} never acts"
            ),
            remedy=f"leave {key} out, or state on_breach: reassign",
        )


def _says_who_is_next(sla: Sla, policy: Policy) -> Iterator[tuple[str, str]]:
    if sla.max_reassign != _REASSIGNED_UNLESS_STATED:
        yield "max_reassign", str(sla.max_reassign)
    if sla.then not in {None, policy.fallback}:
        yield "then", f"{{assign: {sla.then}}}"


def _too_few_to_agree(model: ModelSettings | None) -> Iterator[Finding]:
    if model is None or not model.agreement or not 0 < model.review < LEAST_ANSWERS:
        return
    yield Finding(
        code=Code.NOT_IN_EFFECT,
        severity=Severity.WARNING,
        about=("model", "review"),
        message=(
            f"agreement: {model.agreement:g} is judged by {LEAST_ANSWERS} answers or more, and "
            f"only the first {model.review} of a version wait for one: it stops none"
        ),
        remedy=f"state review: {LEAST_ANSWERS} or more, or 0 to ask nobody",
    )


def _people_of(sla: Sla, policy: Policy) -> list[Owner]:
    owners: dict[OwnerId, None] = {}
    for rule in policy.rules:
        for target in rule.assign if rule.sla == sla.name else ():
            match target:
                case ToPool(pool=name):
                    owners |= dict.fromkeys(each.owner for each in policy.pools[name].members)
                case ToOwner(owner=name):
                    owners[name] = None
                case ToAccountOwner():
                    owners |= dict.fromkeys(policy.owners)
    return [policy.owners[name] for name in owners if not policy.owners[name].is_queue]


def _match_anything(policy: Policy) -> Iterator[Finding]:
    for about, condition in stated(policy):
        fields = dict.fromkeys(_fields_of_anything(condition))
        for name in fields:
            yield Finding(
                code=Code.MATCHES_ANYTHING,
                severity=Severity.NOTE,
                about=(*about, name),
                message=f'{name}: "*" matches whatever stands there, and no lead that has it blank',
                remedy="write {is: present} if that is meant; leave it out to match blanks as well",
            )


def _one_minute(policy: Policy) -> Iterator[Finding]:
    for about, condition in stated(policy):
        for each in dict.fromkeys(_single_minutes(condition)):
            yield Finding(
                code=Code.ONE_MINUTE,
                severity=Severity.NOTE,
                about=(*about, each.field),
                message=f"{each.field} {clock(each.first, each.last)} is one minute of the day",
                remedy="state another max; leave the condition out for the whole day",
            )


def _single_minutes(condition: Condition) -> Iterator[OnClock]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _single_minutes(part)
        case Not(part=part):
            yield from _single_minutes(part)
        case OnClock(first=first, last=last) if first is not None and first == last:
            yield condition
        case _:
            pass


def _fields_of_anything(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _fields_of_anything(part)
        case Not(part=part):
            yield from _fields_of_anything(part)
        case OneOf(field=name, values=values):
            if any(set(value) == _ANYTHING for value in values):
                yield name
        case _:
            pass
