"""Prefect's pages in a real browser, as RevOps have them, and its runs done in this process."""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import uvicorn
from playwright.sync_api import Locator, Page
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow_async
from prefect.settings import PREFECT_API_URL, PREFECT_UI_API_URL, temporary_settings

from flows.prefect_server.deployments import deployments
from tests.chromium import chromium
from tests.forgotten_sockets import prefect_forgets_to_close

T = TypeVar("T")
PATIENCE = 40
_SECOND = 1_000


@contextmanager
def opened_pages(program: str) -> Iterator[Page]:
    """Serve the pages of the server that is set, and open them."""
    with _served() as address, chromium(program) as browser:
        page = browser.new_page(base_url=address, viewport={"width": 1400, "height": 1300})
        page.set_default_timeout(PATIENCE * _SECOND)
        yield page


@contextmanager
def _served() -> Iterator[str]:
    """The server of Prefect's harness has an API and no pages; these are its own, beside it."""
    # Two seconds, which only who needs it should pay.
    from prefect.server.api.server import create_ui_app  # noqa: PLC0415

    with temporary_settings({PREFECT_UI_API_URL: PREFECT_API_URL.value()}):
        config = uvicorn.Config(create_ui_app(ephemeral=False), port=0, log_level="error")
        server = uvicorn.Server(config)
        within = contextvars.copy_context()
        thread = threading.Thread(target=within.run, args=[server.run], daemon=True)
        thread.start()
        until(lambda: server.started or None)
        (listener,) = server.servers[0].sockets
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(PATIENCE)


def until(ask: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"not within {PATIENCE} s"
        time.sleep(0.1)
    return answer


def aside(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it in another thread: the browser's driver keeps a loop of its own in this one."""
    with ThreadPoolExecutor(1) as threads, prefect_forgets_to_close(in_another_thread=True):
        return threads.submit(contextvars.copy_context().run, asyncio.run, coroutine).result()


class Prefect:
    """What `firsttouch serve` does, without a process for each run."""

    def __init__(self, *names: str) -> None:
        made = [each for each in deployments("UTC") if each.name in names]
        self._ids = {each.name: UUID(str(each.apply())) for each in made}

    def work(self, name: str, flow: Any) -> FlowRun:
        """Do the run that somebody has just asked for; answer it as it is then."""
        return aside(self._work(name, flow))

    async def _work(self, name: str, flow: Any) -> FlowRun:
        async with get_client() as client:
            deadline = time.monotonic() + PATIENCE
            while not (due := await self._due(client, name)):
                assert time.monotonic() < deadline, f"nobody asked for a run of {name}"
                await asyncio.sleep(0.1)
            (run,) = due
            with suppress(Pause):
                await run_flow_async(flow, run, run.parameters, return_type="state")
            return await client.read_flow_run(run.id)

    async def _due(self, client: Any, name: str) -> Sequence[FlowRun]:
        scheduled = FlowRunFilterStateType(any_=[StateType.SCHEDULED])
        wanted = FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[self._ids[name]]),
            state=FlowRunFilterState(type=scheduled),
        )
        found: Sequence[FlowRun] = await client.read_flow_runs(flow_run_filter=wanted)
        return found


def field(form: Locator, label: str) -> Locator:
    """Find a field of a form by the words above it."""
    words = form.page.locator(".schema-form-property__label", has_text=label)
    return form.locator(".schema-form-property").filter(has=words).last


def choose(box: Locator, choice: str) -> None:
    box.locator(".p-select-button__icon").click()
    box.page.locator(".p-select-option", has_text=choice).click()


def pick_day(box: Locator, month: str, day: int) -> None:
    """Go back to the month, by its name, and take the day."""
    box.locator(".p-date-input").click()
    calendar = box.page.locator(".p-date-picker")
    while calendar.locator(".p-date-picker__title-month").inner_text() != month:
        calendar.locator(".p-calendar-header__before button").click()
    days = calendar.locator(".p-calendar-date-picker__date--in-month")
    days.get_by_text(str(day), exact=True).click()
    calendar.get_by_role("button", name="Apply").click()


def switch(box: Locator) -> None:
    box.get_by_role("switch").click()


def submit(form: Locator, asks_for: str) -> None:
    """Press the button until it is taken: on SQLite a busy server answers 503 now and then."""
    status = int(httpx.codes.SERVICE_UNAVAILABLE)
    while status == httpx.codes.SERVICE_UNAVAILABLE:
        with form.page.expect_response(lambda found: asks_for in found.url) as answer:
            form.get_by_role("button", name="Submit").click()
        status = answer.value.status
    assert httpx.codes.is_success(status), answer.value.text()


def picture(page: Page, folder: Path, name: str) -> None:
    """For a person to look at; a form that is longer than the window as a whole."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
