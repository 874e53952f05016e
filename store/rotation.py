"""Each pool's rotation: what its members were due, and had."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select, update

from leads.decision import Decision, Tally
from leads.keys import OwnerId, PoolName
from store.schema import rotation
from store.upsert import upsert

_ALL = select(rotation)


def read_rotation(connection: Connection) -> dict[PoolName, dict[OwnerId, Tally]]:
    found: dict[PoolName, dict[OwnerId, Tally]] = {}
    for row in connection.execute(_ALL):
        tally = Tally(entitled=row.entitled, assigned=row.assigned)
        found.setdefault(PoolName(row.pool), {})[OwnerId(row.owner)] = tally
    return found


def save_rotation(
    connection: Connection, pools: Mapping[PoolName, Mapping[OwnerId, Tally]]
) -> None:
    """Set these members' tallies; others keep theirs."""
    rows = [
        {"pool": pool, "owner": owner, "entitled": tally.entitled, "assigned": tally.assigned}
        for pool, members in pools.items()
        for owner, tally in members.items()
    ]
    upsert(connection, rotation, rows)


def undo_accruals(connection: Connection, decisions: Sequence[Decision]) -> None:
    """Take back what these decisions added: for everyone who was due a share, and the charged."""
    rows = [
        {
            "at_pool": accrual.pool,
            "at_owner": owner,
            "share": accrual.shares.get(owner, 0.0),
            "charge": int(owner == accrual.charged),
        }
        for decision in decisions
        for accrual in decision.accruals
        for owner in {*accrual.shares, *([accrual.charged] if accrual.charged else [])}
    ]
    if rows:
        undo = (
            update(rotation)
            .where(rotation.c.pool == bindparam("at_pool"))
            .where(rotation.c.owner == bindparam("at_owner"))
            .values(
                entitled=rotation.c.entitled - bindparam("share"),
                assigned=rotation.c.assigned - bindparam("charge"),
            )
        )
        connection.execute(undo, rows)
