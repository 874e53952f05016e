"""Users and queues of the org, as an administrator sees them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.salesforce.org import SalesforceOrg
from sandbox.staff import NoSuchOrder
from sandbox.world.roster import INTEGRATION_USER


class OrgStaff:
    """Staff."""

    def __init__(self, org: SalesforceOrg) -> None:
        self._org = org

    def listed(self) -> Sequence[Mapping[str, Any]]:
        people = [
            {"id": key, "name": row["Name"], "active": row["IsActive"]}
            for key, row in self._org.users.items()
        ]
        queues = [
            {"id": key, "name": row["Name"], "active": True}
            for key, row in self._org.queues.items()
        ]
        return [*people, *queues]

    def set_active(self, owner_id: str, *, active: bool) -> None:
        if owner_id not in self._org.users:
            raise NoSuchOrder(f"{owner_id} is a queue: only people are deactivated")
        with self._org.lock:
            self._org.records.change("User", owner_id, {"IsActive": active})

    def give(self, record_id: str, owner_id: str | None) -> None:
        if record_id not in self._org.leads:
            raise NoSuchOrder(f"{record_id!r} is no Lead here: an id has 18 letters and digits")
        if owner_id is None:
            raise NoSuchOrder("a Lead has an owner always: name a user or a queue")
        self._org.person_sets_owner(record_id, owner_id)

    def call(self, record_id: str) -> None:
        if record_id not in self._org.leads:
            raise NoSuchOrder(f"{record_id!r} is no Lead here: an id has 18 letters and digits")
        owner = str(self._org.leads[record_id]["OwnerId"])
        if not is_person(self._org, owner):
            raise NoSuchOrder(f"nobody who could call has Lead {record_id}: give it to a person")
        self._org.person_logs_call(record_id, by=owner)


def is_person(org: SalesforceOrg, owner: str) -> bool:
    """Whether somebody with a telephone owns it: no queue, and not the integration user."""
    return owner in org.users and owner != INTEGRATION_USER.salesforce
