"""By what each pool with best_match gives its leads: a version of the model, or turns, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.modelling.in_force import asks, usable
from flows.which_store import read_store, store_url
from routing.policy import Policy, Strategy
from store.engine import is_there
from store.model_rows import ModelRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """`version` None: by turns, and `why`."""

    version: int | None
    why: str


def governed(policy: Policy, store: str | None) -> Mapping[str, Governed]:
    """Answer it for each such pool; a question changes nothing in the store. Raises StoreError."""
    if not asks(policy):
        return {}
    row, why = _of_store(policy, store)
    found = Governed(version=row.version if row else None, why=why if row is None else _since(row))
    pools = policy.pools.values()
    return {pool.name: found for pool in pools if pool.strategy is Strategy.BEST_MATCH}


def governed_lines(found: Mapping[str, Governed]) -> Iterator[str]:
    for pool, by in found.items():
        if by.version is None:
            yield f"Pool {pool} goes by turns: {by.why}."
        else:
            yield f"Pool {pool} goes by version {by.version} of the model, {by.why}."


def _of_store(policy: Policy, store: str | None) -> tuple[ModelRow | None, str]:
    if not is_there(store_url(store)):
        return None, "there is no store yet, and so no model"
    with read_store(store) as opened:
        return usable(opened, policy)


def _since(row: ModelRow) -> str:
    return f"in force since {row.state_at:%Y-%m-%d}"
