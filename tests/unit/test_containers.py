"""The image, and what compose.yaml starts: files, users, commands, variables that there are."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from prefect.cli._app import _app as prefect_app
from typer.testing import CliRunner

from flows.checkout import CHECKOUT
from flows.cli import app

INSTRUCTION = re.compile(r"^([A-Z]+) ((?:.*\\\n)*.*)$", re.MULTILINE)
VARIABLE = re.compile(r"\b(?:FIRSTTOUCH|POSTGRES|PREFECT)_[A-Z_]*[A-Z]\b")
TAKEN_FROM_ENV = re.compile(r"\$\{([A-Z_]+)")
OURS = ("connectors", "flows")


def text(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built() -> list[tuple[str, str]]:
    return [(found[1], found[2]) for found in INSTRUCTION.finditer(text("deploy/Dockerfile"))]


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(text("compose.yaml"))["services"]


def given(built, what) -> list[str]:
    return [words for instruction, words in built if instruction == what]


def known_variables() -> set[str]:
    files = (path for folder in OURS for path in (CHECKOUT / folder).rglob("*.py"))
    return {name for path in files for name in VARIABLE.findall(path.read_text("utf-8"))}


def test_every_file_that_the_image_takes_is_there_and_not_left_out(built):
    left_out = text(".dockerignore").splitlines()
    for words in given(built, "COPY"):
        *sources, _ = words.split()
        assert [each for each in sources if not (CHECKOUT / each).exists()] == []
        assert [each for each in sources if each in left_out] == []


def test_what_runs_is_not_root_and_becomes_so_last(built):
    (user,) = given(built, "USER")
    assert user not in {"root", "0"}
    assert f"useradd --create-home {user}" in " ".join(given(built, "RUN"))
    after = [instruction for instruction, _ in built[built.index(("USER", user)) + 1 :]]
    assert {*after} <= {"ENTRYPOINT", "CMD"}, "what is run or copied after it is the user's"


def test_the_entry_is_a_command_of_ours(built):
    (entry,), (words,) = given(built, "ENTRYPOINT"), given(built, "CMD")
    scripts = tomllib.loads(text("pyproject.toml"))["project"]["scripts"]
    assert json.loads(entry)[0] in scripts
    told = CliRunner().invoke(app, [*json.loads(words), "--help"])
    assert told.exit_code == 0


def test_the_image_has_a_python_that_the_project_takes(built):
    (image,) = given(built, "FROM")
    version = re.search(r"python:(\d+)\.(\d+)", image)
    assert version, "a Python image with its version, not whatever is latest"
    least = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"]
    assert tuple(map(int, version.groups())) >= tuple(map(int, least.strip(">=").split(".")))


def test_everything_is_installed_by_its_hash(built):
    installed = [run for run in given(built, "RUN") if "pip install" in run]
    assert "--require-hashes -r requirements/runtime.lock" in installed[0]
    assert all("--no-deps" in run for run in installed)
    # What builds our own package is in the lock too: nothing is fetched for it.
    assert "--no-build-isolation" in installed[1]
    assert re.search(r"^setuptools==", text("requirements/runtime.lock"), re.MULTILINE)


def test_each_image_states_its_version(services):
    images = {each["image"] for each in services.values()} - {"firsttouch"}
    assert images
    assert [each for each in images if not re.search(r":\d", each)] == []


def test_each_variable_of_ours_is_read_by_something(services):
    ours = {
        name
        for service in services.values()
        for name in service.get("environment", {})
        if name.startswith("FIRSTTOUCH_")
    }
    example = {
        line.split("=")[0] for line in text("deploy/example.env").splitlines() if "=" in line
    }
    taken = set(TAKEN_FROM_ENV.findall(text("compose.yaml")))
    assert ours - known_variables() == set()
    assert {name for name in example if name.startswith("FIRSTTOUCH_")} - known_variables() == set()
    assert taken - example == set(), "example.env does not name what compose.yaml asks for"
    assert {name for name in example if not name.startswith("FIRSTTOUCH_")} - taken == set()


def prefect_commands(services):
    """Those of its command line, whoever has it as the entry point or in a line of a shell."""
    for service in services.values():
        words = service.get("command", [])
        lines = words if isinstance(words, list) else [words]
        if service.get("entrypoint") == ["prefect"]:
            yield words
        for line in lines:
            for part in str(line).split(" && "):
                if part.startswith("prefect "):
                    yield part.split()[1:]


def test_prefect_takes_each_command_line(services):
    """Parsed, not run: an option that it does not know is refused."""
    found = list(prefect_commands(services))
    assert len(found) == 5
    for words in found:
        prefect_app.meta.parse_args(words, exit_on_error=False, print_error=False)
        its_own = [word for word in words if word != "--no-prompt"]  # of all its commands
        prefect_app.parse_args(its_own, exit_on_error=False, print_error=False)
    with pytest.raises(Exception, match="--poool"):
        prefect_app.parse_args(
            ["worker", "start", "--poool", "x"], exit_on_error=False, print_error=False
        )


def test_what_answers_requests_is_asked_whether_it_does(services):
    asked = {name for name, each in services.items() if "healthcheck" in each}
    assert asked >= {"postgres", "redis", "prefect-server", "worker", "receiver"}
    receiver = services["receiver"]["healthcheck"]["test"][-1]
    assert "http://127.0.0.1:8080/readyz" in receiver
    assert 'Route("/readyz"' in text("flows/webhooks.py")
    assert "--with-healthcheck" in services["worker"]["command"], "nothing answers there else"


def test_two_workers_start(services):
    assert services["worker"]["deploy"]["replicas"] == 2


def test_the_proxy_forwards_webhooks_and_nothing_else(services):
    rules = text("deploy/Caddyfile")
    assert re.findall(r"handle (\S+) {\s+reverse_proxy (\S+)", rules) == [
        ("/webhooks/*", "receiver:8080")
    ]
    assert rules.count("reverse_proxy") == 1
    assert "respond 404" in rules
    assert services["proxy"]["profiles"] == ["proxy"], "who has a proxy starts none"
    mounted = services["proxy"]["volumes"][0].split(":")
    assert (CHECKOUT / mounted[0]).is_file()
    assert Path(mounted[1]) == Path("/etc/caddy/Caddyfile")
    assert set(VARIABLE.findall(rules)) == set(services["proxy"]["environment"])


def test_each_volume_that_is_named_is_declared(services):
    declared = yaml.safe_load(text("compose.yaml"))["volumes"]
    named = {
        mount.split(":")[0]
        for service in services.values()
        for mount in service.get("volumes", ())
        if mount[0] not in "./$"
    }
    assert named == set(declared)
