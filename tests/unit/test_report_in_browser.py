"""A report as a browser shows it: nothing beside the screen, readable in the dark and aloud."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from leads.keys import OwnerId
from reports.backtest import Pair, Placement, compare
from reports.backtest_page import backtest_page
from tests.chromium import NAMES, chromium, chromium_path
from tests.report_case import whole_page

pytestmark = pytest.mark.skipif(
    chromium_path() is None, reason=f"no browser to look with: {', '.join(NAMES)}"
)
_OPEN = "document.querySelectorAll('details').forEach(each => each.open = true)"
_CUT = """
[...document.querySelectorAll('svg text')].filter(text => {
  const own = text.getBoundingClientRect(), all = text.closest('svg').getBoundingClientRect();
  return own.left < all.left - 1 || own.right > all.right + 1;
}).map(text => text.textContent)
"""
_WIDE = """
[...document.querySelectorAll('table')].filter(each => each.getBoundingClientRect().right > 703)
  .map(each => each.closest('details').querySelector('summary').textContent)
"""


AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _placed(owner: str, *, fallback: bool = False) -> Placement:
    return Placement(
        owner=OwnerId(owner),
        pool="europe-enterprise",
        rule="Security, larger companies",
        reason="European enterprise matched: next in turn of 3 in pool europe-enterprise.",
        is_fallback=fallback,
        seen_in_time=True,
        over=frozenset(),
    )


_TO = _placed("a-colleague-with-a-long-name"), _placed("inbound-desk", fallback=True)
PAIRS = [
    Pair(lead=f"salesforce:00QfT000000{n:04}JUAQ", at=AT, before=_placed("ana"), after=_TO[n % 2])
    for n in range(30)
]


@pytest.fixture(scope="module")
def page() -> str:
    return whole_page(250)


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with chromium(str(chromium_path())) as made:
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


@pytest.mark.parametrize("width", [390, 1280])
def test_a_back_test_fits_and_everybody_can_read_it(opened: Browser, width: int):
    shown = opened.new_page(viewport={"width": width, "height": 900})
    shown.set_content(backtest_page(compare(PAIRS), ("example", "a-configuration-of-mine")))
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(shown).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:80]) for each in found] == []
    shown.close()


def test_no_table_is_wider_than_the_paper(opened: Browser, page: str):
    """A4 less its margins, in pixels: what is wider makes all of it small, or is cut off."""
    shown = opened.new_page(viewport={"width": 703, "height": 900})
    shown.set_content(page)
    shown.emulate_media(media="print")
    assert shown.evaluate(_WIDE) == []
    shown.close()


@pytest.mark.parametrize(
    ("locale", "zone", "told"),
    [
        ("de-DE", "America/New_York", ["26. Oktober 2026", "07:00 GMT-5", ","]),
        ("en-US", "Asia/Kolkata", ["October 26, 2026", "5:30 PM GMT+5:30", "."]),
    ],
)
def test_numbers_days_and_times_are_as_the_reader_has_them(
    opened: Browser, page: str, locale: str, zone: str, told: list[str]
):
    shown = opened.new_page(locale=locale, timezone_id=zone)
    shown.set_content(page)
    text = shown.inner_text("body").replace("\N{NO-BREAK SPACE}", " ")
    assert [each for each in told[:2] if each not in text] == []
    assert "NaN" not in text
    figures = shown.locator("td [data-as=number]").all_text_contents()
    assert {each[-2] for each in figures if each[-2] in ",."} == {told[2]}
    shown.close()


def test_a_back_test_is_written_as_the_reader_writes(opened: Browser):
    shown = opened.new_page(locale="de-DE")
    shown.set_content(backtest_page(compare(PAIRS * 40), ("today", "mine")))
    text = shown.inner_text("body")
    assert "over 1.200 leads, 23. November 2026 to" in text
    assert "1.200 (100%)" in text, "beside the bars"
    assert "1,200" not in text
    shown.close()


def test_without_a_script_it_stays_as_it_was_written(opened: Browser, page: str):
    context = opened.new_context(java_script_enabled=False, locale="de-DE")
    shown = context.new_page()
    shown.set_content(page)
    assert "26 October 2026 to 23 November 2026" in shown.inner_text(".of")
    assert "23 November 2026, 12:00 (UTC)" in shown.inner_text("footer")
    context.close()


def test_no_script_but_ours_is_run(opened: Browser, page: str):
    """Even if something got past the escaping."""
    shown = opened.new_page(locale="de-DE")
    shown.set_content(page.replace("<main>", "<main><script>window.stranger = 1</script>"))
    assert shown.evaluate("window.stranger") is None
    assert "26. Oktober 2026" in shown.inner_text(".of")
    shown.close()


def test_print_shows_the_folded_tables(opened: Browser, page: str):
    shown = opened.new_page()
    shown.set_content(page)
    shown.emulate_media(media="print")
    last = shown.locator("details:not([open]) table").last
    assert last.is_visible()
    shown.close()
