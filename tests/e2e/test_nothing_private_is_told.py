"""Everything that is written while everything happens, searched for everybody and every secret."""

import asyncio
import json
import logging
import shutil
import time
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy import create_engine

from flows.receiver import receiving
from flows.wiring import open_wiring
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from tests.e2e import private_words as private
from tests.e2e.soak_faults import switch_on
from tests.e2e.town_case import quick_config
from tests.e2e.webhook_case import JSON, until
from tests.forgotten_sockets import prefect_forgets_to_close

PLANTED = {
    "FIRSTTOUCH_WEBHOOK_SECRET": "planted-webhook-secret",
    "FIRSTTOUCH_WEBHOOK_TOKEN": "planted-webhook-token",
    "FIRSTTOUCH_META_ADS_VERIFY_TOKEN": "planted-verify-token",
    "FIRSTTOUCH_TEST_CHAT_KEY": "json://127.0.0.1:9/planted-chat-key",
}
HERS = {
    "email": "zuleika.quillonard@example.com",
    "phone": "+34600111222",
    "first_name": "Zuleika",
    "last_name": "Quillonard",
}


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=37, leads=90) as opened:
        yield opened


@pytest.fixture
def environment(town, tmp_path, monkeypatch):
    config = quick_config(tmp_path / "config", webhook={})
    sources = yaml.safe_load((config / "sources.yaml").read_text())
    sources["sources"]["webhook"] = {"destination": "hubspot"}
    (config / "sources.yaml").write_text(yaml.safe_dump(sources))
    notify = {"channels": {"chat": "FIRSTTOUCH_TEST_CHAT_KEY"}, "everyone": ["chat"]}
    (config / "notify.yaml").write_text(yaml.safe_dump({"notify": {**notify, "crm_task": True}}))
    store = f"sqlite:///{tmp_path}/firsttouch.db"
    where = {"FIRSTTOUCH_CONFIG": str(config), "FIRSTTOUCH_STORE": store}
    told = {**town.environment, **PLANTED, **where}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return told


def run_flows():
    """A sync, and the shadow's report, as Prefect runs them."""
    from flows.simulating.daily_shadow import report_shadow  # noqa: PLC0415  (Prefect, four seconds)
    from flows.sync import sync  # noqa: PLC0415

    async def synced():
        return await sync(return_state=True)

    with prefect_forgets_to_close():
        asyncio.run(synced())
    with prefect_forgets_to_close():
        report_shadow(return_state=True)


def send_webhooks(town, environment, base):
    """What is right, what is forged, and what is wrong with her name in it."""
    from tests.e2e.test_webhook_abuse import generic, meta  # noqa: PLC0415

    def post(door, body, headers):
        address = f"{base}/webhooks/{door}"
        return httpx.post(address, content=body, headers={**JSON, **headers}, timeout=20)

    secret = environment["FIRSTTOUCH_WEBHOOK_SECRET"]
    lead = json.dumps({"id": "planted-1", **HERS}).encode()
    assert post("webhook", lead, generic(lead, secret)).status_code == 200
    unreachable = {**HERS, "email": None, "phone": f"call {HERS['email']}"}
    aside = json.dumps({"id": "planted-2", **unreachable}).encode()
    assert post("webhook", aside, generic(aside, secret)).status_code == 200
    assert post("webhook", lead, generic(lead, "forged")).status_code == 401
    for wrong in (
        {"id": HERS["email"]},
        {"id": 1, HERS["email"]: 1},
        {"id": 2, "created_at": HERS["email"]},
    ):
        body = json.dumps(wrong).encode()
        assert post("webhook", body, generic(body, secret)).status_code == 422
    broken = lead[:-1]
    assert post("webhook", broken, generic(broken, secret)).status_code == 400
    assert (
        post("meta", lead, meta(lead, environment["FIRSTTOUCH_META_ADS_APP_SECRET"])).status_code
        == 200
    )
    assert post("meta", lead, {"X-Hub-Signature-256": HERS["email"]}).status_code == 401
    asked = {"hub.verify_token": environment["FIRSTTOUCH_META_ADS_VERIFY_TOKEN"]}
    httpx.get(f"{base}/webhooks/meta", params=asked)


def another_policy(folder):
    """Everything goes to the desk, so that there is something to compare."""
    other = folder / "other"
    shutil.copytree(folder / "config", other)
    rules = yaml.safe_load((other / "rules.yaml").read_text())
    for rule in rules["rules"]:
        rule["assign"] = "inbound-desk"
    (other / "rules.yaml").write_text(yaml.safe_dump(rules))
    return other


def of_prefect():
    """Files of Prefect's own database: runs, logs, events and artifacts."""
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL  # noqa: PLC0415

    file = Path(PREFECT_API_DATABASE_CONNECTION_URL.value().partition(":///")[2])
    return [each for each in file.parent.glob(f"{file.name}*") if each.is_file()]


def commands(firsttouch, town, folder):
    """Run what people run; answer all that they saw."""
    waiting = [r for r in town.world.records["meta_ads"] if r.standing is Standing.WAITING]
    lead = f"meta_ads:{town.ids[waiting[0].key]}"
    page, decisions = folder / "page.html", folder / "decisions.jsonl"
    for words in (
        ["check"],
        ["sync"],
        ["sync", "--json"],
        ["explain", lead],
        ["explain", lead, "--json"],
        ["explain", "--owner", "ana", "--since", "30d"],
        ["replay", lead],
        ["rejects"],
        ["rejects", "--json"],
        ["rejects", "replay"],
        ["doctor"],
        ["doctor", "--json"],
        ["policy", "list"],
        ["sync", "--observe"],
        [
            "simulate",
            "--from-store",
            "--against",
            folder / "other",
            "--html",
            page,
            "--out",
            decisions,
        ],
        ["shadow", "report"],
        ["erase", HERS["email"]],
        ["erase", "--lead", lead],
        ["explain", HERS["email"].replace("zuleika", "zulaika")],
        ["sync", "--store", "postgresql://u:planted-store-password@127.0.0.1:9/x"],
    ):
        ended = firsttouch(*words)
        said = " ".join(map(str, words))
        yield said, ended.out + ended.err.replace("zulaika.quillonard", "")
    for file in (page, decisions):
        if file.exists():
            yield file.name, file.read_text()
    assert page.exists()


@pytest.mark.long
@pytest.mark.timeout(400)  # Prefect's start alone takes ten, on a busy machine many more
def test_nobody_and_no_secret_is_found(prefect, town, firsttouch, environment, caplog):
    tmp_path = Path(environment["FIRSTTOUCH_CONFIG"]).parent
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, logger="firsttouch")
    switch_on(town)
    engine = create_engine(environment["FIRSTTOUCH_STORE"])
    with open_wiring(environ=environment) as wiring:
        other = another_policy(tmp_path)
        assert firsttouch("shadow", "start", other).code == 0
        with receiving(wiring, port=0, environ=environment) as base:
            send_webhooks(town, environment, base)
            run_flows()
            until(lambda: wiring.store.inbox_counts()["webhook"].waiting == 0, seconds=60)
            run_flows()
        assert wiring.store.stored_lead(LeadKey("webhook", "planted-1")).lead is not None
        names = private.names_in(engine)
    assert "quillonard" in names
    told = dict(commands(firsttouch, town, tmp_path))
    time.sleep(3)  # Prefect sends its logs in batches
    told["the logs"] = caplog.text + "".join(str(r.exc_text or "") for r in caplog.records)
    told["Prefect's database"] = private.text_of_files(*of_prefect())
    assert "salesforce: " in told["Prefect's database"]
    told |= dict(private.text_of_store(engine, private.OF_PEOPLE | private.OF_THE_POLICY))
    secrets = private.secrets_of(environment) | {"planted-store-password", "planted-chat-key"}
    people = private.contacts_of(town) | names | {each.lower() for each in HERS.values()}
    leaks = {
        where: hits
        for where, text in told.items()
        if (hits := private.found(people | secrets, text))
    }
    assert leaks == {}
    everywhere = dict(private.text_of_store(engine, {("erasure_key", "secret")}))
    assert {where for where, text in everywhere.items() if private.found(secrets, text)} == set()
    engine.dispose()
