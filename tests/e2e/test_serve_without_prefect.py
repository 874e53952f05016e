"""`firsttouch serve` where no Prefect server answers: webhooks are stored, routed and delivered."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from flows.exits import INTERRUPTED
from flows.ports import free_port
from flows.wiring import CHECKOUT
from sandbox.town import Town
from tests.e2e.webhook_case import SECRETS, meta_body, post_meta, until

NOBODY = "http://127.0.0.1:9/api"
SECONDS = 90


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=4, leads=60) as opened:
        yield opened


@contextmanager
def serving(town, folder, *options, api=None):
    """The command in a process of its own, and the base address of its receiver."""
    environ = {**os.environ, **town.environment, **SECRETS, "PREFECT_HOME": str(folder / "prefect")}
    environ.pop("PREFECT_API_URL", None)
    if api:
        environ["PREFECT_API_URL"] = api
    port = free_port(0)
    store = f"sqlite:///{folder}/firsttouch.db"
    command = ["serve", "--port", str(port), "--store", store, *options]
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *command],
        cwd=CHECKOUT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def is_up(base):
    try:
        return httpx.get(f"{base}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


def contact_of(town, key):
    for contact in town.vendors.hubspot.contacts.values():
        if contact.state.values.get("firsttouch_id") == key:
            return contact.state.values.get("hubspot_owner_id")
    return None


@pytest.mark.parametrize(
    ("options", "api", "said"),
    [
        (["--webhooks-only"], None, "Nothing is polled"),
        ([], NOBODY, f"no Prefect server answers at {NOBODY}, so no schedule runs yet"),
    ],
)
def test_webhooks_are_owned_without_a_prefect_server(town, tmp_path, options, api, said):
    form = next(iter(town.vendors.meta.forms))
    mail = f"no-prefect-{len(options)}@example.com"
    lead_id = town.vendors.meta.add_lead(form, [{"name": "email", "values": [mail]}])
    with serving(town, tmp_path, *options, api=api) as (process, base):
        until(lambda: is_up(base) or process.poll() is not None, SECONDS)
        assert process.poll() is None, process.stderr.read()
        assert post_meta(base, meta_body(lead_id)).status_code == 200
        until(lambda: contact_of(town, f"meta_ads:{lead_id}") is not None, SECONDS)
        process.send_signal(signal.SIGTERM)
        told = process.communicate(timeout=SECONDS)[1]
    assert process.returncode == INTERRUPTED
    assert said in told
    assert "Traceback" not in told
    assert mail not in told


def test_without_an_address_it_says_which_commands_to_run(town, tmp_path):
    with serving(town, tmp_path) as (process, _):
        told = process.communicate(timeout=SECONDS)[1]
    assert process.returncode == 2
    assert "PREFECT_API_URL is not set" in told
    assert "`prefect server start`" in told
    assert "export PREFECT_API_URL=" in told
    assert "firsttouch serve --webhooks-only" in told
