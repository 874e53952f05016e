"""OpenTelemetry's spans of a sync, by the SDK's own exporter; and none where nobody asked."""

import os
import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from flows.checkout import CHECKOUT
from flows.spans import span
from flows.tick import new_run, sync_all
from flows.wiring import open_wiring
from sandbox.town import Town
from tests.e2e.town_case import quick_config


@pytest.fixture
def exported():
    """What is traced; the provider is one for all of a process, and ends with the test."""
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    trace.set_tracer_provider(provider)
    yield memory
    memory.shutdown()  # the provider itself would warn at each later span of this process


def test_a_sync_is_a_span_of_each_source_with_its_steps(exported, tmp_path):
    run = new_run()
    with Town.open(seed=11, leads=60) as town:
        config, store = quick_config(tmp_path / "config"), f"sqlite:///{tmp_path}/store.db"
        with open_wiring(config, store, {**os.environ, **town.environment}) as wiring:
            ticks = {
                each.source: each for each in sync_all(wiring, ["salesforce", "meta_ads"], run)
            }
    spans = exported.get_finished_spans()
    roots = {each.attributes["firsttouch.source"]: each for each in spans if each.name == "tick"}
    assert roots.keys() == ticks.keys()
    for source, root in roots.items():
        steps = {
            each.name: each
            for each in spans
            if each.parent and each.parent == root.get_span_context()
        }
        assert steps.keys() == {"pull", "decide", "deliver"}
        assert steps["pull"].attributes["firsttouch.records"] == ticks[source].pulled
        assert {each.attributes["firsttouch.run"] for each in steps.values()} == {run}
    told = " ".join(each.to_json() for each in spans)
    assert "@" not in told


def test_an_sdk_is_set_up_where_its_variable_asks_for_it(tmp_path):
    """And is of no account to a process that nobody asked: the API is not even loaded there."""
    words = "import sys; from flows.spans import span\nwith span('tick', 'hubspot'): pass\n"
    words += "print('opentelemetry.trace' in sys.modules)"
    said = {}
    for exporter in ("", "console"):
        done = subprocess.run(
            [sys.executable, "-c", words],
            env={**os.environ, "OTEL_TRACES_EXPORTER": exporter},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
        said[exporter] = done.stdout
    assert said[""] == "False\n"
    assert '"firsttouch.source": "hubspot"' in said["console"]


def test_an_exporter_that_is_not_installed_is_told_once_and_costs_nothing(caplog, monkeypatch):
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    done = []
    for number in range(2):
        with span("tick", "hubspot"):
            done.append(number)
    assert done == [0, 1]
    (told,) = caplog.messages
    assert "'otlp', and no such exporter is installed, so that nothing is traced: `pip" in told


def test_by_a_command_it_is_told_as_ours(in_town):
    with Town.open(seed=1, leads=60) as town:
        asked = {"OTEL_TRACES_EXPORTER": "nowhere"}
        ended = in_town(town, "sync", "--source", "linkedin_ads", environment=asked)
    assert "firsttouch: OTEL_TRACES_EXPORTER is 'nowhere', and no such" in ended.complaint
