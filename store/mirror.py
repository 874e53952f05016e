"""Accounts, and people with an owner, as the CRMs have them: leads are matched to these."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, and_, bindparam, delete, select

from leads.accounts import Account, AccountClues, block_of
from leads.keys import CrmOwnerId
from leads.matching import company_key
from leads.record import CrmPerson
from store import merges
from store.recall import people_not_erased
from store.schema import account, crm_person, cursor
from store.upsert import chunks, insert_missing, upsert

_READ = "{} read"
_SAVED_AT = select(cursor.c.saved_at).where(
    cursor.c.source == bindparam("crm"), cursor.c.stream == bindparam("stream")
)
_OF_DOMAINS = select(account).where(account.c.domain.in_(bindparam("names", expanding=True)))
_OF_BLOCKS = select(account).where(account.c.block.in_(bindparam("names", expanding=True)))
_FORGET_PEOPLE = delete(crm_person).where(
    crm_person.c.crm == bindparam("crm"),
    crm_person.c.record_id.in_(bindparam("ids", expanding=True)),
)


def save_accounts(connection: Connection, changes: Sequence[Account], now: datetime) -> None:
    """Mirror each account as it is now; of one that comes twice, the later stands."""
    latest = {each.key: each for each in changes}
    _forget_accounts(connection, [each for each in latest.values() if each.is_gone])
    rows = [_account_row(each, now) for each in latest.values() if not each.is_gone]
    upsert(connection, account, rows)


def save_people(
    connection: Connection, crm: str, changes: Sequence[CrmPerson], now: datetime
) -> None:
    """Mirror by what each is told by; whoever has no owner, or is gone, is nobody's."""
    latest = {each.record_id: each for each in changes}
    forget_people_of(connection, crm, list(latest))
    kept = people_not_erased(connection, crm, list(latest.values()))
    rows = [row for each in kept for row in _person_rows(crm, each, now)]
    insert_missing(connection, crm_person, rows)
    merges.save(connection, crm, {each.record_id: each.merged for each in kept})


def forget_people_of(connection: Connection, crm: str, ids: Sequence[str]) -> None:
    for some in chunks(ids):
        connection.execute(_FORGET_PEOPLE, {"crm": crm, "ids": some})


def accounts_near(connection: Connection, clues: Sequence[AccountClues]) -> list[Account]:
    """Answer every account that one of these clues may lead to."""
    domains = sorted({domain for each in clues for domain in each.domains})
    blocks = sorted({each.block for each in clues if each.block})
    found: dict[str, Account] = {}
    for asked, wanted in ((_OF_DOMAINS, domains), (_OF_BLOCKS, blocks)):
        for some in chunks(wanted):
            found |= {each.key: each for each in _accounts(connection, asked, some)}
    return list(found.values())


def mark_read(connection: Connection, crm: str, stream: str, at: datetime) -> None:
    """Note that `stream` of `crm` was asked for at `at`."""
    row = {"source": crm, "stream": _READ.format(stream), "position": "", "saved_at": at}
    upsert(connection, cursor, [row])


def read_at(connection: Connection, crm: str, stream: str) -> datetime | None:
    """Answer when `stream` of `crm` was asked for last; None: never."""
    asked = {"crm": crm, "stream": _READ.format(stream)}
    at: datetime | None = connection.execute(_SAVED_AT, asked).scalar()
    return at


def _accounts(
    connection: Connection, asked: Select[tuple[object, ...]], names: Sequence[str]
) -> Iterator[Account]:
    for row in connection.execute(asked, {"names": names}):
        yield Account(
            crm=row.crm,
            account_id=row.account_id,
            name=row.name,
            domain=row.domain,
            owner=CrmOwnerId(row.owner) if row.owner else None,
            created_at=row.created_at,
        )


def _forget_accounts(connection: Connection, gone: Sequence[Account]) -> None:
    for each in gone:
        its = and_(account.c.crm == each.crm, account.c.account_id == each.account_id)
        connection.execute(delete(account).where(its))


def _account_row(each: Account, now: datetime) -> dict[str, object]:
    return {
        "crm": each.crm,
        "account_id": each.account_id,
        "name": each.name,
        "block": block_of(company_key(each.name)),
        "domain": each.domain,
        "owner": each.owner,
        "created_at": each.created_at,
        "seen_at": now,
    }


def _person_rows(crm: str, each: CrmPerson, now: datetime) -> Iterator[dict[str, object]]:
    if each.owner is None or each.is_gone:
        return
    for key in sorted(each.keys):
        yield {
            "key": key,
            "crm": crm,
            "record_id": each.record_id,
            "owner": each.owner,
            "created_at": each.created_at or now,
            "seen_at": now,
        }
