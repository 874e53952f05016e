"""A report as a browser shows it: nothing beside the screen, readable in the dark and aloud."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.report_case import BROWSERS, browser, browser_path, whole_page

pytestmark = pytest.mark.skipif(
    browser_path() is None, reason=f"no browser to look with: {', '.join(BROWSERS)}"
)
_OPEN = "document.querySelectorAll('details').forEach(each => each.open = true)"
_CUT = """
[...document.querySelectorAll('svg text')].filter(text => {
  const own = text.getBoundingClientRect(), all = text.closest('svg').getBoundingClientRect();
  return own.left < all.left - 1 || own.right > all.right + 1;
}).map(text => text.textContent)
"""


@pytest.fixture(scope="module")
def page() -> str:
    return whole_page(250)


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as made:
        yield made


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_it_fits_and_everybody_can_read_it(
    opened: Browser, page: str, width: int, scheme: Literal["light", "dark"]
):
    shown = opened.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    shown.set_content(page)
    shown.evaluate(_OPEN)
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    assert shown.evaluate(_CUT) == []
    found = Axe().run(shown).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:80]) for each in found] == []
    shown.close()


def test_print_shows_the_folded_tables(opened: Browser, page: str):
    shown = opened.new_page()
    shown.set_content(page)
    shown.emulate_media(media="print")
    last = shown.locator("details:not([open]) table").last
    assert last.is_visible()
    shown.close()
