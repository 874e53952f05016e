"""What a measurement was made on: figures of two machines are not to be compared."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

_MODEL = "model name"


def machine() -> str:
    """Answer Python, cores and load in a line."""
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    busy = f"; load {load:.1f}: seconds are longer than on an idle one, ratios hold"
    return f"{cores_and_version()}{busy if load > cores / 2 else ', idle'}"


def cores_and_version() -> str:
    """Answer Python, and the cores with the name their maker gave them."""
    cores = os.cpu_count() or 1
    return f"Python {platform.python_version()}, {cores} cores of {_processor()}"


def commit(checkout: Path) -> str:
    """Answer which commit is checked out, and whether something in it was changed."""
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists():
        return "unknown"
    command = [git, "describe", "--always", "--dirty"]
    told = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)  # noqa: S603  (ours)
    return told.stdout.strip() or "unknown"


def _processor() -> str:
    """Answer as Linux tells it; elsewhere only the kind."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith(_MODEL))
    return next(names, platform.machine())
