"""The README's picture of a report: `python -m tests.report_picture` takes it anew."""

from pathlib import Path

from playwright.sync_api import ViewportSize

from tests.report_case import browser, whole_page

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "report.png"
_SIZE: ViewportSize = {"width": 1040, "height": 1220}
_SMALLER = 0.85  # so that a README loads it soon


def main() -> None:
    with browser() as opened:
        context = opened.new_context(viewport=_SIZE, device_scale_factor=_SMALLER)
        page = context.new_page()
        page.set_content(whole_page(2_600))
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
