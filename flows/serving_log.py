"""What a serving process logs: each line with its time, to stderr."""

import logging
import time

_FORM = "%(asctime)s UTC %(levelname)s firsttouch: %(message)s"


def log_with_times() -> None:
    """Write what we log ourselves; Prefect sees to its own."""
    formatter = logging.Formatter(_FORM, datefmt="%Y-%m-%d %H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    ours = logging.getLogger("firsttouch")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False
