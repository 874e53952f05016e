"""Owners to whom a CRM gives nothing, by its list of owners as it was last looked at."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from flows.wiring import Wiring
from leads.absence import Barred
from leads.errors import ConnectorError
from leads.keys import OwnerId
from leads.record import CrmOwner
from routing.policy import Policy


def refresh_owners(wiring: Wiring, crm: str) -> int:
    """
    Ask `crm` which of the configured owners may own records, and keep the answer.

    Nobody else is ever given a lead. Raises ConnectorError.
    """
    ids = {known[crm] for known in wiring.crm_ids().values() if crm in known}
    owners = list(wiring.crms[crm].owners(ids))
    wiring.store.save_owners(crm, owners, wiring.now(), asked=ids)
    return len(owners)


def inactive_in(wiring: Wiring, crm: str) -> frozenset[OwnerId]:
    """Return the configured owners whom `crm` has deactivated, as far as is known."""
    out = {owner.crm_id for owner in wiring.store.crm_owners(crm) if not owner.is_active}
    return frozenset(owner for owner, ids in wiring.crm_ids().items() if ids.get(crm) in out)


def look_after_refusals(wiring: Wiring, crm: str) -> None:
    """
    Find out whether the CRM has deactivated whom it refused: its codes say so in several ways.

    A CRM that cannot be asked leaves us with what is known.
    """
    with suppress(ConnectorError):
        refresh_owners(wiring, crm)


def barred_by(
    inactive: Mapping[str, Sequence[CrmOwner]], policy: Policy
) -> dict[str, dict[OwnerId, Barred]]:
    """Answer, for each CRM, which of the policy's owners it has deactivated, or does not know."""
    found: dict[str, dict[OwnerId, Barred]] = {}
    for crm, owners in inactive.items():
        there = {each.crm_id: _barred(crm, each) for each in owners}
        found[crm] = {
            owner.id: there[owner.crm[crm]]
            for owner in policy.owners.values()
            if owner.crm.get(crm) in there
        }
    return found


def _barred(crm: str, owner: CrmOwner) -> Barred:
    since = owner.seen_at or datetime.min.replace(tzinfo=UTC)
    what = f"deactivated in {crm}" if owner.name else f"unknown in {crm}"
    return Barred(since=since, why=f"{what} since the mirror of {since:%Y-%m-%d %H:%M} UTC")
