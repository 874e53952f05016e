"""
Every picture in the documents, taken from the running system: `make pictures`.

It starts `firsttouch demo` and takes its terminal and the page of a sync in Prefect; then it
plays a day (`make day`) and takes the top of that day's report. All leads are make-believe, and
nothing of the machine is in a picture. Needs Chromium, and some minutes; `ONLY=report` (or `demo`)
takes a part.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize

from flows.checkout import CHECKOUT
from flows.processes import stop_when_told
from tests.chromium import NAMES, VARIABLE, chromium, chromium_path
from tests.pictures.demo import Demo, demo
from tests.pictures.terminal import as_svg

PICTURES = CHECKOUT / "docs" / "pictures"
DEMO, REPORT = "demo", "report"
LINES = 20
"""Leads in the terminal's picture."""

_WIDE = ViewportSize(width=1500, height=860)  # wide enough for the whole table
_REPORT = ViewportSize(width=1040, height=1220)
_SMALLER = 0.85  # so that a README loads it soon
_PATIENCE = 60_000  # milliseconds, as Playwright counts


def main() -> int:
    """Take them; answer 1 where there is no Chromium."""
    asked = _arguments()
    program = chromium_path()
    if program is None:
        sys.stderr.write(
            f"No picture was taken, as there is no Chromium: none of {', '.join(NAMES)} is on the "
            f"PATH. Install one, or name it in {VARIABLE}.\n"
        )
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    stop_when_told()  # what it started ends with it
    with chromium(program) as browser:
        if asked.only in (None, DEMO):
            with demo() as running:
                running.wait_for(LINES)
                _terminal(browser, running, asked.out / "demo.png")
                _first_sync(browser, running, asked.out / "prefect.png")
        if asked.only in (None, REPORT):
            with TemporaryDirectory() as folder:
                _report(browser, asked.report or _a_day(Path(folder)), asked.out / "report.png")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures")
    parser.add_argument("--out", type=Path, default=PICTURES, help="where the pictures go")
    parser.add_argument("--only", choices=(DEMO, REPORT), help="those of the demo, or the report's")
    parser.add_argument("--report", type=Path, help="the page of a report, instead of a new day's")
    return parser.parse_args()


def _terminal(browser: Browser, running: Demo, path: Path) -> None:
    page = browser.new_page()
    page.set_content(as_svg("make demo", running.lines(LINES)))
    page.locator("svg").screenshot(path=path, omit_background=True)
    page.close()
    _told(path)


def _first_sync(browser: Browser, running: Demo, path: Path) -> None:
    page = browser.new_page(viewport=_WIDE)
    page.set_default_timeout(_PATIENCE)
    page.goto(f"{running.prefect}/artifacts/artifact/{running.page_of_a_sync()}")
    page.get_by_text("Who got what").wait_for()
    page.screenshot(path=path)
    page.close()
    _told(path)


def _a_day(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "tests.day", str(folder)], cwd=CHECKOUT, check=True)
    return next(folder.rglob("*.html"))


def _report(browser: Browser, html: Path, path: Path) -> None:
    context = browser.new_context(viewport=_REPORT, device_scale_factor=_SMALLER, locale="en-GB")
    page = context.new_page()
    page.goto(html.resolve().as_uri())
    page.screenshot(path=path)
    context.close()
    _told(path)


def _told(path: Path) -> None:
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
