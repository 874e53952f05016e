"""`firsttouch check`: is the configuration sound?"""

import json
from pathlib import Path

from rich.console import Console

from config.configuration import Configuration
from config.load import load
from flows.wiring import config_folder


def run(config: Path | None, *, as_json: bool) -> None:
    """Load and lint; findings of lint are printed and do not fail. Raises ConfigError otherwise."""
    folder = config_folder(config)
    configuration = load(folder)
    if as_json:
        print(json.dumps(_summary(configuration)))
        return
    console = Console(highlight=False)
    counts = _summary(configuration)
    console.print(
        f"{folder}: sound. {counts['rules']} rules, {counts['pools']} pools, "
        f"{counts['owners']} owners, sources: {', '.join(configuration.sources) or 'none'}. "
        f"Policy {counts['policy']}."
    )
    for warning in configuration.warnings:
        console.print(f"warning: {warning}", soft_wrap=True)


def _summary(configuration: Configuration) -> dict[str, object]:
    policy = configuration.policy
    return {
        "policy": policy.hash,
        "rules": len(policy.rules),
        "pools": len(policy.pools),
        "owners": len(policy.owners),
        "sources": list(configuration.sources),
        "warnings": list(configuration.warnings),
    }
