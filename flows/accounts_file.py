"""Accounts from a CSV, so that a policy that goes by them can be tried without a CRM."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from config.model_sources import SALESFORCE
from connectors.csv_file.reading import read_table
from connectors.salesforce_ids import whole_owner_id
from flows.exits import note
from flows.unknown_owners import unknown_owners
from leads.accounts import Account, account_domain
from leads.errors import ConfigError
from leads.keys import CrmOwnerId, OwnerId
from routing.policy import Policy

_COLUMNS = ("id", "crm", "name", "domain", "owner", "created_at")
_NEEDED = frozenset({"name", "owner"})


def read_accounts(path: Path, policy: Policy) -> tuple[Account, ...]:
    """
    Read columns name and owner, and domain, crm, id and created_at where they are there.

    `owner` is an id of the configuration; with `crm`, that CRM's own id. Raises ConfigError.
    """
    table = read_table(path)
    for said in table.notes:
        note(said)
    if missing := sorted(_NEEDED - set(table.header)):
        raise ConfigError(
            [f"{path}:1: needs the columns {', '.join(_COLUMNS)}; lacks {', '.join(missing)}"]
        )
    rows = ((line, dict(zip(table.header, cells, strict=False))) for line, cells in table.rows)
    accounts = tuple(_account(path, line, row) for line, row in rows)
    lines = [line for line, _ in table.rows]
    if told := unknown_owners(_stated(zip(lines, accounts, strict=True)), policy):
        note(f"{path}: owners that are not in the configuration: {told}")
    return accounts


def _account(path: Path, line: int, row: Mapping[str, str]) -> Account:
    if not row.get("name"):
        raise ConfigError([f"{path}:{line}: the account has no name; every row needs one"])
    return Account(
        crm=row.get("crm", ""),
        account_id=row.get("id") or f"{path.name}, line {line}",
        name=row["name"],
        domain=account_domain(row.get("domain")),
        owner=_owner(row),
        created_at=_instant(path, line, row.get("created_at")),
    )


def _owner(row: Mapping[str, str]) -> CrmOwnerId | None:
    owner = row.get("owner", "")
    told = whole_owner_id(owner) if row.get("crm") == SALESFORCE else owner
    return CrmOwnerId(told) if told else None


def _instant(path: Path, line: int, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        problem = f"created_at is {text[:40]!r}, which is no instant; write 2026-11-23"
        raise ConfigError([f"{path}:{line}: {problem}"]) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _stated(accounts: Iterable[tuple[int, Account]]) -> Iterator[tuple[int, OwnerId]]:
    """Without a CRM named, an owner is meant by the id in the configuration."""
    for line, account in accounts:
        if account.owner and not account.crm:
            yield line, OwnerId(account.owner)
