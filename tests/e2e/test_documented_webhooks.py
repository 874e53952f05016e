"""What the documents give a stranger to type at the receiver is typed, and is answered so."""

import json
import os
import re
import shutil
import subprocess

import pytest

from flows.checkout import CHECKOUT
from flows.receiver import receiving
from flows.wiring import DEFAULT_CONFIG
from sandbox.town import Town
from tests.e2e.town_case import wired
from tests.e2e.webhook_case import SECRETS, post_lead

ADDRESSES = ("http://127.0.0.1:8080", "https://leads.example.com")
needs_curl = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="no curl or no openssl here"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documented")
    config = shutil.copytree(DEFAULT_CONFIG, folder / "config")
    sources = config / "sources.yaml"
    sources.write_text(sources.read_text() + "\n  webhook: {destination: hubspot}\n")
    with (
        Town.open(seed=11, leads=60) as town,
        wired(town, folder, config) as wiring,
        receiving(wiring, port=0, environ=SECRETS) as address,
    ):
        yield address


def blocks(page, begins):
    """Return what is fenced or indented on the page, from the line that begins so."""
    text = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^((?: {4}.*\n)+)", text, re.MULTILINE)
    return [each for each in (*fenced, *indented) if each.lstrip().startswith(begins)]


def typed(base, script):
    for known in ADDRESSES:
        script = script.replace(known, base)
    environment = {**os.environ, **SECRETS}
    ended = subprocess.run(
        ["sh", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(ended.stdout)


@needs_curl
@pytest.mark.parametrize(
    ("page", "begins"), [("webhook.md", "body="), ("salesforce.md", "curl -sS")]
)
def test_the_command_that_is_shown_is_taken(base, page, begins):
    (script,) = blocks(page, begins)
    assert base not in script
    assert typed(base, script) == {"accepted": 1}


def test_the_lead_that_is_shown_is_taken(base):
    (shown,) = blocks("webhook.md", '{"id"')
    assert post_lead(base, json.loads(shown)).json() == {"accepted": 1}
