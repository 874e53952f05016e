"""The deployments that `prefect.yaml` declares, as `firsttouch serve` runs them: no workers."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.runner import Runner

from flows.checkout import CHECKOUT
from flows.faults import in_words
from flows.in_force import Stance
from flows.prefect_server import api as prefect_api
from flows.prefect_server.automations import addresses_of, keep_automations
from flows.prefect_server.blocks import offer_blocks
from flows.prefect_server.settings import shipped
from flows.prefect_server.superseded import supersede
from flows.processes import stop_when_told
from flows.receiver import HOST, PORT, receiving
from flows.watching.events import raise_new, raise_routed
from flows.which_store import STORE_VARIABLE, new_store, stated_store
from flows.wiring import CONFIG_VARIABLE, Wiring, config_folder, open_wiring
from leads.errors import ConfigError

DECLARED = CHECKOUT / "prefect.yaml"
_NO_SERVER = (
    "PREFECT_API_URL is not set, so no schedule would run: start `prefect server start` in another "
    "terminal and `export PREFECT_API_URL=http://127.0.0.1:4200/api`; or receive webhooks alone, "
    "without Prefect: `firsttouch serve --webhooks-only`"
)
_LOOK_SECONDS = 5.0
_LOG = logging.getLogger("firsttouch.schedules")
_AT_ONCE = 8  # a backfill and its windows must leave room for the sync


def serve_all(
    config: Path | None = None, store: str | None = None, *, host: str = HOST, port: int = PORT
) -> None:
    """
    Serve every deployment, and receive webhooks at `host`:`port`, until interrupted.

    Webhooks are received and routed whatever becomes of the Prefect server: while it does not
    answer, the schedules wait for it.

    No Prefect concurrency limit keeps two syncs apart: a slot outlives a killed process and would
    block every later minute. The store's own short lease does it (docs/adr/0003). Raises
    ConfigError and StoreError at once, rather than in every run.
    """
    api = os.environ.get("PREFECT_API_URL")
    if not api:
        raise ConfigError([_NO_SERVER])
    stop_when_told()
    is_new = new_store(store)
    os.environ[CONFIG_VARIABLE] = str(config_folder(config).resolve())
    os.environ[STORE_VARIABLE] = stated_store(store)
    for name, value in shipped().items():  # the runs' own: a heartbeat, by which a dead one is told
        os.environ.setdefault(name, value)
    with (
        open_wiring(config, store, stance=Stance.PUTS) as wiring,
        receiving(
            wiring, host=host, port=port, routed=partial(raise_routed, wiring), raised=raise_new
        ),
    ):
        for told in filter(None, (is_new, wiring.changed)):
            _LOG.warning("%s", told)
        _serve_schedules(api, wiring)


def _serve_schedules(api: str, wiring: Wiring) -> None:
    while True:
        _await_server(api)
        served = deployments(wiring.configuration.policy.timezone)
        try:
            take_over(served)
            note_automations(wiring, served)
            asyncio.run(_run(served))
        except (httpx.HTTPError, RuntimeError, ExceptionGroup) as gone:
            # Prefect's runner gives up on a server that is away for long; a receiver must not.
            _LOG.error("the schedules stopped: %s; they are tried again", in_words(gone))
            time.sleep(_LOOK_SECONDS)
        else:
            return


class _Runner(Runner):
    """Prefect's, which SIGTERM ends as Ctrl-C does: its own end forgets to await its stop."""

    def handle_sigterm(self, *_: object, **__: object) -> None:
        signal.raise_signal(signal.SIGINT)


async def _run(served: Sequence[RunnerDeployment]) -> None:
    # A restart must not leave the schedule switched off.
    runner = _Runner(pause_on_shutdown=False, limit=_AT_ONCE)
    for each in served:
        await runner.aadd_deployment(each)
    await runner.start()


def take_over(served: Sequence[RunnerDeployment]) -> None:
    """
    Have those that are there already go on: paused by a person, they stay so; run from here.

    Registering leaves the folder as it was: a worker's is none, and of another one Prefect would
    copy everything into ours before each run.
    """
    here = str(Path.cwd())
    with get_client(sync_client=True) as client:
        for each in served:
            try:
                found = client.read_deployment_by_name(each.full_name)
            except ObjectNotFound:
                continue
            if found.path != here:
                client.update_deployment(found.id, DeploymentUpdate(path=here))
            if found.paused:
                each.paused = True
                _LOG.info("paused in Prefect, and stays so: %s", each.full_name)


def note_automations(wiring: Wiring, served: Sequence[RunnerDeployment]) -> None:
    """Bring what Prefect keeps of ours up to date; the schedules go on without."""
    try:
        with get_client(sync_client=True) as client:
            changed = keep_automations(client, addresses_of(wiring.configuration, wiring.environ))
            renamed = supersede(client, served)
        offer_blocks()
    except (httpx.HTTPError, PrefectException) as error:
        _LOG.warning("%s", prefect_api.refused("Prefect's automations stay as they were", error))
        return
    for name in changed:
        _LOG.info("automation set up in Prefect: %s", name)
    for text in renamed:
        _LOG.info("deployment in Prefect: %s", text)


def _await_server(api: str) -> None:
    if prefect_api.is_there(api):
        return
    _LOG.warning(
        "no Prefect server answers at %s, so no schedule runs yet: start it with "
        "`prefect server start`. Webhooks are received and routed meanwhile",
        api,
    )
    while not prefect_api.is_there(api):
        time.sleep(_LOOK_SECONDS)
    _LOG.info("the Prefect server answers: the schedules begin")


def deployments(timezone: str) -> list[RunnerDeployment]:
    """Return what is declared, its schedules in `timezone` rather than in the file's own."""
    declared = yaml.safe_load(DECLARED.read_text())["deployments"]
    return [_deployment(each, timezone) for each in declared]


def _deployment(declared: Mapping[str, Any], timezone: str) -> RunnerDeployment:
    path, _, flow = declared["entrypoint"].partition(":")
    return RunnerDeployment.from_entrypoint(
        f"{CHECKOUT / path}:{flow}",
        name=declared["name"],
        description=declared["description"],
        tags=declared["tags"],
        parameters=declared.get("parameters", {}),
        schedules=list(_schedules(declared, timezone)),
    )


def _schedules(declared: Mapping[str, Any], timezone: str) -> Iterator[DeploymentScheduleCreate]:
    for each in declared.get("schedules", ()):
        cron = CronSchedule(cron=each["cron"], timezone=timezone)
        yield DeploymentScheduleCreate(schedule=cron, slug=each["slug"])
