"""
What a minute's runs cost Prefect: its server's processor, its SQLite file, and what is given back.

The real flows of a minute (sync and aging) run against the sandbox's vendors on a server of its
own, minute after minute as fast as they go, as runs of their deployments; a day has 1,440. Rows and
bytes are those of the server's file once they stand still. Then all of it is made three days old,
and what the server and the deployment retention-daily do by themselves has to shrink the file.
"""

import argparse
import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.flow_engine import run_flow_async
from prefect.settings import PREFECT_API_URL, temporary_settings

from bench.finding import Finding, hand_over
from bench.prefect_server import TABLES, Server, make_older, server
from flows.aging_flow import aging
from flows.daily_retention import forget_old_runs
from flows.prefect_server.settings import shipped
from flows.sync import sync
from flows.which_store import STORE_VARIABLE
from flows.wiring import CONFIG_VARIABLE, DEFAULT_CONFIG
from sandbox.town import Town

A_DAY = 1_440
_EACH_MINUTE: Sequence[tuple[Any, str]] = ((sync, "sync.py"), (aging, "aging_flow.py"))
"""What runs each minute, and the file among flows/ that has it."""

_LEADS = 60
_TICKS = 60
_TOLD_EVERY = 60
_MB = 1024 * 1024
_OLD = timedelta(days=3)
_VACUUM_SECONDS = 600.0


def tick_through(at: Server, ticks: int) -> None:
    """Print what so many minutes cost."""
    deployments = _deploy()
    asyncio.run(_tick(deployments, 1))  # the first one makes what the others share
    rows, size, seconds = at.settled(), at.size(), at.seconds()
    began, done = time.monotonic(), 0
    while done < ticks:
        part = min(_TOLD_EVERY, ticks - done)
        asyncio.run(_tick(deployments, part))
        done += part
        print(f"{done:>6} minutes: {at.on_disk() / _MB:.1f} MB on disk", flush=True)
    wall = time.monotonic() - began
    after = at.settled()
    spent, grown = at.seconds() - seconds, at.size() - size
    each = ", ".join(f"{(after[name] - rows[name]) / ticks:.1f} {name}" for name in TABLES)
    print(
        f"{ticks} minutes of sync and aging, {wall / ticks:.2f} s each, vendors' answers included"
    )
    print(f"the server's processor: {spent / ticks:.3f} s a minute, {spent / ticks / 60:.2%} of it")
    print(f"its database: {grown / ticks / 1024:.1f} KB a minute: {each}")
    so_many = "as measured" if ticks == A_DAY else "so many times one minute"
    day = f"a day of {A_DAY:,}: {grown / ticks * A_DAY / _MB:.0f} MB ({so_many})"
    print(day)
    hand_over(
        Finding(
            what="what a minute's sync and aging cost Prefect's server",
            budget="none",
            found=f"{spent / ticks:.2f} s of processor, {grown / ticks / 1024:.0f} KB stored",
            growth=f"{day}; forgotten after the days that are kept",
            bound="the states, logs and events that Prefect keeps of each run",
        )
    )


def forget_all(at: Server) -> None:
    """Print what is left once the server's own vacuum and our deployment have forgotten it all."""
    began, before = time.monotonic(), at.on_disk()
    while at.rows()["events"] and time.monotonic() - began < _VACUUM_SECONDS:
        time.sleep(1.0)
    print(f"events forgotten by the server itself in {time.monotonic() - began:.0f} s")
    began, seconds = time.monotonic(), at.seconds()
    state = asyncio.run(_retention())
    spent = at.seconds() - seconds
    print(f"retention-daily: {state.message}")
    print(f"it took {time.monotonic() - began:.0f} s, of them {spent:.0f} s of the server's")
    rows = at.settled()
    print(f"{before / _MB:.1f} MB on disk became {at.on_disk() / _MB:.1f} MB; left: {rows}")


async def _retention() -> Any:
    return await forget_old_runs(return_state=True)


def _deploy() -> Sequence[UUID]:
    """Register them without a schedule: the bench asks for each run itself."""
    flows = Path(__file__).parent.parent / "flows"
    made = [
        RunnerDeployment.from_entrypoint(
            f"{flows / file}:{flow.name}", name=f"{flow.name}-every-minute"
        )
        for flow, file in _EACH_MINUTE
    ]
    return [UUID(str(each.apply())) for each in made]


async def _tick(deployments: Sequence[UUID], ticks: int) -> None:
    flows = [flow for flow, _ in _EACH_MINUTE]
    async with get_client() as client:
        for _ in range(ticks):
            pairs = zip(flows, deployments, strict=True)
            await asyncio.gather(*(_run(client, *each) for each in pairs))


async def _run(client: PrefectClient, flow: Any, deployment: UUID) -> None:
    run = await client.create_flow_run_from_deployment(deployment)
    await run_flow_async(flow, run, run.parameters, return_type="state")


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with TemporaryDirectory() as text:
        yield Path(text)


def main() -> int:
    """Measure with the settings we ship, or with Prefect's own."""
    parser = argparse.ArgumentParser(prog="python -m bench.prefect_cost")
    parser.add_argument("--ticks", type=int, default=_TICKS, help="minutes; a day is 1440")
    parser.add_argument("--plain", action="store_true", help="Prefect's own settings")
    parser.add_argument("--keep", type=Path, help="a folder that the server's file is left in")
    asked = parser.parse_args()
    settings = {} if asked.plain else shipped()
    with _folder(asked.keep) as folder:
        with Town.open(seed=7, leads=_LEADS) as town:
            os.environ.update(town.environment)
            os.environ[CONFIG_VARIABLE] = str(DEFAULT_CONFIG)
            os.environ[STORE_VARIABLE] = f"sqlite:///{folder}/firsttouch.db"
            with (
                server(folder, settings) as started,
                temporary_settings({PREFECT_API_URL: started.api}),
            ):
                tick_through(started, asked.ticks)
        file = folder / "prefect.db"
        if asked.keep:
            shutil.copy(file, folder / "prefect-before.db")
        make_older(file, _OLD)
        with (
            server(folder, settings) as started,
            temporary_settings({PREFECT_API_URL: started.api}),
        ):
            forget_all(started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
