"""A HubSpot of many new contacts, twenty owners with caps, and a crowd of processes at both."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from connectors.webhook.shape import AT_MOST
from flows.checkout import CHECKOUT
from sandbox.app import new_ground
from sandbox.hubspot.app import TOKEN, hubspot_app
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.serve import serve_in_thread
from tests.e2e.crowd import CRM
from tests.e2e.webhook_case import WEBHOOK_TOKEN, post_ids, until

STEADY, TIGHT, DESK = "steady", "tight", "desk"
A_POOL = 10
_CITIES = {STEADY: "Lisboa", TIGHT: "Porto"}
_WAVES, _CLOSED_SHARE = 12, 0.03
_AT_ONCE = 20
"""So many ids a webhook: as a sender repeats them, in another order, one body comes again."""

_OK, _PATIENCE = 200, 3600.0
_TAKEN_OR_NOT_YET = {_OK, 503}
_UNPACED = {"calls_per_window": 1_000_000, "searches_per_window": 1_000_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Ten owners who never are at their cap, and ten whose caps are too small for their half."""

    leads: int

    @property
    def caps(self) -> Mapping[str, int]:
        half = self.leads // 2 // A_POOL
        sizes = {STEADY: self.leads, TIGHT: max(3, half * 2 // 3)}
        return {f"{pool}-{n}": size for pool, size in sizes.items() for n in range(A_POOL)}

    @property
    def crm_ids(self) -> Mapping[str, str]:
        return {owner: str(7000 + n) for n, owner in enumerate([*self.caps, DESK])}

    def document(self) -> dict[str, Any]:
        intake = {"owners": [None], "lifecycle": ["lead"]}
        connection = {**_UNPACED, "look_back_seconds": 2}
        people = [
            {"id": owner, "name": owner, "crm": {CRM: crm_id}, "max_open": self.caps.get(owner, 1)}
            for owner, crm_id in self.crm_ids.items()
        ]
        return {
            "sources": {CRM: {"intake": intake, "connection": connection}},
            "owners": [*people[:-1], {**people[-1], "kind": "queue"}],
            "pools": {
                pool: {"members": [owner for owner in self.caps if owner.startswith(pool)]}
                for pool in _CITIES
            },
            "rules": [
                {"name": pool, "when": {"city": city}, "assign": pool}
                for pool, city in _CITIES.items()
            ],
            "fallback": {"assign": DESK, "sla": "standard"},
            "sla": {"standard": {"first_touch": "24h"}},
        }


@dataclass(slots=True, kw_only=True)
class Crowd:
    """The processes, from without: where they listen, and what they came to."""

    process: subprocess.Popen[str]
    addresses: Sequence[str]
    told: list[dict[str, Any]] = field(default_factory=list)

    def end(self) -> None:
        """Let each finish what it is at."""
        out, _ = self.process.communicate(timeout=120)
        self.told = [json.loads(line) for line in out.splitlines()]


@contextmanager
def crowd(folder: Path, store: str, url: str, plan: Plan, workers: int) -> Iterator[Crowd]:
    (folder / "config").mkdir()
    (folder / "config" / "all.yaml").write_text(yaml.safe_dump(plan.document()))
    command = [sys.executable, "-m", "tests.e2e.crowd", str(folder / "config"), store]
    told = {"FIRSTTOUCH_HUBSPOT_BASE_URL": url, "FIRSTTOUCH_HUBSPOT_TOKEN": TOKEN}
    with subprocess.Popen(
        [*command, str(workers)],
        cwd=CHECKOUT,
        env={**os.environ, **told, "FIRSTTOUCH_WEBHOOK_TOKEN": WEBHOOK_TOKEN},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        lines = [process.stdout.readline() for _ in range(workers)]
        try:
            yield Crowd(process=process, addresses=[json.loads(each)["address"] for each in lines])
        finally:
            process.stdin.close()


@contextmanager
def portal_of(plan: Plan) -> Iterator[tuple[str, HubSpotPortal]]:
    portal = HubSpotPortal(new_ground(CRM))
    portal.limits.off()
    for owner, crm_id in plan.crm_ids.items():
        portal.add_owner(crm_id, owner, f"{owner}@example.com")
    with serve_in_thread(hubspot_app(portal)) as url:
        yield url, portal


def bring(portal: HubSpotPortal, crowd: Crowd, plan: Plan) -> int:
    """
    Let the leads arrive in waves, tell two processes of each, and let reps close some of theirs.

    Answers how many requests told of them, once everybody is owned.
    """
    chance, told = random.Random(plan.leads), 0
    with ThreadPoolExecutor(8) as senders:
        for wave in range(_WAVES):
            ids = _arrive(portal, plan.leads * wave // _WAVES, plan.leads * (wave + 1) // _WAVES)
            calls = list(_calls(chance.sample(crowd.addresses, 2), ids, chance))
            told += len(list(senders.map(_tell, calls)))
            until(lambda: len(_ownerless(portal)) <= plan.leads // 5, _PATIENCE, 0.2)
            _close_some(portal, chance)
        until(lambda: not _ownerless(portal), _PATIENCE, 0.2)
    return told


def _tell(call: tuple[str, Sequence[str]]) -> None:
    """Until it is answered with 200, as senders do; what no repetition would change is a fault."""

    def is_answered() -> bool:
        with suppress(httpx.TransportError):
            answer = post_ids(call[0], CRM, list(call[1]))
            assert answer.status_code in _TAKEN_OR_NOT_YET, answer.text
            return answer.status_code == _OK
        return False

    until(is_answered, _PATIENCE)


def _calls(
    addresses: Sequence[str], ids: Sequence[str], chance: random.Random
) -> Iterator[tuple[str, list[str]]]:
    """To the one what the other is told in the same moment, from its end, and once more mixed."""
    one, other = addresses
    parts = [list(ids[at : at + _AT_ONCE]) for at in range(0, len(ids), _AT_ONCE)]
    for part, last in zip(parts, reversed(parts), strict=True):
        yield one, part
        yield other, last
    mixed = chance.sample(ids, len(ids))
    for at in range(0, len(mixed), AT_MOST):
        yield other, mixed[at : at + AT_MOST]


def _arrive(portal: HubSpotPortal, begin: int, end: int) -> list[str]:
    cities = list(_CITIES.values())
    return [
        portal.add_contact(
            {
                "lastname": f"Doe {n}",
                "email": f"doe{n}@example.com",
                "lifecyclestage": "lead",
                "city": cities[n % 2],
            }
        )
        for n in range(begin, end)
    ]


def _ownerless(portal: HubSpotPortal) -> list[str]:
    with portal.lock:
        return [each.id for each in portal.contacts.values() if not _owner(each.state.values)]


def _close_some(portal: HubSpotPortal, chance: random.Random) -> None:
    """Whoever has few to have makes room."""
    with portal.lock:
        owned = [each for each in portal.contacts.values() if _is_open(each.state.values)]
        tight = [each.id for each in owned if each.state.values["city"] == _CITIES[TIGHT]]
    for record_id in chance.sample(tight, round(len(tight) * _CLOSED_SHARE)):
        portal.person_updates(record_id, {"lifecyclestage": "customer"})


def _is_open(values: Mapping[str, str | None]) -> bool:
    return bool(_owner(values)) and values["lifecyclestage"] == "lead"


def _owner(values: Mapping[str, str | None]) -> str | None:
    return values.get("hubspot_owner_id")
