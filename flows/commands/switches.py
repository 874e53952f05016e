"""`firsttouch pause`, `resume` and `away`: kept in the store, over the configuration."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.load import load
from flows.wiring import config_folder, open_store, utc_now
from leads.errors import ConfigError
from leads.keys import OwnerId


def pause(source: str | None, config: Path | None, store: str | None) -> None:
    """Stop syncing one source, or all."""
    names = _names(source, config)
    with open_store(store) as opened:
        for name in names:
            opened.pause(name, utc_now())
    print(
        f"Paused: {', '.join(names)}. `firsttouch resume` starts again; nothing is lost meanwhile."
    )


def resume(source: str | None, config: Path | None, store: str | None) -> None:
    """Sync one source again, or all."""
    names = _names(source, config)
    with open_store(store) as opened:
        for name in names:
            opened.resume(name)
    print(f"Syncing again: {', '.join(names)}.")


def away(owner: str, until: datetime, config: Path | None, store: str | None) -> None:
    """Take an owner out of every rotation until an instant in the owner's own time zone."""
    owners = load(config_folder(config)).policy.owners
    known = owners.get(OwnerId(owner))
    if known is None:
        raise ConfigError([f"owner {owner!r} is not configured: choose {', '.join(owners)}"])
    back = until if until.tzinfo else until.replace(tzinfo=ZoneInfo(known.timezone))
    with open_store(store) as opened:
        opened.set_away(known.id, back, utc_now())
    print(f"{known.name} gets no leads until {back:%Y-%m-%d %H:%M} ({known.timezone}).")


def _names(source: str | None, config: Path | None) -> list[str]:
    known = list(load(config_folder(config)).sources)
    if source is not None and source not in known:
        raise ConfigError([f"source {source!r} is not configured: choose {', '.join(known)}"])
    return known if source is None else [source]
