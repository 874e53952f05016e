"""A sandbox portal behind real HTTP, and a plain client at it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from sandbox.app import new_ground
from sandbox.hubspot.app import TOKEN, hubspot_app
from sandbox.hubspot.portal import HubSpotPortal
from tests.sandbox.stage import Stage

CONTACTS = "/crm/v3/objects/contacts"
NOON = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
ANA, BEN, GONE, QUEUE = "4471", "4472", "4490", "9001"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`ask` sends a request and answers with status and body."""

    portal: HubSpotPortal
    http: httpx.Client
    url: str

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        response = self.http.request(method, path, json=body)
        return response.status_code, response.json() if response.content else None

    def search(self, **body: Any) -> tuple[int, Any]:
        return self.ask("POST", f"{CONTACTS}/search", body)

    def batch(self, verb: str, *inputs: Mapping[str, Any], **body: Any) -> tuple[int, Any]:
        return self.ask("POST", f"{CONTACTS}/batch/{verb}", {"inputs": list(inputs), **body})

    def owner(self, contact_id: str) -> str | None:
        return self.portal.contacts[contact_id].state.values.get("hubspot_owner_id")

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The journal's entries of one kind: ids and detail."""
        return [{"ids": e.ids, **e.detail} for e in self.portal.ground.journal.entries(event=event)]


@contextmanager
def hubspot_desk(stage: Stage) -> Iterator[Desk]:
    """Two people, one who left, a queue; the clock stands at NOON; no rate limits."""
    portal = HubSpotPortal(new_ground("hubspot"))
    portal.ground.clock.set(NOON)
    portal.limits.off()
    portal.add_owner(ANA, "Ana Ruiz", "ana@example.com")
    portal.add_owner(BEN, "Ben Okafor", "ben@example.com")
    portal.add_owner(GONE, "Gil Santos", "gil@example.com", archived=True)
    portal.add_owner(QUEUE, "Inbound desk", "desk@example.com", queue=True)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    stage.app = hubspot_app(portal)
    with httpx.Client(base_url=stage.url, headers=headers) as http:
        yield Desk(portal=portal, http=http, url=stage.url)


def owned_by(contact_id: str, owner: str, **more: str) -> dict[str, Any]:
    """One input of a batch update."""
    return {"id": contact_id, "properties": {"hubspot_owner_id": owner}, **more}
