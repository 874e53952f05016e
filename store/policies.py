"""Every policy that was ever in force, by its hash: a decision is replayed with its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from leads.keys import PolicyHash
from store.rows import PolicyRow
from store.schema import policy
from store.upsert import insert_for


def save_policy(
    connection: Connection, hash_: PolicyHash, document: Mapping[str, Any], now: datetime
) -> bool:
    row = {"hash": hash_, "document": dict(document), "first_seen": now}
    added = insert_for(connection, policy).values(row).on_conflict_do_nothing()
    return connection.execute(added.returning(policy.c.hash)).first() is not None


def read_policy(connection: Connection, hash_: PolicyHash) -> Mapping[str, Any] | None:
    wanted = select(policy.c.document).where(policy.c.hash == hash_)
    document: Mapping[str, Any] | None = connection.execute(wanted).scalar()
    return document


def list_policies(connection: Connection) -> list[PolicyRow]:
    wanted = select(policy.c.hash, policy.c.first_seen).order_by(policy.c.first_seen)
    return [
        PolicyRow(hash=PolicyHash(hash_), first_seen=first_seen)
        for hash_, first_seen in connection.execute(wanted)
    ]
