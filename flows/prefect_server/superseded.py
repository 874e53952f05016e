"""Deployments that were called otherwise once: beside those of today each would run twice a day."""

from collections.abc import Sequence
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound

from flows.prefect_server.api import NOW_CALLED

_TAG = "firsttouch"  # of all that prefect.yaml declares


def supersede(client: SyncPrefectClient, served: Sequence[RunnerDeployment] = ()) -> list[str]:
    """
    Remove each whose successor is there, or is among `served`; answer what was done.

    What a person switched off stays off under its new name. One of such a name that is not ours
    is left alone. Safe to repeat, and after a crash between any two steps.
    """
    registrars = {each.full_name: each for each in served}
    told = []
    for old, name in NOW_CALLED.items():
        new = f"{old.partition('/')[0]}/{name}"
        found = _named(client, old)
        if found is None or _TAG not in found.tags:
            continue
        successor = _register(registrars[new]) if new in registrars else _id(_named(client, new))
        if successor is None:
            continue
        if _is_off(found):
            # A paused deployment is resumed by its next registration; a schedule stays as it is.
            for each in client.read_deployment_schedules(successor):
                client.update_deployment_schedule(successor, each.id, active=False)
        client.delete_deployment(found.id)
        told.append(f"{old} is called {new} now")
    return told


def _named(client: SyncPrefectClient, name: str) -> DeploymentResponse | None:
    try:
        return client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None


def _register(deployment: RunnerDeployment) -> UUID:
    return UUID(str(deployment.apply()))


def _id(found: DeploymentResponse | None) -> UUID | None:
    return found.id if found else None


def _is_off(found: DeploymentResponse) -> bool:
    return found.paused or not any(each.active for each in found.schedules)
