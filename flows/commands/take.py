"""`firsttouch take`: a rep takes the next lead of a pool, and the CRM is told at once."""

import json
from pathlib import Path

from config.problems import suggestion
from flows.activity import begin_clocks, start_clocks
from flows.deliver import deliver_pending
from flows.exits import DONE_WITH_FAILURES, note
from flows.take import Take, take
from flows.tick import is_paused, new_run
from flows.wiring import Wiring, open_wiring
from leads.decision import Decision
from leads.errors import ConfigError, ConnectorError
from leads.keys import OwnerId, PoolName, RunId
from routing.policy import Owner, Policy, Strategy
from routing.wording import moment


def run(pool: str, owner: str, config: Path | None, store: str | None, *, as_json: bool) -> None:
    """
    Print what was taken; exit 1 when nothing was, with each reason on stderr.

    Raises ConfigError where nobody can take from `pool` as `owner`.
    """
    with open_wiring(config, store, may_make=False) as wiring:
        policy = wiring.configuration.policy
        who = _member(pool, owner, policy)
        number = new_run()
        wiring.store.start_run(number, "take", wiring.now())
        found = take(wiring, PoolName(pool), who.id, number)
        if found.decision is not None:
            _tell_the_crm(wiring, found.decision, number)
        wiring.store.end_run(number, wiring.now())
    if as_json:
        print(json.dumps(_json(found, pool, who)))
    if found.decision is None:
        note(nothing(found, pool, who))
        raise SystemExit(DONE_WITH_FAILURES)
    if not as_json:
        print(_said(found.decision, found.waiting, pool, who))


def _member(pool: str, owner: str, policy: Policy) -> Owner:
    known = policy.pools.get(PoolName(pool))
    if known is None:
        raise ConfigError([f"pool {pool!r} is not configured{suggestion(pool, policy.pools)}"])
    if known.strategy is not Strategy.PULL:
        problem = f"pool {pool} gives its leads away ({known.strategy})"
        raise ConfigError([f"{problem}: only one with strategy: pull is taken from"])
    members = [member.owner for member in known.members if member.weight > 0]
    if OwnerId(owner) not in members:
        raise ConfigError([f"{owner!r} is not in pool {pool}{suggestion(owner, members)}"])
    return policy.owners[OwnerId(owner)]


def _tell_the_crm(wiring: Wiring, decision: Decision, run: RunId) -> None:
    """Write the owner now, and let the time run; where the CRM fails, the next sync does both."""
    crm = wiring.crm_of(decision.lead.source)
    if is_paused(wiring, crm):
        return
    begin_clocks(wiring)
    try:
        deliver_pending(wiring, crm, run)
    except ConnectorError as error:
        note(f"{error}; the next sync writes it")
    start_clocks(wiring)


def _said(made: Decision, waiting: int, pool: str, who: Owner) -> str:
    due = moment(made.sla_due, who.timezone)
    return f"{who.name} took {made.lead}: first touch by {due}. {waiting} more wait in pool {pool}."


def nothing(found: Take, pool: str, who: Owner) -> str:
    """Say why nothing was taken: of each lead that waits, what stands in the way."""
    if not found.waiting:
        return f"nothing was taken: no lead waits in pool {pool}"
    why = "; ".join(found.refusals)
    waiting = "1 waits" if found.waiting == 1 else f"{found.waiting} wait"
    return (
        f"nothing was taken: {waiting} in pool {pool}, and {who.name} can have none of them: {why}"
    )


def _json(found: Take, pool: str, who: Owner) -> dict[str, object]:
    made = found.decision
    return {
        "lead": str(made.lead) if made else None,
        "owner": who.id,
        "pool": pool,
        "rule": made.rule if made else None,
        "sla_due": made.sla_due.isoformat() if made else None,
        "waiting": found.waiting,
        "refusal": found.refusal if made is None else "",
        "refusals": list(found.refusals) if made is None else [],
    }
