"""What a measurement was made on: figures of two machines are not to be compared."""

import os
import platform


def machine() -> str:
    """Answer Python, cores and load in a line."""
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    busy = f"; load {load:.1f}: seconds are longer than on an idle one, ratios hold"
    described = f"Python {platform.python_version()}, {cores} cores of {platform.machine()}"
    return f"{described}{busy if load > cores / 2 else ', idle'}"
