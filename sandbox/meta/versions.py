"""Which version of the Graph answers a call: the one asked for, or what is left of it."""

import re

from sandbox.meta.errors import GraphError, unknown_path

NEWEST = "v26.0"
OLDEST = "v22.0"
_VERSION = re.compile(r"v(\d+)\.(\d+)")


def split_path(path: str) -> tuple[str | None, tuple[str, ...]]:
    """A path's version, if it names one, and what comes after it."""
    parts = tuple(part for part in path.split("/") if part)
    if parts and _VERSION.fullmatch(parts[0]):
        return parts[0], parts[1:]
    return None, parts


def answering(asked: str | None) -> str:
    """
    The version that answers; a GraphError for one that is not out yet.

    What has expired is not refused: the oldest that is left answers, and so it does where none is
    asked for. Only the header `facebook-api-version` tells it.
    """
    if asked is None or _number(asked) < _number(OLDEST):
        return OLDEST
    if _number(asked) > _number(NEWEST):
        raise unknown_path(f"/{asked}")
    return asked


def check_ads_version(asked: str | None) -> None:
    """Ads are the Marketing API's, which refuses a version that has expired."""
    if asked is not None and _number(asked) < _number(OLDEST):
        raise GraphError(
            2635,
            "(#2635) You are calling a deprecated version of the Ads API. "
            f"Please update to the latest version: {NEWEST}.",
        )


def _number(version: str) -> tuple[int, int]:
    matched = _VERSION.fullmatch(version)
    return (int(matched[1]), int(matched[2])) if matched else (0, 0)
