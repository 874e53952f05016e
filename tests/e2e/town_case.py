"""A town of sandbox vendors and our wiring against it, for end-to-end tests."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from config.load import load
from flows.tick import Tick, new_run, sync_all
from flows.wiring import DEFAULT_CONFIG, Wiring, utc_now, wire
from leads.delivery import DeliveryKind
from leads.keys import LeadKey, RunId
from leads.sighting import IgnoreReason
from sandbox.town import Town
from sandbox.world.record import IN_THE_INTAKE, Record, Standing
from sandbox.world.roster import INTEGRATION_USER, WEB_LEADS
from store.rows import DeliveryState, LeadState, StoredLead
from store.store import Store

NOBODY_YET = {INTEGRATION_USER.salesforce, WEB_LEADS.salesforce, None, ""}


_OWNED = {DeliveryState.WRITTEN, DeliveryState.UNCHANGED}
QUICK = {"attempts": 3, "first_pause": 0.01}
"""How to reach a vendor that fails on purpose: as often as ever, without the long pauses."""

UNPACED = {"calls_per_window": 1_000_000, "searches_per_window": 1_000_000}
"""For the HubSpot of a town that is `without_limits`: asked as often as there is something."""


def quick_config(folder: Path, **changes: Mapping[str, Any]) -> Path:
    """The example's configuration in `folder`, QUICK; `changes` go into the sources they name."""
    copytree(DEFAULT_CONFIG, folder)
    file = folder / "sources.yaml"
    document = yaml.safe_load(file.read_text())
    for name, source in document["sources"].items():
        source["connection"] = QUICK
        for key, change in changes.get(name, {}).items():
            source[key] = {**source[key], **change}
    file.write_text(yaml.safe_dump(document))
    return folder


def without_limits(town: Town) -> None:
    """Let HubSpot be asked at any pace; it still counts the day's calls, and tells of them."""
    limits = town.vendors.hubspot.limits
    limits.search.limit, limits.ten_secondly.limit = None, UNPACED["calls_per_window"]


def unpaced(connections: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Answer how to reach the vendors of a town that is `without_limits`."""
    return {
        name: {**connection, **UNPACED} if name == "hubspot" else connection
        for name, connection in connections.items()
    }


def empty_store(file: Path) -> str:
    """The address of a store in `file`, copied there where there is none: ten times as fast."""
    if not file.exists():
        file.write_bytes(_new_store())
    return f"sqlite:///{file}"


@cache
def _new_store() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "new.db"
        Store.open(f"sqlite:///{file}").close()
        return file.read_bytes()


@contextmanager
def wired(
    town: Town,
    folder: Path,
    config: Path = DEFAULT_CONFIG,
    *,
    later: timedelta = timedelta(0),
    connection: Mapping[str, Any] = QUICK,
    environment: Mapping[str, str] | None = None,
    limits: bool = False,
    only: Collection[str] = (),
) -> Iterator[Wiring]:
    """
    Our side, on a SQLite file in `folder`, as it would be `later`.

    `environment` is what differs from the town's: an address where nobody listens, a wrong token.
    With `limits` HubSpot counts its seconds and we keep to them: a test of anything else would
    only wait for its turn. Where a test asks of some sources, `only` these are synced: a first sync
    of all five costs three times as much as one of a CRM.
    """
    loaded = load(config)
    connections = {
        name: connection for name in loaded.sources if name not in ("csv_file", "webhook")
    }
    if not limits:
        without_limits(town)
        connections = unpaced(connections)
    configuration = replace(loaded, connections=connections)
    store = Store.open(empty_store(folder / "firsttouch.db"))
    wiring = wire(configuration, store, {**town.environment, **(environment or {})})
    every = wiring.sources
    sources = {name: every[name] for name in only or every}
    wiring = replace(wiring, now=lambda: utc_now() + later, sources=sources)
    store.save_policy(configuration.policy.hash, configuration.document, wiring.now())
    try:
        yield wiring
    finally:
        for source in every.values():
            source.close()
        store.close()


def sync(wiring: Wiring) -> tuple[RunId, list[Tick]]:
    """One tick of every source."""
    run = new_run()
    wiring.store.start_run(run, "sync", wiring.now())
    ticks = sync_all(wiring, list(wiring.sources), run)
    wiring.store.end_run(run, wiring.now())
    return run, ticks


def owner_in_crm(town: Town, source: str, record: Record) -> str | None:
    """The vendor's own word on who owns a record of the world."""
    record_id = town.ids[record.key]
    if source == "salesforce":
        return str(town.vendors.salesforce.leads[record_id]["OwnerId"])
    return town.vendors.hubspot.contacts[record_id].state.values.get("hubspot_owner_id")


def stored_leads(
    town: Town, wiring: Wiring, standing: Standing = Standing.WAITING
) -> list[StoredLead]:
    """What our store has of the world's records of that standing."""
    return [
        wiring.store.stored_lead(LeadKey(source, town.ids[record.key]))
        for source, records in town.world.records.items()
        for record in records
        if record.standing is standing
    ]


def standing_counts(town: Town) -> Mapping[str, Counter[Standing]]:
    return {
        source: Counter(record.standing for record in records)
        for source, records in town.world.records.items()
    }


def crm_records(town: Town) -> Iterator[tuple[str, Record]]:
    for source in ("salesforce", "hubspot"):
        for record in town.world.records[source]:
            yield source, record


def is_in_the_intake(record: Record) -> bool:
    return record.standing in IN_THE_INTAKE


def is_routed_once(stored: StoredLead) -> bool:
    """
    One decision and one delivery.

    Or none of its own: an ad's lead of the same person brought the contact its owner before the
    contact's own turn came.
    """
    if stored.state is LeadState.IGNORED:
        return stored.reason == IgnoreReason.ECHO and not stored.deliveries
    if stored.state not in (LeadState.DECIDED, LeadState.DUPLICATE) or len(stored.deliveries) != 1:
        return False
    is_from_an_ad = stored.deliveries[0].delivery.kind is DeliveryKind.CREATE
    # The CRM may have had the person of an ad already, and somebody who works them.
    ends = _OWNED | {DeliveryState.CONFLICT} if is_from_an_ad else _OWNED
    return stored.deliveries[0].state in ends
