"""The columns beside a decision's document: what is asked for often, said a second time."""

from collections.abc import Mapping

from leads.decision import Decision
from store.columns import storable


def columns_of(made: Decision) -> dict[str, object]:
    """Give what the columns say of a decision, by column."""
    return {
        "owner": made.owner,
        "pool": made.pool,
        "rule": made.rule,
        "method": made.method.value,
        "reason": made.reason,
        "policy": made.policy,
        "decided_at": made.decided_at,
        "sla_due": made.sla_due,
    }


def contradicting(row: Mapping[str, object], made: Decision) -> dict[str, object]:
    """Give each column that says otherwise than the document, with what it says."""
    return {
        name: row[name] for name, said in columns_of(made).items() if row[name] != _as_kept(said)
    }


def _as_kept(said: object) -> object:
    return storable(said) if isinstance(said, str) else said
