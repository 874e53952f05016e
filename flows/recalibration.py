"""What the CRMs' outcomes propose for weights and caps, as a change of the YAML."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.configuration import Configuration
from config.difference import Change, differences
from config.edit_text import Edit, MemberWeight, OwnerCap, edited
from config.load import from_texts
from connectors.base import ActivityReader
from flows.wiring import Wiring
from leads.activity import Outcome, OutcomeKind
from leads.errors import ConfigError
from leads.keys import OwnerId, PoolName
from routing.calibration import Closed, Evidence, Proposal, propose
from routing.policy import Policy

DEFAULT_SINCE = "90d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    """A proposal, the files it would change with their new text, and the difference that makes."""

    proposal: Proposal
    files: Mapping[str, str]
    changes: tuple[Change, ...]
    closed: int
    since: datetime


def recalibrate(wiring: Wiring, since: datetime) -> Recalibration:
    """Ask every CRM what came of leads since then. Raises ConnectorError, ConfigError."""
    closed = [each for crm in wiring.crms for each in _closed(wiring, crm, since)]
    policy = wiring.configuration.policy
    open_leads = wiring.store.in_hand(wiring.crm_ids(), opportunity=policy.opportunity_weight)
    listed = _listed(wiring.configuration)
    proposal = propose(policy, Evidence(closed=closed, open_leads=open_leads), listed)
    files, changes = _as_yaml(wiring.configuration, proposal)
    return Recalibration(
        proposal=proposal, files=files, changes=changes, closed=len(closed), since=since
    )


def _listed(configuration: Configuration) -> frozenset[PoolName]:
    """Pools whose members the YAML lists: only those have weights of their own there."""
    pools: Mapping[str, Any] = configuration.document.get("pools", {})
    return frozenset(
        PoolName(name) for name, pool in pools.items() if isinstance(pool["members"], list)
    )


def _closed(wiring: Wiring, crm: str, since: datetime) -> Iterator[Closed]:
    """
    Yield the leads we gave that were won or lost since, each once.

    One that a person moved on to somebody else says nothing of either: it counts for nobody.
    """
    reader = wiring.crms[crm]
    if not isinstance(reader, ActivityReader):
        return
    ends = _ends(outcome for outcome in reader.outcomes(since) if outcome.at >= since)
    for row in wiring.store.given(crm, sorted(ends)):
        end = ends[row.record_id]
        if end.owner in {None, row.crm_owner} and end.at >= row.at:
            won = end.kind is OutcomeKind.WON
            yield Closed(owner=row.owner, pool=row.pool, won=won, after=end.at - row.at)


def _ends(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """How each record ended: won, if any deal of it was; else lost. Converted is no end."""
    found: dict[str, Outcome] = {}
    for each in outcomes:
        before = found.get(each.record_id)
        if each.kind is not OutcomeKind.CONVERTED and (
            before is None or before.kind is not OutcomeKind.WON
        ):
            found[each.record_id] = each
    return found


def _as_yaml(
    configuration: Configuration, proposal: Proposal
) -> tuple[dict[str, str], tuple[Change, ...]]:
    """
    Return the changed files, and what differs: read again, and checked against the proposal.

    Raises ConfigError where the files are written so that a single value cannot be changed.
    """
    edits: list[Edit] = [
        MemberWeight(pool=each.pool, owner=each.owner, weight=each.new) for each in proposal.weights
    ]
    edits += [OwnerCap(owner=each.owner, max_open=each.new) for each in proposal.caps]
    if not edits:
        return {}, ()
    files = edited(configuration.files, edits)
    there = from_texts({**configuration.files, **files})
    missing = [str(each) for each in edits if not _is_there(there.policy, each)]
    if missing:
        text = "these values cannot be changed where they stand; change them by hand"
        raise ConfigError([f"recalibrate: {text}: {'; '.join(missing)}"])
    return files, tuple(differences(configuration.document, there.document))


def _is_there(policy: Policy, edit: Edit) -> bool:
    match edit:
        case OwnerCap(owner=owner, max_open=most):
            return policy.owners[OwnerId(owner)].max_open == most
        case MemberWeight(pool=pool, owner=owner, weight=weight):
            members = {m.owner: m.weight for m in policy.pools[PoolName(pool)].members}
            return members.get(OwnerId(owner)) == weight
