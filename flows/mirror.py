"""Mirroring a CRM's accounts, people and owners: deciding on a lead asks no CRM."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from flows.barred import refresh_owners
from flows.recognise import asks_for_accounts
from flows.wiring import Wiring
from leads.errors import ConnectorError

ACCOUNTS, PEOPLE, OWNERS = "accounts", "people", "owners"


def refresh_mirror(wiring: Wiring, crm: str, alive: Callable[[], None] = lambda: None) -> int:
    """
    Store what changed since the last look, if that is long enough ago; answer how many.

    Between two looks a tick asks nothing at all. Raises ConnectorError.
    """
    return sum(
        _refresh(wiring, crm, stream, alive)
        for stream in _streams(wiring)
        if _is_due(wiring, crm, stream)
    )


def refresh_or_put_off(wiring: Wiring, crm: str, alive: Callable[[], None] = lambda: None) -> int:
    """
    Do as `refresh_mirror`; but what fails is not tried again before the next look is due.

    Routing goes on by what is known, and a CRM that keeps something from us is not asked for it,
    nor complained of, every minute.
    """
    try:
        return refresh_mirror(wiring, crm, alive)
    except ConnectorError:
        for stream in _streams(wiring):
            if _is_due(wiring, crm, stream):
                wiring.store.mark_mirror_read(crm, stream, wiring.now())
        raise


def never_mirrored(wiring: Wiring) -> list[str]:
    """Return the CRMs of which something that rules go by was never looked at."""
    at = wiring.store.mirror_read_at
    return [crm for crm in wiring.crms if any(at(crm, s) is None for s in _streams(wiring))]


def _streams(wiring: Wiring) -> list[str]:
    policy = wiring.configuration.policy
    people = [PEOPLE] if policy.matching.same_person else []
    return [*people, *([ACCOUNTS] if asks_for_accounts(policy) else []), OWNERS]


def _is_due(wiring: Wiring, crm: str, stream: str) -> bool:
    last = wiring.store.mirror_read_at(crm, stream)
    if last is None:
        return True
    passed = wiring.now() - last
    return passed >= wiring.configuration.mirror_every or passed < timedelta(0)  # set back


def _refresh(wiring: Wiring, crm: str, stream: str, alive: Callable[[], None]) -> int:
    began, changed = wiring.now(), 0
    for count in _READERS[stream](wiring, crm):
        changed += count
        alive()
    wiring.store.mark_mirror_read(crm, stream, began)
    return changed


def _read_accounts(wiring: Wiring, crm: str) -> Iterator[int]:
    for page in wiring.crms[crm].accounts(wiring.store.cursor(crm, ACCOUNTS)):
        wiring.store.save_accounts(crm, page, now=wiring.now())
        yield len(page.changes)


def _read_people(wiring: Wiring, crm: str) -> Iterator[int]:
    for page in wiring.crms[crm].people(wiring.store.cursor(crm, PEOPLE)):
        wiring.store.save_people(crm, page, now=wiring.now())
        yield len(page.changes)


def _read_owners(wiring: Wiring, crm: str) -> Iterator[int]:
    yield refresh_owners(wiring, crm)


_READERS = {ACCOUNTS: _read_accounts, PEOPLE: _read_people, OWNERS: _read_owners}
