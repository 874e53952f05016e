"""Every policy that was ever in force, by its hash, and the versions of the configuration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, insert, select

from leads.keys import PolicyHash
from store.rows import PolicyVersion
from store.schema import policy, policy_version
from store.upsert import Insert, kept


def save_policy(
    connection: Connection, hash_: PolicyHash, document: Mapping[str, Any], now: datetime
) -> bool:
    row = {"hash": hash_, "document": dict(document), "first_seen": now}
    added = kept(connection, policy, tuple(row), _unless_there)
    return connection.execute(added, row).first() is not None


def read_policy(connection: Connection, hash_: PolicyHash) -> Mapping[str, Any] | None:
    wanted = select(policy.c.document).where(policy.c.hash == hash_)
    document: Mapping[str, Any] | None = connection.execute(wanted).scalar()
    return document


def latest_version(connection: Connection) -> PolicyVersion | None:
    newest = select(policy_version).order_by(policy_version.c.number.desc()).limit(1)
    row = connection.execute(newest).first()
    return PolicyVersion(**row._mapping) if row else None  # noqa: SLF001  (SQLAlchemy's public name)


def add_version(
    connection: Connection,
    hash_: PolicyHash,
    document: Mapping[str, Any],
    files: Mapping[str, str],
    now: datetime,
) -> PolicyVersion:
    """Add the version, unless the newest is the same: somebody else may have been first."""
    latest = latest_version(connection)
    if latest is not None and (latest.document, latest.files) == (document, files):
        return latest
    version = PolicyVersion(
        number=latest.number + 1 if latest else 1,
        hash=hash_,
        since=now,
        document=dict(document),
        files=dict(files),
    )
    row = {name: getattr(version, name) for name in policy_version.c.keys()}  # noqa: SIM118
    connection.execute(insert(policy_version).values(row))
    return version


def list_versions(connection: Connection) -> list[PolicyVersion]:
    rows = connection.execute(select(policy_version).order_by(policy_version.c.number))
    return [PolicyVersion(**row._mapping) for row in rows]  # noqa: SLF001


def _unless_there(insert: Insert) -> sqlalchemy.Insert:
    return insert.on_conflict_do_nothing().returning(policy.c.hash)
