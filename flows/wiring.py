"""What one process works with: built from a configuration folder, a store and the environment."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from config.configuration import Configuration
from config.load import load
from connectors import registry
from connectors.base import Crm, LeadSource, Notifier
from connectors.notify.channels import Channels
from connectors.shared_pace import SlotsOf, file_slots
from flows.calls import keep_calls
from flows.checkout import CHECKOUT
from flows.in_force import Stance, stand
from flows.memory import keep_what_is_loaded
from flows.secret_blocks import revealed
from flows.which_store import open_existing_store, open_store, shared_folder, store_to_open
from leads.errors import ConfigError, StoreError
from leads.keys import CrmOwnerId, OwnerId
from routing.engine import Engine
from store.store import Store
from store.turns import Turns

CONFIG_VARIABLE = "FIRSTTOUCH_CONFIG"
DEFAULT_CONFIG = CHECKOUT / "config" / "example"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """
    A policy in force, a store, the connectors (CRMs are sources too) and the only clock.

    `unready` are the configured sources that could not be built, with what each lacks. `environ`
    and `shared` are what connectors are built with, `changed` says what is in force since this
    process began and was not before.
    """

    configuration: Configuration
    engine: Engine
    store: Store
    sources: Mapping[str, LeadSource]
    crms: Mapping[str, Crm]
    notifier: Notifier
    unready: Mapping[str, ConfigError] = field(default_factory=dict)
    now: Callable[[], datetime] = utc_now
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    shared: SlotsOf | None = None
    changed: str = ""

    def build(self, source: str, configuration: Configuration) -> registry.Connector:
        """Build a source's connector once more, set up otherwise; whoever asks closes it."""
        return build_source(source, configuration, self.environ, shared=self.shared, now=self.now)

    def crm_of(self, source: str) -> str:
        """Return the CRM in which the leads of `source` are owned."""
        return self.configuration.policy.crm_of[source]

    def crm_ids(self) -> dict[OwnerId, Mapping[str, CrmOwnerId]]:
        """Return every owner's id in each CRM."""
        return {owner.id: owner.crm for owner in self.configuration.policy.owners.values()}


def config_folder(asked: Path | None) -> Path:
    """
    Return the folder asked for, or the environment's, or the example's.

    Raises ConfigError where the environment names none: who set it seldom thinks of it later.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if asked or not named:
        return asked or DEFAULT_CONFIG
    folder = Path(named)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "no such directory"
        problem = f"{CONFIG_VARIABLE} in the environment is {named!r}, and {folder.absolute()} is"
        raise ConfigError([f"{problem} {found}; set it to your folder, or unset it"])
    return folder


def which_folder(asked: Path | None) -> list[str]:
    """Say that it is the example that `config_folder` answers, where nobody named a folder."""
    if asked is not None or os.environ.get(CONFIG_VARIABLE):
        return []
    return [f"by config/example, as neither --config nor {CONFIG_VARIABLE} names a folder"]


@contextmanager
def shared_turns(url: str) -> Iterator[SlotsOf]:
    """
    Open where all processes on one store keep a vendor's limits together.

    In the store itself where that is a server's, which several machines may use; a store that
    nobody has opened yet has no users to share with.
    """
    turns = Turns.at(url)
    if turns is None:
        yield file_slots(shared_folder(url))
        return
    try:
        yield turns.slots
    finally:
        turns.close()


def chosen_sources(wiring: Wiring, source: str | None) -> list[str]:
    """Return the sources to work on: all, or the one asked for. Raises ConfigError."""
    known = list(wiring.sources)
    if not known:
        raise ConfigError(
            ["sources: none is configured, so there is nothing to read: add `sources:`"]
        )
    if source is None:
        return known
    if source in wiring.unready:
        raise wiring.unready[source]
    if source not in known:
        choices = ", ".join(sorted([*known, *wiring.unready]))
        raise ConfigError([f"source {source!r} is not configured: choose {choices}"])
    return [source]


def build_source(
    name: str,
    configuration: Configuration,
    environ: Mapping[str, str] = os.environ,
    *,
    shared: SlotsOf | None = None,
    now: Callable[[], datetime] = utc_now,
) -> registry.Connector:
    """Build one source's connector. Raises ConfigError naming each setting that lacks."""
    connection = configuration.connections.get(name, {})
    setup = configuration.sources[name]
    return registry.build(name, setup, connection, revealed(environ), shared=shared, now=now)


def wire(
    configuration: Configuration,
    store: Store,
    environ: Mapping[str, str] = os.environ,
    *,
    shared: SlotsOf | None = None,
    now: Callable[[], datetime] = utc_now,
    only: str | None = None,
    may_lack: bool = False,
) -> Wiring:
    """
    Build a connector for each source; one that lacks a setting is unready, and stops no other.

    Raises ConfigError naming each setting that lacks when not one source is ready, unless that
    `may_lack`. With `only` a source (and the CRM it is written to) nothing is asked of the others,
    and what lacks is unready.
    """
    environ = revealed(environ)
    sources: dict[str, LeadSource] = {}
    crms: dict[str, Crm] = {}
    unready: dict[str, ConfigError] = {}
    wanted = {only, configuration.policy.crm_of.get(only)} if only else configuration.sources
    for name in (each for each in configuration.sources if each in wanted):
        try:
            connector = build_source(name, configuration, environ, shared=shared, now=now)
            sources[name] = connector
            if isinstance(connector, registry.Crm):
                crms[name] = connector
        except ConfigError as error:
            unready[name] = error
    for name in set(sources) - set(crms):
        if (crm := configuration.policy.crm_of.get(name)) not in crms:
            sources.pop(name).close()
            unready[name] = ConfigError([f"sources.{name}: {crm}, its CRM, is not ready"])
    if unready and not sources and only is None and not may_lack:
        raise ConfigError([line for error in unready.values() for line in error.problems])
    engine = Engine(configuration.policy)
    notify = configuration.notify
    return Wiring(
        configuration=configuration,
        engine=engine,
        store=store,
        sources=sources,
        crms=crms,
        unready=unready,
        notifier=Channels(notify.channels if notify else {}, environ),
        now=now,
        environ=environ,
        shared=shared,
    )


@contextmanager
def open_wiring(
    config: Path | None = None,
    store: str | None = None,
    environ: Mapping[str, str] = os.environ,
    *,
    copy: str | None = None,
    stance: Stance = Stance.OBEYS,
    only: str | None = None,
    may_make: bool = True,
    may_lack: bool = False,
) -> Iterator[Wiring]:
    """
    Load the configuration, open the store, build the connectors; close what was opened.

    Raises ConfigError for a configuration that is not the one in force, unless by its `stance` it
    may be another. `copy` is opened in the store's place: the vendors' limits are kept with the
    store's users. `only` is a source that alone is built, as far as can be, with its CRM. Without
    `may_make` a store that is not there is an error: what is asked for is about one that is. With
    `may_lack` sources none of which is ready are none.
    """
    folder = config_folder(config)
    configuration = load(folder)
    url = store_to_open(store)
    open_it = open_store if may_make else open_existing_store
    with open_it(copy or url) as opened, shared_turns(url) as shared:
        changed = stand(stance, opened, configuration, folder, utc_now())
        wiring = wire(configuration, opened, environ, shared=shared, only=only, may_lack=may_lack)
        keep_what_is_loaded()
        try:
            yield replace(wiring, changed=changed)
        finally:
            with suppress(StoreError):  # a count is not worth what the work itself may have to say
                keep_calls(wiring.sources, opened, utc_now())
            for source in wiring.sources.values():
                source.close()
