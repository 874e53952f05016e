"""A town of few leads, of every kind, and a configuration under which each step has work to do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from config.configuration import Configuration
from config.load import load
from flows.wiring import DEFAULT_CONFIG
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.town import SERVED, Town
from sandbox.world.build import build_world
from sandbox.world.record import Record, Standing, World
from tests.e2e.town_case import QUICK, unpaced, without_limits

SEED = 14
COUNTER = "counter"
FALLBACK = "emma"
CHAT = "FIRSTTOUCH_TEST_CHAT"
_WAITING = 2
_SHOWN_TO_TAKE = "Counter"
"""What a lead of the pool that is taken from asks for."""

_RULES = f"""
notify:
  channels: {{sales: {CHAT}}}
  everyone: [sales]
  crm_task: true
  younger_than: 366d
owners:
  - {{id: ana, name: Ana Ruiz, email: ana@example.com,
      crm: {{salesforce: 005fT00000001qAQAQ, hubspot: "4471"}}}}
  - {{id: ben, name: Ben Okafor, email: ben@example.com,
      crm: {{salesforce: 005fT00000002qAQAQ, hubspot: "4472"}}}}
  - {{id: emma, name: Emma Clark, email: emma@example.com,
      crm: {{salesforce: 005fT00000005qAQAQ, hubspot: "4475"}}}}
pools:
  team: {{members: [ana, ben, emma]}}
  {COUNTER}: {{members: [ana, ben], strategy: pull}}
rules:
  - {{name: counter, when: {{product: {_SHOWN_TO_TAKE}}}, assign: {COUNTER}}}
  - {{name: everybody, assign: [account_owner, team]}}
matching: {{same_person: [email, phone], account: [domain, company]}}
sla: {{standard: {{first_touch: 24h, then: {{assign: {FALLBACK}}}}}}}
fallback: {{assign: {FALLBACK}, sla: standard}}
steward: emma
"""


def small_town(now: datetime) -> Town:
    """Answer a town that is filled and not yet served: it may be forked."""
    world = _few(build_world(SEED, leads=60, now=now))
    town = Town(world, Clock(), {vendor: Faults(SEED) for vendor in SERVED})
    without_limits(town)
    return town


def small_configuration(folder: Path) -> Configuration:
    """The example's sources, and rules of our own by which everybody is at work at any hour."""
    folder.mkdir()
    (folder / "sources.yaml").write_text((DEFAULT_CONFIG / "sources.yaml").read_text())
    (folder / "rules.yaml").write_text(_RULES)
    loaded = load(folder)
    return replace(loaded, connections=unpaced(dict.fromkeys(loaded.sources, QUICK)))


def _few(world: World) -> World:
    pairs = {key for pair in world.duplicates for key in (pair.first, pair.second)}

    def kept(source: str) -> tuple[Record, ...]:
        return tuple(_of_each_kind(world.records[source], pairs))

    return replace(
        world,
        salesforce=kept("salesforce"),
        hubspot=(*kept("hubspot"), _to_take(world.now)),
        meta=replace(world.meta, leads=kept("meta_ads")),
        google=replace(world.google, leads=kept("google_ads")),
        linkedin=replace(world.linkedin, leads=kept("linkedin_ads")),
        wild=(),
        duplicates=(),
    )


def _of_each_kind(records: tuple[Record, ...], pairs: set[str]) -> Iterator[Record]:
    """Two that wait, one of each other standing, and whoever is one person with another's."""
    seen: dict[Standing, int] = {}
    for record in records:
        if record.key in pairs:
            yield record
            continue
        number = seen[record.standing] = seen.get(record.standing, 0) + 1
        if number <= (_WAITING if record.standing is Standing.WAITING else 1):
            yield record


def _to_take(now: datetime) -> Record:
    values = {
        "email": "counter@taken-away.example",
        "lastname": "Taken",
        "product_interest": _SHOWN_TO_TAKE,
        "lifecyclestage": "lead",
    }
    return Record(key="hubspot-to-take", standing=Standing.WAITING, created=now, values=values)
