"""The servers of the sandbox's vendors, for the tests of one file."""

from collections.abc import Iterator

import pytest

from tests.sandbox.stage import Stage, served_stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with served_stage() as stage:
        yield stage
