"""Lines of a serving process: text for people, JSON for machines, the run they are about."""

import io
import json
import logging
import os
import subprocess
import sys

import pytest

from flows.about import about
from flows.checkout import CHECKOUT
from flows.serving_log import JsonLines, TextLines, is_json, log_with_times
from leads.errors import ConfigError
from leads.keys import RunId

RUN = RunId("0f3c")


@pytest.fixture
def log(monkeypatch):
    """A logger of its own, and what it wrote."""

    def written(formatter):
        stream = io.StringIO()
        made = logging.getLogger("firsttouch.webhooks.lines")
        made.setLevel(logging.INFO)
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        monkeypatch.setattr(made, "handlers", [handler])
        return made, stream

    return written


def test_an_object_a_line_has_the_run_and_the_source(log):
    made, stream = log(JsonLines())
    with about(RUN), about(RUN, "hubspot"):
        made.warning("%s is closed", "meta")
    made.info("two\nlines")
    first, second = map(json.loads, stream.getvalue().splitlines())
    at = first.pop("time")
    assert at.endswith("+00:00")
    assert first == {
        "level": "warning",
        "logger": "firsttouch.webhooks.lines",
        "message": "meta is closed",
        "run": "0f3c",
        "source": "hubspot",
    }
    assert second["message"] == "two\nlines"
    assert not {"run", "source"} & second.keys()


def test_a_fault_is_told_without_its_text(log):
    made, stream = log(JsonLines())
    try:
        int("ana@example.com")
    except ValueError:
        made.exception("it did not work")
    line = json.loads(stream.getvalue())
    assert "ValueError in test_log_lines.py" in line["fault"]
    assert "@" not in stream.getvalue()


def test_prefects_own_words_for_its_runs_are_kept(log):
    made, stream = log(JsonLines())
    made.info("begun", extra={"flow_run_id": "7", "flow_run_name": "sync 14:03", "args_of": "x"})
    line = json.loads(stream.getvalue())
    assert (line["flow_run_id"], line["flow_run_name"]) == ("7", "sync 14:03")
    assert "args_of" not in line


def test_text_says_the_run_at_its_end(log):
    made, stream = log(TextLines())
    with about(RUN):
        made.error("away")
    assert stream.getvalue().endswith("UTC ERROR firsttouch: away (run 0f3c)\n")


@pytest.mark.parametrize(("said", "wanted"), [("", False), ("text", False), (" JSON ", True)])
def test_what_is_asked_for(said, wanted):
    assert is_json({"FIRSTTOUCH_LOG": said}) is wanted


def test_what_is_neither_is_refused():
    with pytest.raises(ConfigError, match="FIRSTTOUCH_LOG is 'yaml': set it to json, or to text"):
        is_json({"FIRSTTOUCH_LOG": "yaml"})


def test_prefects_processes_are_told_to_write_the_same_unless_somebody_said_otherwise():
    environ = {"FIRSTTOUCH_LOG": "json", "PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER": "simple"}
    loggers = [logging.getLogger(name) for name in ("firsttouch", "connectors")]
    before = [(each.handlers, each.level, each.propagate) for each in loggers]
    try:
        log_with_times(environ)
        assert [type(each.handlers[0].formatter) for each in loggers] == [JsonLines, JsonLines]
    finally:
        for each, (handlers, level, propagate) in zip(loggers, before, strict=True):
            each.handlers, each.propagate = handlers, propagate
            each.setLevel(level)
    assert environ["PREFECT_LOGGING_FORMATTERS_JSON_CLASS"] == "flows.serving_log.JsonLines"
    assert environ["PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER"] == "simple"


def test_prefects_own_lines_are_objects_too():
    environ = {"PATH": os.environ["PATH"], "FIRSTTOUCH_LOG": "json"}
    words = (
        "import os; from flows.serving_log import log_with_times; log_with_times(os.environ);"
        "from prefect.logging.configuration import setup_logging; setup_logging(incremental=False);"
        "from prefect.logging import get_logger; get_logger('a_run').warning('a :100: run');"
        "import logging; logging.getLogger('firsttouch.alerts').info('told'); "
        "logging.getLogger('somebody').error('else')"
    )
    done = subprocess.run(
        [sys.executable, "-c", words],
        env=environ,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["message"] for line in lines] == ["a :100: run", "told", "else"]
