"""Which run and source the work at hand is about, so that whatever is logged in it can say so."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from leads.keys import RunId

_NOTHING: Mapping[str, str] = MappingProxyType({})
_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("firsttouch_about", default=_NOTHING)


@contextmanager
def about(run: RunId, source: str = "") -> Iterator[None]:
    """Let what is logged until the block ends carry the run's id, and the source's name if any."""
    told = {"run": str(run), **({"source": source} if source else {})}
    token = _ABOUT.set({**_ABOUT.get(), **told})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def at_hand() -> Mapping[str, str]:
    return _ABOUT.get()
