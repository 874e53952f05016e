"""Owners of the portal, as an administrator sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.hubspot.portal import HubSpotPortal
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
