"""Finding one lead in the store, and deciding it again under the policy of its day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from config.load import from_document
from connectors.salesforce_ids import lead_id
from leads.decision import Decision, RuleTrial
from leads.errors import ConfigError, StoreError
from leads.keys import PolicyHash
from leads.lead import Lead
from routing.engine import Engine
from routing.policy import Policy
from store.inputs import Input
from store.rows import LeadState, StoredLead
from store.store import Store

COMPARED = (
    "owner",
    "pool",
    "rule",
    "method",
    "reason",
    "policy",
    "decided_at",
    "sla",
    "sla_due",
    "accruals",
)


_END = ("owner", "pool", "rule", "method")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """
    A stored decision, the one its stored inputs lead to now, and the policy of its day.

    `altered` are the inputs that are not what it was made from; None: no fingerprints were kept.
    `contradicted` are the columns of the store that say otherwise than the stored decision.
    `told` are the rules of `again` as a person reads them: with what a territory missed.
    """

    stored: Decision
    again: Decision
    policy: Policy
    altered: frozenset[Input] | None = None
    contradicted: Mapping[str, object] = field(default_factory=dict)
    told: tuple[RuleTrial, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether both are equal; the trace may be fuller in the second, and is not compared."""
        return all(getattr(self.stored, name) == getattr(self.again, name) for name in COMPARED)

    @property
    def is_same_end(self) -> bool:
        """Whether the lead ends alike: then what is told of the second is true of the first."""
        return all(getattr(self.stored, name) == getattr(self.again, name) for name in _END)


def find_one(store: Store, text: str) -> StoredLead:
    """Return the lead meant by `text`. Raises ConfigError when there is none, or more than one."""
    keys = store.find_lead(text) or store.find_lead(_in_whole(text))
    if not keys:
        raise ConfigError(
            ["no lead found: give SOURCE:ID, the id alone, or the e-mail address of a lead pulled"]
        )
    found = [store.stored_lead(key) for key in keys]
    # Of an erased person all leads say the same.
    if len(found) > 1 and any(lead.state is not LeadState.ERASED for lead in found):
        raise ConfigError(["more than one lead: " + ", ".join(map(str, sorted(keys)))])
    return found[0]


def _in_whole(text: str) -> str:
    """Write a Salesforce id as it is stored: who copies it from a report has 15 of its letters."""
    source, colon, record_id = text.rpartition(":")
    return f"{source}{colon}{lead_id(record_id) or record_id}"


def policy_of(store: Store, policy: PolicyHash) -> Policy:
    """Return the policy a decision was made under. Raises StoreError when it is not kept."""
    document = store.policy(policy)
    if document is None:
        raise StoreError(f"policy {policy} is not in the store, so nothing can be replayed from it")
    return from_document(document).policy


def replay_all(store: Store, lead: StoredLead, by: Policy | None = None) -> tuple[Replayed, ...]:
    """Replay every decision of a lead, the first one first; by another policy only the first."""
    decided = [*lead.earlier, *([lead.decision] if lead.decision else [])]
    wanted = list(zip(decided, lead.altered, lead.contradicted, strict=True))[: 1 if by else None]
    again = [
        (_replay(store, lead.lead, each, by, altered), contradicted)
        for each, altered, contradicted in wanted
    ]
    return tuple(replace(each, contradicted=said) for each, said in again if each is not None)


def _replay(
    store: Store,
    lead: Lead | None,
    stored: Decision,
    by: Policy | None,
    altered: frozenset[Input] | None,
) -> Replayed | None:
    if stored.saw is None or lead is None:
        return None
    policy = by or policy_of(store, stored.policy)
    engine = Engine(policy)
    again = engine.decide(lead, stored.saw, stored.decided_at, trace_full=True)
    told = engine.rules_told(lead, stored.saw, stored.decided_at)
    return Replayed(stored=stored, again=again, policy=policy, altered=altered, told=told)


class Replays:
    """Many decisions told again: every policy is compiled once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._engines: dict[PolicyHash, Engine] = {}

    def engine(self, policy: PolicyHash) -> Engine:
        """Raises StoreError where that policy is not kept."""
        known = self._engines.get(policy)
        if known is None:
            known = self._engines[policy] = Engine(policy_of(self._store, policy))
        return known

    def with_candidates(self, lead: Lead, stored: Decision) -> Decision:
        """
        Return a decision with what became of everybody looked at.

        As it is where it comes out otherwise now: what then is told is of another decision.
        """
        if stored.saw is None:
            return stored
        again = self.engine(stored.policy).decide(lead, stored.saw, stored.decided_at)
        is_same = all(getattr(stored, name) == getattr(again, name) for name in _END)
        return replace(stored, candidates=again.candidates) if is_same else stored
