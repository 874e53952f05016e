"""Prefect's server itself tells people, and marks what died; a real server, killed and all."""

import json
import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from uuid import uuid4

from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from flows.prefect_server.automations import FOLDER, keep_automations
from flows.watching.events import OPENED
from sandbox.town import Town
from tests.conftest import FIGURE
from tests.e2e.prefect_case import ON_A_SERVER, PATIENCE, desk, end, server, until
from tests.e2e.town_case import quick_config
from tests.e2e.witness import everything_ownerless
from tests.forgotten_sockets import prefect_forgets_to_close

pytestmark = ON_A_SERVER
SHORT = 20  # seconds of silence, in place of three minutes
TWO_MINUTES = 120


def _event(name, resource, **related):
    return {
        "occurred": datetime.now(UTC).isoformat(),
        "event": name,
        "id": str(uuid4()),
        "resource": resource,
        "related": [related] if related else [],
        "payload": {},
    }


def _sooner(folder):
    """The same automations, which wait less for what does not come."""
    copytree(FOLDER, folder)
    for name, within in (("sync-silent", 180), ("dead-run", 90)):
        file = folder / f"{name}.yaml"
        file.write_text(file.read_text().replace(f"within: {within}", f"within: {SHORT}"))
    return folder


def test_an_alert_calls_a_webhook_and_a_silent_sync_is_told(tmp_path):
    with desk() as (address, told), server(tmp_path, {}) as prefect:
        with temporary_settings({PREFECT_API_URL: prefect.api}), prefect_forgets_to_close():
            Webhook(url=SecretStr(f"http://{address}/hook")).save("firsttouch-alerts-desk")
            with get_client(sync_client=True) as client:
                folder = _sooner(tmp_path / "automations")
                assert len(keep_automations(client, {"ops": f"json://{address}/ops"}, folder)) == 5

        alert = {
            "prefect.resource.id": "firsttouch.alert.silent.meta_ads",
            "prefect.resource.name": "silent: meta_ads has sent nothing for 6 hours",
        }
        ended = {"prefect.resource.id": f"prefect.flow-run.{uuid4()}"}
        sync = {
            "prefect.resource.id": f"prefect.flow.{uuid4()}",
            "prefect.resource.role": "flow",
            "prefect.resource.name": "sync",
        }

        def tell(*events):
            prefect.send("/events", list(events))

        tell(_event(OPENED, alert))
        until(lambda: [body for path, body in told if path == "/hook" and "6 hours" in body])
        tell(_event("prefect.flow-run.Completed", ended, **sync))
        began = time.monotonic()
        until(lambda: [body for path, body in told if path == "/ops"])
        assert time.monotonic() - began > SHORT / 2, "it was silent for a while, not at once"
        until(lambda: [body for path, body in told if path == "/hook" and "no owner" in body])
        time.sleep(2.5 * SHORT)  # it goes on being silent
    notes = [json.loads(body) for path, body in told if path == "/ops"]
    assert "no sync has ended" in json.dumps(notes)
    assert len(notes) == 1, "once for each cause"


def test_a_run_whose_process_is_gone_is_marked_and_told(tmp_path):
    with desk() as (address, told), server(tmp_path, {}) as prefect:
        with temporary_settings({PREFECT_API_URL: prefect.api}), prefect_forgets_to_close():
            Webhook(url=SecretStr(f"http://{address}/hook")).save("firsttouch-alerts-desk")
            with get_client(sync_client=True) as client:
                keep_automations(client, {}, _sooner(tmp_path / "automations"))
        flow = prefect.post("/flows/", {"name": "backfill"})

        def beats(name, state):
            """A run, whose heartbeat reaches the server when it is in this state."""
            asked = {"type": state.upper(), "name": state}
            run = prefect.post("/flow_runs/", {"flow_id": flow["id"], "name": name, "state": asked})
            its = {"prefect.resource.id": f"prefect.flow-run.{run['id']}"}
            prefect.send("/events", [_event("prefect.flow-run.heartbeat", its)])
            return run["id"]

        done = beats("sync 10:03", "Completed")
        gone = beats("backfill hubspot", "Running")
        until(lambda: prefect.run(gone)["state"]["name"] == "Crashed")
        until(lambda: [body for path, body in told if path == "/hook" and "backfill hub" in body])
        assert prefect.run(done)["state"]["name"] == "Completed"
        assert not [body for _, body in told if "sync 10:03" in body], "it had ended"


def test_a_form_that_waits_for_a_person_is_told_with_its_address(tmp_path):
    with desk() as (address, told), server(tmp_path, {}) as prefect:
        with (
            temporary_settings({PREFECT_API_URL: prefect.api}),
            prefect_forgets_to_close(),
            get_client(sync_client=True) as client,
        ):
            keep_automations(client, {"ops": f"json://{address}/ops"})

        def suspended(name):
            flow = prefect.post("/flows/", {"name": name})
            run = prefect.post("/flow_runs/", {"flow_id": flow["id"], "name": f"a {name}"})
            its = {"prefect.resource.id": f"prefect.flow-run.{run['id']}"}
            of = {
                "prefect.resource.id": f"prefect.flow.{flow['id']}",
                "prefect.resource.role": "flow",
                "prefect.resource.name": name,
            }
            prefect.send("/events", [_event("prefect.flow-run.Suspended", its, **of)])
            return run["id"]

        suspended("another")
        run = suspended("review")
        until(lambda: told)
    ((_, body),) = told
    assert "Firsttouch: a review" in body
    assert f"/runs/flow-run/{run}" in body


def test_killed_sync_runner_and_server_are_followed_by_ticks_within_two_minutes(
    tmp_path, record_property
):
    config, file = quick_config(tmp_path / "config"), tmp_path / "firsttouch.db"
    with Town.open(seed=29, leads=400) as town:
        environ = {
            **town.environment,
            "FIRSTTOUCH_CONFIG": str(config),
            "FIRSTTOUCH_STORE": f"sqlite:///{file}",
        }
        with server(tmp_path, environ) as prefect, prefect.serving() as runner:
            port = int(prefect.api.split(":")[2].partition("/")[0])
            until(lambda: _is_leased(file), 2 * PATIENCE)
            _kill_all_with(f"FIRSTTOUCH_STORE=sqlite:///{file}", runner, prefect.process)
            assert _is_leased(file), "it was killed in the middle of a sync"
        with server(tmp_path, environ, port) as prefect, prefect.serving():
            back = datetime.now(UTC)
            ended = until(lambda: _worked(prefect, back), TWO_MINUTES + 60)
            seconds = (ended - back).total_seconds()
            record_property(FIGURE, f"sync, runner, server killed: a tick works {seconds:.0f} s on")
            assert seconds <= TWO_MINUTES
            until(lambda: everything_ownerless(town) == [])


def _is_leased(file):
    if not file.exists():
        return False
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        try:
            (count,) = store.execute(
                "SELECT count(*) FROM lease WHERE name LIKE 'sync:%'"
            ).fetchone()
        except sqlite3.OperationalError:
            return False
    return count > 0


def _kill_all_with(mark, *started):
    """A sync is of no process group that we know; all that work on our store have a mark."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark.encode() in (folder / "environ").read_bytes()
        except OSError:
            continue
        if marked and int(folder.name) != os.getpid():
            os.kill(int(folder.name), signal.SIGKILL)
    for process in started:
        end(process)


def _worked(prefect, since):
    """When the first run ended that was not kept out of any source."""
    for run in prefect.runs_of("sync", "Completed"):
        at = datetime.fromisoformat(run["end_time"])
        if at > since - timedelta(seconds=1) and "skipped" not in run["state"]["message"]:
            return at
    return None
