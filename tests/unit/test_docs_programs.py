"""What the documents show to be typed to programs of others: each has the option that is shown."""

import re
import shutil
import subprocess
from importlib import import_module

import pytest
import yaml
from pip._internal.commands import create_command

from flows.checkout import CHECKOUT
from tests.unit.shown_lines import lines, lines_of

HERE_BELOW = {"prefect", "docker", "openssl", "pip", "uv", "createdb", "pg_restore", "cp"}
ELSEWHERE = {"firsttouch", "make", "python", "curl"}  # test_docs_examples.py, test_documented_*.py
OF_THE_SHELL = {"cd", "chmod", "export", "set", "sh", "source", "umask", "unset"}
TRUSTED = {"git", "pip-audit"}  # one fetches, the other is installed by the line before
COMPOSE = {
    "up": {"--detach", "--scale"},
    "ps": set(),
    "stop": set(),
    "build": set(),
}


def names(of):
    return [" ".join(words) for words in of]


def options(words):
    return {word.split("=")[0] for word in words if word.startswith("-")}


def test_no_kind_of_line_is_looked_at_by_nobody():
    """Whoever shows another program says here who tries it."""
    shown = {words[0] for words in lines()}
    assert shown == HERE_BELOW | ELSEWHERE | OF_THE_SHELL | TRUSTED


@pytest.mark.parametrize("words", lines_of("prefect"), ids=" ".join)
def test_prefect_can_read_it(words):
    """By its own command line, which is asked what it would run."""
    prefect = import_module("prefect.cli._app")._app
    taken, *_ = prefect.parse_args(words[1:], exit_on_error=False, print_error=False)
    assert taken.__module__.startswith("prefect.cli"), names([words])


@pytest.mark.parametrize("words", lines_of("docker"), ids=" ".join)
def test_compose_has_such_a_service_and_profile(words):
    services = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())["services"]
    profiles = {name for each in services.values() for name in each.get("profiles", ())}
    assert words[1] == "compose"
    rest = list(words[2:])
    if rest[0] == "--profile":
        assert rest[1] in profiles
        rest = rest[2:]
    command, *asked = rest
    assert options(asked) <= COMPOSE[command]
    assert [each for each in asked if not each.startswith("-") and each not in services] == []


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl here")
@pytest.mark.parametrize("words", lines_of("openssl"), ids=" ".join)
def test_openssl_does_it(words, tmp_path):
    made = {words[n + 1] for n, word in enumerate(words) if word in {"-keyout", "-out"}}
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert {each.name for each in tmp_path.iterdir()} == made
    assert made or len(ended.stdout.strip()) >= 40


@pytest.mark.parametrize("words", lines_of("pip"), ids=" ".join)
def test_pip_can_read_it(words):
    _, wanted = create_command(words[1]).parse_args(list(words[2:]))
    assert wanted


@pytest.mark.parametrize("words", lines_of("uv"), ids=" ".join)
def test_the_lock_is_what_uv_is_asked_for(words):
    """uv is no part of the checkout: its line is held against what it wrote."""
    asked = dict(zip(words, (*words[1:], ""), strict=True))
    lock = (CHECKOUT / asked["-o"]).read_text()
    floor = re.search(r'requires-python = ">=([\d.]+)"', (CHECKOUT / "pyproject.toml").read_text())
    assert floor
    assert words[1:3] == ("pip", "compile")
    assert asked["--python-version"] == floor[1]
    assert lock.count("--hash=sha256:") > lock.count("==")
    assert not lock.startswith("#")
    assert "sys_platform" in lock, "of one platform alone"
    assert [each for each in words if "requirements/" in each and not _there(each)] == []
    assert options(words) <= {
        *("--universal", "--python-version", "--generate-hashes", "--no-header", "-c", "-o")
    }


@pytest.mark.parametrize("program", ["createdb", "pg_restore"])
def test_postgresqls_programs_have_the_option(program):
    if not shutil.which(program):
        pytest.skip(f"no {program} here")
    told = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"--[a-z-]+", told))
    assert [words for words in lines_of(program) if options(words) - known] == []


def test_what_is_copied_is_there():
    assert [words for words in lines_of("cp") if not _there(words[1])] == []


def _there(path: str) -> bool:
    return (CHECKOUT / path).exists()
