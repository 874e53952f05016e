"""A decision as the JSON object that `simulate`, `explain --json` and other machines read."""

from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from leads.decision import (
    Accrual,
    Candidate,
    CandidateStatus,
    Decision,
    Match,
    RuleTrial,
    Tally,
)
from leads.matches import AccountMatch, SamePerson
from routing.explain import rotation_after
from routing.policy import Policy
from routing.targets import NO_TALLY

_STATUS = {each: each.value for each in CandidateStatus}  # `.value` takes three times as long


def decision_json(decision: Decision, lead: str | None = None) -> dict[str, Any]:
    """Return the object; `lead` replaces the key by the id that the caller's file knows it by."""
    return {
        "lead": lead or str(decision.lead),
        "owner": decision.owner,
        "pool": decision.pool,
        "rule": decision.rule,
        "method": decision.method.value,
        "reason": decision.reason,
        "sla": decision.sla,
        "sla_due": decision.sla_due.isoformat(),
        "rules": [
            {"rule": trial.rule, "matched": trial.matched, "failed_on": list(trial.failed_on)}
            for trial in decision.rules
        ],
        "candidates": [
            {"owner": seen.owner, "status": _STATUS[seen.status], "reason": seen.reason}
            for seen in decision.candidates
        ],
    }


def decision_line(decision: Decision, lead: str | None = None) -> str:
    """
    Write what `json.dumps` writes of `decision_json`, with letters as they are.

    A file has hundreds of thousands of them: put together here it takes a third of the time.
    """
    seen = ", ".join(
        [
            f'{{"owner": {quoted(each.owner)}, "status": "{_STATUS[each.status]}", '
            f'"reason": {quoted(each.reason)}}}'
            for each in decision.candidates
        ]
    )
    return (
        f'{{"lead": {quoted(lead or str(decision.lead))}, "owner": {quoted(decision.owner)}, '
        f'"pool": {_or_null(decision.pool)}, "rule": {_or_null(decision.rule)}, '
        f'"method": "{decision.method.value}", "reason": {quoted(decision.reason)}, '
        f'"sla": {quoted(decision.sla)}, "sla_due": "{decision.sla_due.isoformat()}", '
        f'"rules": {_rules_line(decision.rules)}, "candidates": [{seen}]}}'
    )


@lru_cache(maxsize=1024)
def _rules_line(trials: tuple[RuleTrial, ...]) -> str:
    """Of leads alike to the rules it is the same."""
    told = [
        f'{{"rule": {quoted(rule)}, "matched": {"true" if matched else "false"}, '
        f'"failed_on": [{", ".join(map(quoted, failed_on))}]}}'
        for rule, matched, failed_on in trials
    ]
    return f"[{', '.join(told)}]"


def _or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def full_json(decision: Decision, policy: Policy | None) -> dict[str, Any]:
    """Return all of a decision: what it was decided from beside what came of it."""
    saw = decision.saw
    return {
        **decision_json(decision),
        "policy": decision.policy,
        "program": decision.program or None,
        "clock": decision.decided_at.isoformat(),
        "candidates": [_candidate(each, decision, policy) for each in decision.candidates],
        "matched": {
            "person": _person(saw.person) if saw and saw.person else None,
            "account": _account(saw.account) if saw and saw.account else None,
        },
        "refused": saw.refused or None if saw else None,
        "away": {who: until.isoformat() for who, until in saw.away.items()} if saw else {},
        "model": _model(saw.match) if saw and saw.match else None,
        "by_turns": saw.by_turns or None if saw else None,
        "rotation": [_rotation(each, decision) for each in decision.accruals],
    }


def _model(match: Match) -> dict[str, Any]:
    rows = zip(match.owners, match.chances, match.charges, match.priced, strict=True)
    return {
        "version": match.version,
        "arm": match.arm.value,
        "draw": match.draw,
        "propensity": match.propensity,
        "usual": match.usual,
        "floor": match.floor,
        "behind": list(match.behind),
        "owners": {
            who: {"chance": chance, "charge": charge, "priced": priced}
            for who, chance, charge, priced in rows
        },
        "parts": {
            who: [{"name": part.name or "owner", "points": part.points} for part in parts]
            for who, parts in match.parts.items()
        },
    }


def _candidate(each: Candidate, decision: Decision, policy: Policy | None) -> dict[str, Any]:
    """Beside the sentence its numbers: open leads and cap, entitlement before this lead, share."""
    saw = decision.saw
    known = policy.owners.get(each.owner) if policy else None
    found: dict[str, Any] = {
        "owner": each.owner,
        "status": each.status.value,
        "reason": each.reason,
        "open": saw.open_leads.get(each.owner) if saw else None,
        "max_open": known.max_open if known else None,
    }
    for accrual in decision.accruals:
        if each.owner in accrual.shares:
            tally = (
                saw.rotation.get(accrual.pool, {}).get(each.owner, NO_TALLY) if saw else NO_TALLY
            )
            found |= {
                "entitled": tally.entitled,
                "assigned": tally.assigned,
                "share": accrual.shares[each.owner],
            }
    return found


def _rotation(accrual: Accrual, decision: Decision) -> dict[str, Any]:
    saw = decision.saw.rotation.get(accrual.pool, {}) if decision.saw else {}
    members = {}
    for owner in accrual.shares:
        before = saw.get(owner, NO_TALLY)
        members[owner] = {
            "before": _tally(before),
            "after": _tally(rotation_after(before, owner, accrual)),
        }
    return {"pool": accrual.pool, "charged": accrual.charged, "members": members}


def _tally(tally: Tally) -> dict[str, float]:
    return {"entitled": tally.entitled, "assigned": tally.assigned}


def _person(person: SamePerson) -> dict[str, Any]:
    return {
        "record": str(person.record),
        "owner": person.owner,
        "by": person.by.value if person.by else None,
        "in_crm": person.in_crm,
        "likeness": person.likeness,
        "passed_over": list(person.passed_over),
    }


def _account(account: AccountMatch) -> dict[str, Any]:
    return {
        "name": account.name,
        "account": account.account or None,
        "owner": account.owner,
        "by": account.by.value,
        "on": account.on,
        "likeness": account.likeness,
        "passed_over": list(account.passed_over),
    }
