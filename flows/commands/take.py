"""`firsttouch take`: a rep takes the next lead of a pool, and the CRM is told at once."""

import json
import sys
from pathlib import Path

from config.problems import suggestion
from flows.deliver import deliver_pending
from flows.take import Take, take
from flows.tick import is_paused, new_run
from flows.wiring import Wiring, open_wiring
from leads.decision import Decision
from leads.errors import ConfigError, ConnectorError
from leads.keys import OwnerId, PoolName, RunId
from routing.policy import Owner, Policy, Strategy
from routing.wording import moment


def run(pool: str, owner: str, config: Path | None, store: str | None, *, as_json: bool) -> None:
    """Print what was taken. Raises ConfigError where nobody can take from `pool` as `owner`."""
    with open_wiring(config, store) as wiring:
        policy = wiring.configuration.policy
        who = _member(pool, owner, policy)
        number = new_run()
        wiring.store.start_run(number, "take", wiring.now())
        found = take(wiring, PoolName(pool), who.id, number)
        if found.decision is not None:
            _tell_the_crm(wiring, found.decision, number)
        wiring.store.end_run(number, wiring.now())
    print(json.dumps(_json(found, pool, who)) if as_json else _said(found, pool, who))


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
    """Write the owner now; where the CRM does not answer, the next sync does it."""
    crm = wiring.crm_of(decision.lead.source)
    if is_paused(wiring, crm):
        return
    try:
        deliver_pending(wiring, crm, run)
    except ConnectorError as error:
        print(f"firsttouch: {error}; the next sync writes it", file=sys.stderr)


def _said(found: Take, pool: str, who: Owner) -> str:
    if found.decision is not None:
        due = moment(found.decision.sla_due, who.timezone)
        took = f"{who.name} took {found.decision.lead}: first touch by {due}."
        return f"{took} {found.waiting} more wait in pool {pool}."
    if found.waiting:
        wait = f"{found.waiting} wait in pool {pool}"
        return f"{who.name} can take none of them now: {'; '.join(found.refusals)}. {wait}."
    return f"Nothing waits in pool {pool}."


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
    }
