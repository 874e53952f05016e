"""An owner whom a rule names, or whose account the lead is of: now, or for their next shift."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from leads.decision import Candidate, CandidateStatus, Method
from leads.keys import OwnerId
from routing.attempt import Attempt, considered
from routing.eligibility import Ask, Schedules, is_full, lack, starts_at
from routing.policy import ToAccountOwner, ToOwner
from routing.targets import try_owner
from routing.wording import account_by, moment

NOT_WORTH_TELLING = ""
"""The clause of an attempt that says nothing: most leads belong to no account yet."""

_OF_NO_ACCOUNT = Attempt(clause=NOT_WORTH_TELLING, by_account=True)


class _Found(NamedTuple):
    """Who it is, and how we came to them, to follow "so"."""

    owner: OwnerId
    intro: str
    method: Method


def try_named(target: ToOwner | ToAccountOwner, schedules: Schedules, ask: Ask) -> Attempt:
    """Take whoever it is, else the first backup down the chain who can take the lead."""
    by_account = isinstance(target, ToAccountOwner)
    found = _found(target, schedules, ask)
    if found is None:
        return _no_account(ask)
    tried = try_owner(found.owner, found.intro, found.method, schedules, ask)
    return replace(tried, by_account=by_account)


def for_next_shift(
    target: ToOwner | ToAccountOwner, schedules: Schedules, ask: Ask
) -> Iterator[Attempt]:
    """
    Yield an attempt to give it to whoever it is for their next shift.

    Nobody on leave or switched off: then the first backup who is neither. Nothing is yielded where
    nobody of them has room when they begin.
    """
    found = _found(target, schedules, ask)
    owner = found.owner if found else None
    tried: set[OwnerId] = set()
    while found is not None and owner is not None and owner not in tried:
        tried.add(owner)
        schedule = schedules.get(owner)
        if schedule is None:
            return
        start = starts_at(schedule, ask)
        is_away = schedule.is_on_leave(ask.now) or ask.standing.away.get(owner, ask.now) > ask.now
        fits = lack(schedule.owner, ask) is None and not is_full(schedule, ask)
        if start is not None and not is_away and fits:
            shift = f"for their next shift, which begins {moment(start, schedule.owner.timezone)}"
            is_first = owner == found.owner
            backup = "" if is_first else f"; {schedule.owner.name} is the backup"
            chosen = Candidate(owner=owner, status=CandidateStatus.CHOSEN, reason=shift)
            yield Attempt(
                owner=owner,
                method=found.method if is_first else Method.BACKUP,
                clause=f"{found.intro}{backup}, {shift}",
                looked_at=considered(chosen),
                by_account=isinstance(target, ToAccountOwner),
            )
            return
        owner = schedule.owner.backup


def _found(target: ToOwner | ToAccountOwner, schedules: Schedules, ask: Ask) -> _Found | None:
    match target:
        case ToOwner(owner=owner):
            return _Found(owner, f"the rule names {_name(owner, schedules)}", Method.OWNER)
        case ToAccountOwner():
            account = ask.standing.account
            if account is None or account.owner is None:
                return None
            whose = _name(account.owner, schedules)
            intro = f"{whose} owns the account {account.name} ({account_by(account)})"
            return _Found(account.owner, intro, Method.ACCOUNT_OWNER)


def _no_account(ask: Ask) -> Attempt:
    account = ask.standing.account
    if account is None:
        return _OF_NO_ACCOUNT
    belongs = f"the account {account.name} ({account_by(account)})"
    return Attempt(clause=f"{belongs} is nobody's of this configuration", by_account=True)


def _name(owner: OwnerId, schedules: Schedules) -> str:
    known = schedules.get(owner)
    return owner if known is None else known.owner.name
