"""The Chromium that pages are looked at in: FIRSTTOUCH_CHROMIUM, or the one that PATH has."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which

from playwright.sync_api import Browser, sync_playwright

VARIABLE = "FIRSTTOUCH_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Answer where it is; None where there is none."""
    stated = os.environ.get(VARIABLE)
    return stated or next((found for name in NAMES if (found := which(name))), None)


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """Open it without a window, and close it."""
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()
