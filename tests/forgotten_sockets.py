"""What Prefect leaves open, which is no fault of ours: warnings of anything else stay errors."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def prefect_forgets_to_close(*, in_another_thread: bool = False) -> Iterator[None]:
    """Prefect asks its server where results are kept and leaves that connection lying about."""
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415  (four seconds)

    server = urlsplit(PREFECT_API_URL.value())
    to_prefect = rf"unclosed <socket\.socket .*raddr=\('127\.0\.0\.1', {server.port}\)>"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=to_prefect, category=ResourceWarning)
        if in_another_thread:  # the loop that is told of it is gone: it has no address any more
            lost = r"unclosed transport <_SelectorSocketTransport fd=\d+>"
            warnings.filterwarnings("ignore", message=lost, category=ResourceWarning)
        yield
        gc.collect()
