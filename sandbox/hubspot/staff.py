"""Owners of the portal, as an administrator sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.properties import stamp
from sandbox.hubspot.values import OWNER
from sandbox.staff import NoSuchOrder


class PortalStaff:
    """Staff."""

    def __init__(self, portal: HubSpotPortal) -> None:
        self._portal = portal

    def listed(self) -> Sequence[Mapping[str, Any]]:
        return [
            {"id": owner.id, "name": owner.name, "active": not owner.archived}
            for owner in self._portal.owners.values()
        ]

    def set_active(self, owner_id: str, *, active: bool) -> None:
        with self._portal.lock:
            owner = self._portal.owners[owner_id]
            self._portal.owners[owner_id] = replace(owner, archived=not active)

    def give(self, record_id: str, owner_id: str | None) -> None:
        if not self._portal.has_contact(record_id):
            raise NoSuchOrder(f"{record_id!r} is no contact here")
        self._portal.person_sets_owner(record_id, owner_id)

    def call(self, record_id: str) -> None:
        if not self._portal.has_contact(record_id):
            raise NoSuchOrder(f"{record_id!r} is no contact here")
        owner = caller_of(self._portal, record_id)
        if owner is None:
            raise NoSuchOrder(f"nobody who could call has contact {record_id}: give it to a person")
        now = stamp(self._portal.ground.clock.now())
        noted = {"hs_timestamp": now, "hubspot_owner_id": owner, "hs_call_status": "COMPLETED"}
        self._portal.add("calls", noted, contact=record_id)


def caller_of(portal: HubSpotPortal, contact_id: str) -> str | None:
    """Answer the person who owns a contact; None: nobody, or a queue."""
    owner = portal.owners.get(portal.contacts[contact_id].state.values.get(OWNER, ""))
    return None if owner is None or owner.queue else owner.id
