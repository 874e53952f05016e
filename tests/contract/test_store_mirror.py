"""Accounts and people of the CRMs, as the store keeps them: found, changed, forgotten."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from leads.accounts import Account, AccountClues
from leads.keys import CrmOwnerId, LeadKey
from leads.record import AccountPage, CrmPerson, Cursor, PeoplePage
from store.store import Store
from tests.contract.store_work import BEN, MINUTE, NOW, RUN, decision, key, new, show

ACME = Account(
    crm="hubspot",
    account_id="1",
    name="Acme GmbH",
    domain="acme.example",
    owner=CrmOwnerId("crm-ana"),
    created_at=NOW - timedelta(days=900),
)


def clue(*domains: str, name: str = "") -> AccountClues:
    return AccountClues(domains=domains, company=name, name=name)


def save_accounts(store: Store, *accounts: Account, cursor: str = "1") -> None:
    page = AccountPage(changes=accounts, resume_from=Cursor(cursor))
    store.save_accounts("hubspot", page, now=NOW)


def save_people(store: Store, *people: CrmPerson) -> None:
    page = PeoplePage(changes=people, resume_from=Cursor("7"))
    store.save_people("hubspot", page, now=NOW)


def found(store: Store, *clues: AccountClues) -> list[Account]:
    with store.desk(NOW) as desk:
        return desk.accounts_near(clues)


def known(store: Store, *keys: str, lead: LeadKey = key(9)) -> list[tuple[str, str]]:  # noqa: B008  (frozen)
    with store.desk(NOW) as desk:
        matches = desk.same_people_in_crms(lead, frozenset(keys))
        return [(str(match.record), match.crm_owner) for match in matches]


def person(number: int | str, *keys: str, owner: str | None = "crm-ben", **more: Any) -> CrmPerson:
    whose = CrmOwnerId(owner) if owner else None
    return CrmPerson(record_id=str(number), owner=whose, keys=frozenset(keys), **more)


def test_an_account_is_found_by_its_domain_and_by_names_that_begin_alike(store: Store):
    save_accounts(store, ACME, replace(ACME, account_id="2", name="Globex", domain=None))
    assert found(store, clue("acme.example")) == [ACME]
    assert found(store, clue(name="acme")) == [ACME]
    assert found(store, clue(name="acne"), clue("other.example")) == []
    assert store.cursor("hubspot", "accounts") == "1"


def test_an_account_that_changes_changes_and_one_that_is_gone_goes(store: Store):
    save_accounts(store, ACME)
    moved = replace(ACME, name="Globex", domain=None, owner=None)
    save_accounts(store, ACME, moved, cursor="2")
    assert found(store, clue("acme.example")) == []
    assert found(store, clue(name="globex")) == [moved]
    save_accounts(store, replace(moved, is_gone=True))
    assert found(store, clue(name="globex")) == []


def test_people_are_found_by_any_key_the_earliest_record_first(store: Store):
    late = person(1, "email:a", created_at=NOW - MINUTE)
    early = person(2, "email:a", "phone:1|a", created_at=NOW - timedelta(days=9))
    save_people(store, late, early)
    assert known(store, "email:a") == [("hubspot:2", "crm-ben"), ("hubspot:1", "crm-ben")]
    assert known(store, "phone:1|a", "email:b") == [("hubspot:2", "crm-ben")]
    assert known(store, "email:a", lead=key(2)) == [("hubspot:1", "crm-ben")]
    assert store.cursor("hubspot", "people") == "7"


def test_whoever_has_no_owner_or_another_address_now_is_not_found_by_the_old_one(store: Store):
    save_people(store, person(1, "email:a"), person(2, "email:b"), person(3, "email:c"))
    save_people(
        store,
        person(1, "email:z"),
        person(2, "email:b", owner=None),
        person(3, "email:c", is_gone=True),
    )
    assert known(store, "email:a", "email:b", "email:c") == []
    assert known(store, "email:z") == [("hubspot:1", "crm-ben")]


def test_of_a_decided_lead_its_own_row_says_who_has_it(store: Store):
    show(store, new(1))
    save_people(store, person(1, "email:a", owner="crm-ana"), person(2, "email:a"))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(1), BEN), frozenset({"email:a"}), [], run=RUN)
        beside = desk.same_people_in_crms(key(9), frozenset({"email:a"}))
        assert [match.record for match in beside] == [key(2)]
    assert known(store, "email:a") == [("hubspot:2", "crm-ben")]


def test_when_a_stream_was_asked_for_is_kept(store: Store):
    assert store.mirror_read_at("hubspot", "people") is None
    store.mark_mirror_read("hubspot", "people", NOW)
    store.mark_mirror_read("hubspot", "people", NOW + MINUTE)
    assert store.mirror_read_at("hubspot", "people") == NOW + MINUTE
    assert store.mirror_read_at("hubspot", "accounts") is None
    assert store.workloads_read() == {}
