"""What a serving process logs: lines of text with their time, or JSON (`FIRSTTOUCH_LOG=json`)."""

import json
import logging
import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, Literal, TextIO

from flows.about import at_hand
from flows.exits import note
from flows.faults import in_words
from leads.errors import ConfigError

VARIABLE: Final = "FIRSTTOUCH_LOG"
_TEXT, _JSON = "text", "json"
_OURS = ("firsttouch", "connectors")
_OF_PREFECT = ("flow_run_id", "flow_run_name", "task_run_name")
_IN_PREFECT: Final = {
    # Prefect sets the logs of its own processes up by itself, and takes these from the environment.
    "PREFECT_LOGGING_FORMATTERS_JSON_CLASS": "flows.serving_log.JsonLines",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS": "flows.serving_log.Plain",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER": "json",
}


class JsonLines(logging.Formatter):
    """An object a line. A fault is told without its text, which may be somebody's values."""

    def __init__(
        self,
        fmt: str | None = None,
        datefmt: str | None = None,
        style: Literal["%", "{", "$"] = "%",
        **_: object,
    ) -> None:
        """Take what logging's configuration hands to any formatter, and need none of it."""
        del fmt, datefmt, style
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **at_hand(),
            **{name: getattr(record, name) for name in _OF_PREFECT if hasattr(record, name)},
        }
        if record.exc_info and (fault := record.exc_info[1]) is not None:
            line["fault"] = in_words(fault)
        return json.dumps(line, default=str)


class Plain(logging.StreamHandler[TextIO]):
    """Prefect's own handler colours what it writes, and takes :words: between colons for emoji."""

    def __init__(self, stream: TextIO | None = None, **_: object) -> None:
        super().__init__(stream)


class TextLines(logging.Formatter):
    """The time, how bad it is, and the run, if any."""

    def format(self, record: logging.LogRecord) -> str:
        run = at_hand().get("run")
        which = f" (run {run})" if run else ""
        at = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%d %H:%M:%S} UTC"
        return f"{at} {record.levelname} firsttouch: {record.getMessage()}{which}"


class _Marked(logging.Handler):
    """As every complaint of a command is."""

    def emit(self, record: logging.LogRecord) -> None:
        for line in record.getMessage().splitlines():
            note(line)


@contextmanager
def warnings_marked() -> Iterator[None]:
    """Have what is logged as amiss told on stderr as ours; what serves logs by `log_with_times`."""
    handler, loggers = _Marked(logging.WARNING), [logging.getLogger(name) for name in _OURS]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def is_json(environ: Mapping[str, str]) -> bool:
    """Whether lines of JSON are asked for. Raises ConfigError for what is neither."""
    asked = environ.get(VARIABLE, "").strip().lower() or _TEXT
    if asked not in {_TEXT, _JSON}:
        raise ConfigError([f"{VARIABLE} is {asked!r}: set it to json, or to text"])
    return asked == _JSON


def log_with_times(environ: MutableMapping[str, str] = os.environ) -> None:
    """
    Log to stderr, in this process and in the runs that it starts.

    For processes that stay: to be called before Prefect is imported, which reads `environ` once.
    Raises ConfigError.
    """
    formatter: logging.Formatter = TextLines()
    if is_json(environ):
        formatter = JsonLines()
        for name, value in _IN_PREFECT.items():
            environ.setdefault(name, value)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False  # Prefect's handler at the root would tell it a second time
