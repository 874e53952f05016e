"""OpenTelemetry's spans of what is done for a source; without it, nothing at all."""

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from functools import cache, wraps
from importlib.metadata import entry_points
from typing import Concatenate, Final, ParamSpec, TypeVar

from flows.about import at_hand
from flows.wiring import Wiring

_LOG = logging.getLogger("firsttouch.spans")
_API: Final = "opentelemetry.trace"
_EXPORTER: Final = "OTEL_TRACES_EXPORTER"
_CALLED: Final = {"otlp": "otlp_proto_http"}
_LACKS = (
    "OTEL_TRACES_EXPORTER is %r, and %s, so that nothing is traced: `pip install opentelemetry-sdk "
    "opentelemetry-exporter-otlp-proto-http` into the environment, or unset it"
)
P = ParamSpec("P")
R = TypeVar("R", bound=int | Sized)
Step = Callable[Concatenate[Wiring, str, P], R]


@contextmanager
def span(name: str, source: str) -> Iterator[Callable[[int], None]]:
    """
    Trace what is done until the block ends; what is given is called with how many records it was.

    It carries the source's name and the run's id, and nothing of a lead. Until somebody has loaded
    the API (Prefect does, or who sets an SDK up) nobody can want spans, and it is not loaded here.
    """
    _export(os.environ.get(_EXPORTER, ""))
    if _API not in sys.modules:
        yield lambda _: None
        return
    from opentelemetry import trace

    told = {"firsttouch.source": source, "firsttouch.run": at_hand().get("run", "")}
    with trace.get_tracer("firsttouch").start_as_current_span(name, attributes=told) as made:
        yield lambda count: made.set_attribute("firsttouch.records", count)


def traced(name: str) -> Callable[[Step[P, R]], Step[P, R]]:
    """Trace a step that answers how many records it was about, or which."""

    def around(step: Step[P, R]) -> Step[P, R]:
        @wraps(step)
        def within(wiring: Wiring, source: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with span(name, source) as count:
                done = step(wiring, source, *args, **kwargs)
                count(done if isinstance(done, int) else len(done))
                return done

        return within

    return around


@cache
def _export(asked: str) -> None:
    """Set the SDK up where its own variable asks for it, once; that it cannot be costs no lead."""
    if asked in {"", "none"}:
        return
    found = entry_points(group="opentelemetry_traces_exporter", name=_CALLED.get(asked, asked))
    if not found:
        _LOG.warning(_LACKS, asked, "no such exporter is installed")
        return
    try:
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _LOG.warning(_LACKS, asked, "there is no SDK")
        return
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(next(iter(found)).load()()))
    trace.set_tracer_provider(provider)
