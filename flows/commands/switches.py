"""`firsttouch pause` and `resume`: kept in the store, over the configuration."""

from pathlib import Path

from config.load import load
from flows.which_store import open_existing_store
from flows.wiring import config_folder, utc_now
from leads.errors import ConfigError


def pause(source: str | None, config: Path | None, store: str | None) -> None:
    """Stop syncing one source, or all."""
    names = _names(source, config)
    with open_existing_store(store) as opened:
        for name in names:
            opened.pause(name, utc_now())
    print(
        f"Paused: {', '.join(names)}. `firsttouch resume` starts again; nothing is lost meanwhile."
    )


def resume(source: str | None, config: Path | None, store: str | None) -> None:
    """Sync one source again, or all."""
    names = _names(source, config)
    with open_existing_store(store) as opened:
        for name in names:
            opened.resume(name)
    print(f"Syncing again: {', '.join(names)}.")


def _names(source: str | None, config: Path | None) -> list[str]:
    known = list(load(config_folder(config)).sources)
    if source is not None and source not in known:
        raise ConfigError([f"source {source!r} is not configured: choose {', '.join(known)}"])
    return known if source is None else [source]
