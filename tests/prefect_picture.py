"""
Take the picture of Prefect's pages that the README shows: the page of a sync of `make demo`.

    make demo                                 # in one terminal
    python -m tests.prefect_picture           # in another, once the demo says Ready; needs Chromium

It shows the sandbox's make-believe leads by their ids, and nothing of the machine.
"""

import argparse
import shutil
import sys
from pathlib import Path

import httpx
from playwright.sync_api import ViewportSize, sync_playwright

FILE = Path(__file__).parent.parent / "docs" / "pictures" / "prefect.png"
_SIZE = ViewportSize(width=1280, height=860)


def main() -> int:
    """Take it; answer 1 where there is no Chromium, or no sync has given a lead yet."""
    parser = argparse.ArgumentParser(description="Take the README's picture of Prefect's pages.")
    parser.add_argument("--ui", default="http://127.0.0.1:4200", help="what the demo prints")
    ui = parser.parse_args().ui.rstrip("/")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    shown = _artifact(ui)
    if program is None or shown is None:
        lacks = "there is no Chromium" if program is None else "no sync has given a lead yet"
        sys.stderr.write(f"no picture: {lacks}\n")
        return 1
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport=_SIZE)
        page.goto(f"{ui}/artifacts/artifact/{shown}")
        page.get_by_text("Who got what").wait_for()
        page.screenshot(path=FILE)
        browser.close()
    sys.stdout.write(f"{FILE.name}: {FILE.stat().st_size:,} bytes\n")
    return 0


def _artifact(ui: str) -> str | None:
    """Find the page of the latest sync that gave somebody a lead."""
    wanted = {"artifacts": {"key": {"any_": ["sync"]}}, "sort": "CREATED_DESC", "limit": 200}
    found = httpx.post(f"{ui}/api/artifacts/filter", json=wanted, timeout=30).raise_for_status()
    pages = [each for each in found.json() if "## Who got what" in each["data"]]
    return str(pages[0]["id"]) if pages else None


if __name__ == "__main__":
    sys.exit(main())
