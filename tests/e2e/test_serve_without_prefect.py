"""`firsttouch serve` where no Prefect server answers: webhooks are stored, routed and delivered."""

import os
import signal
from contextlib import contextmanager

import httpx
import pytest

from flows.exits import INTERRUPTED
from flows.ports import free_port
from sandbox.town import Town
from tests.e2e.forks import begin_forked, command_line
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
    words = ("serve", "--port", str(port), "--store", store, *options)
    fork = begin_forked(command_line, *words, environ=environ, folder=folder)
    try:
        yield fork, f"http://127.0.0.1:{port}"
    finally:
        fork.kill()


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
    with serving(town, tmp_path, *options, api=api) as (fork, base):
        until(lambda: is_up(base) or not fork.process.is_alive(), SECONDS)
        assert fork.process.is_alive(), fork.err.read_text()
        assert post_meta(base, meta_body(lead_id)).status_code == 200
        until(lambda: contact_of(town, f"meta_ads:{lead_id}") is not None, SECONDS)
        os.kill(fork.process.pid, signal.SIGTERM)
        ended = fork.ended(SECONDS)
    assert ended.code == INTERRUPTED
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert mail not in ended.err


def test_without_an_address_it_says_which_commands_to_run(town, tmp_path):
    with serving(town, tmp_path) as (fork, _):
        ended = fork.ended(SECONDS)
    assert ended.code == 2
    assert "PREFECT_API_URL is not set" in ended.err
    assert "`prefect server start`" in ended.err
    assert "export PREFECT_API_URL=" in ended.err
    assert "firsttouch serve --webhooks-only" in ended.err
