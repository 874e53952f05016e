"""How far behind a model's floor each owner of a pool is."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from leads.arrears import count
from leads.decision import Decision
from leads.keys import OwnerId, PoolName
from store.schema import arrears
from store.upsert import upsert


def read_arrears(connection: Connection) -> dict[PoolName, dict[OwnerId, float]]:
    found: dict[PoolName, dict[OwnerId, float]] = {}
    for row in connection.execute(select(arrears)):
        found.setdefault(PoolName(row.pool), {})[OwnerId(row.owner)] = row.leads
    return found


def add_arrears(connection: Connection, made: Sequence[Decision]) -> None:
    """
    Count these decisions, in their order, where a model with a floor was asked.

    Never taken back: who hands leads back is not given others for them.
    """
    asked = [(each.saw.match, each.owner) for each in made if each.saw and each.saw.match]
    if not any(match.floor for match, _ in asked):
        return
    found = read_arrears(connection)
    changed: dict[tuple[PoolName, OwnerId], None] = {}
    for match, owner in asked:
        count(found.setdefault(match.pool, {}), match, owner)
        changed |= dict.fromkeys((match.pool, each) for each in match.owners if match.floor)
    rows = [{"pool": pool, "owner": who, "leads": found[pool][who]} for pool, who in changed]
    upsert(connection, arrears, rows)
