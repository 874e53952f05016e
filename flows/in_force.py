"""Which configuration is in force, who may put another one in force, and who obeys it."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from config.configuration import Configuration
from config.difference import Change, differences
from flows.plurals import count_of
from leads.errors import ConfigError
from store.rows import PolicyVersion
from store.store import Store

_SHOWN = 3


class Stance(Enum):
    """How a command stands to the policy in force."""

    PUTS = auto()  # a sync and `serve`: what the files say is in force from now on
    OBEYS = auto()  # decides for a person, by the policy in force and no other
    LOOKS = auto()  # decides nothing


def stand(
    stance: Stance, store: Store, configuration: Configuration, folder: Path, now: datetime
) -> str:
    """
    Keep the configuration where it may be; return what changed by that, for a person to read.

    Raises ConfigError where another policy is in force, and this one may not take its place.
    """
    match stance:
        case Stance.LOOKS:
            return ""
        case Stance.PUTS:
            return put_in_force(store, configuration, folder, now)
        case Stance.OBEYS:
            latest = store.latest_version()
            if latest is None:
                return put_in_force(store, configuration, folder, now)
            if latest.hash != configuration.policy.hash:
                raise ConfigError(list(_refusal(latest, configuration, folder)))
            return ""


def put_in_force(store: Store, configuration: Configuration, folder: Path, now: datetime) -> str:
    """Keep it; return what it changed: nothing for the first one, and for new comments."""
    before = store.latest_version()
    version = keep_version(store, configuration, now)
    changes = differences(before.document, version.document) if before else []
    if before is None or not changes:
        return ""
    what = "policy" if before.hash != version.hash else "configuration beside the rules"
    told = f"{what} changed: {count_of(len(changes), 'difference')} by {folder}"
    hashes = f"{before.hash} → {version.hash}" if before.hash != version.hash else version.hash
    return f"{told}, {hashes}; `firsttouch policy diff {before.number} {version.number}` tells them"


def keep_version(store: Store, configuration: Configuration, now: datetime) -> PolicyVersion:
    """Keep what decisions will point to, and the files as they are, once per change."""
    policy, document = configuration.policy.hash, configuration.document
    store.save_policy(policy, document, now)
    return store.save_version(policy, document, configuration.files, now)


def _refusal(latest: PolicyVersion, configuration: Configuration, folder: Path) -> Iterator[str]:
    changes = differences(latest.document, configuration.document)
    since = f"version {latest.number}, {latest.hash}, since {latest.since:%Y-%m-%d %H:%M} UTC"
    yield f"{folder} is not the policy in force ({since}): {count_of(len(changes), 'difference')}"
    yield from map(_told, changes[:_SHOWN])
    if len(changes) > _SHOWN:
        yield f"    and {len(changes) - _SHOWN:,} more: `firsttouch policy diff {latest.number}`"
    yield "name its folder by --config or FIRSTTOUCH_CONFIG; or put this one in force by a sync"


def _told(change: Change) -> str:
    return f"    {change}"
