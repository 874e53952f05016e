"""compose.yaml: by its own schema, and by what a stranger could reach or the project cannot do."""

import subprocess
import sys
from importlib.metadata import version

import pytest
import yaml
from prefect import settings
from typer.testing import CliRunner

from flows.checkout import CHECKOUT
from flows.cli import app
from flows.prefect_server.settings import shipped

CHECK = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

SERVERS = ("prefect-server", "prefect-services")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((CHECKOUT / "compose.yaml").read_text())


def test_it_is_a_compose_file(compose, tmp_path):
    assert subprocess.run([*CHECK, CHECKOUT / "compose.yaml"], check=False).returncode == 0
    wrong = tmp_path / "compose.yaml"
    services = {**compose["services"], "worker": {"restarts": "always"}}
    wrong.write_text(yaml.safe_dump({**compose, "services": services}))
    assert subprocess.run([*CHECK, wrong], check=False).returncode == 1


def test_prefects_server_asks_for_a_password_and_whoever_asks_it_has_it(compose):
    services = compose["services"]
    theirs = {services[each]["environment"]["PREFECT_SERVER_API_AUTH_STRING"] for each in SERVERS}
    assert theirs == {"${PREFECT_AUTH}"}
    for each in ("worker", "deployments", "receiver"):
        asks = services[each]["environment"]["PREFECT_API_AUTH_STRING"]
        assert asks.startswith("${PREFECT_AUTH:?"), "without one nothing starts"


def test_nothing_listens_beyond_the_machine(compose):
    """But the proxy, which is there for that, has TLS, and is started by its profile alone."""
    services = compose["services"].items()
    ports = [port for name, each in services if name != "proxy" for port in each.get("ports", ())]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_prefects_server_is_the_version_that_the_workers_have(compose):
    image = compose["services"]["prefect-server"]["image"]
    assert image == f"prefecthq/prefect:{version('prefect')}-python3.11"


def test_prefects_server_has_the_settings_that_we_ship(compose):
    ours = {name: value for name, value in shipped().items() if "_SERVER_" in name}
    for name in SERVERS:
        environment = compose["services"][name]["environment"]
        assert {each: environment.get(each) for each in ours} == ours


def test_what_prefects_two_processes_share_is_in_redis(compose):
    """Left to its default each keeps it in its own memory: a second one does everything again."""
    theirs = [compose["services"][each]["environment"] for each in SERVERS]
    shared = {each: getattr(settings, each).value() for each in theirs[0] if "REDIS" not in each}
    assert shared["PREFECT_SERVER_DOCKET_URL"].startswith("memory:")
    for environment in theirs:
        assert environment["PREFECT_SERVER_DOCKET_URL"].startswith("redis://redis:")
        assert environment["PREFECT_MESSAGING_BROKER"] == "prefect_redis.messaging"


def test_its_files_are_there(compose):
    """The build file, and what is mounted from the checkout."""
    mounted = [m for each in compose["services"].values() for m in each.get("volumes", ())]
    ours = [mount.partition(":")[0] for mount in mounted if mount.startswith("./")]
    built = compose["services"]["worker"]["build"]["dockerfile"]
    assert [path for path in (*ours, built) if not (CHECKOUT / path).exists()] == []


def test_the_receiver_asks_for_options_that_there_are(compose):
    command, *options = compose["services"]["receiver"]["command"]
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    assert [each for each in options if each.startswith("--") and each not in shown] == []


def test_no_secret_stands_in_it(compose):
    """Passwords come from .env, which neither git nor the image takes in."""
    text = (CHECKOUT / "compose.yaml").read_text()
    for line in text.splitlines():
        if "PASSWORD" in line or "AUTH" in line:
            assert "${" in line, line
    example = (CHECKOUT / "deploy/example.env").read_text().splitlines()
    given = [line for line in example if "=" in line and not line.startswith("#")]
    assert [line for line in given if not line.endswith("=")] == [
        "FIRSTTOUCH_CONFIG=./configuration"
    ]
    for ignored in (".gitignore", ".dockerignore"):
        assert ".env" in (CHECKOUT / ignored).read_text().splitlines()


def test_each_setting_of_prefects_is_one(compose):
    """One that is misspelt is passed over in silence. Redis's own are the image's, not ours."""
    named = {
        name
        for service in compose["services"].values()
        for name in service.get("environment", {})
        if name.startswith("PREFECT_") and not name.startswith("PREFECT_REDIS_")
    }
    assert len(named) > 10
    assert [name for name in sorted(named) if not hasattr(settings, name)] == []
    assert not hasattr(settings, "PREFECT_SERVER_EVENT_RETENTION_PERIOD")
