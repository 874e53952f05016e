"""Up to when each list was read: the whole of what a pull of LinkedIn leads has to remember."""

import json
from collections.abc import Mapping

from connectors.linkedin_ads.failures import NAME
from leads.errors import ContractError
from leads.record import Cursor


def write(marks: Mapping[str, int]) -> Cursor:
    """`marks`: the newest lead read of each list, in milliseconds since 1970."""
    return Cursor(json.dumps(marks, sort_keys=True))


def read(cursor: Cursor | None) -> dict[str, int]:
    if cursor is None:
        return {}
    try:
        marks = json.loads(cursor)
    except ValueError:
        marks = None
    if isinstance(marks, dict) and all(type(at) is int for at in marks.values()):
        return marks
    problem = "the stored cursor is not one of this connector's"
    raise ContractError(NAME, "resume", problem, "Reset this source's cursor")
