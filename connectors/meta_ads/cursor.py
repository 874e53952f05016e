"""Where each form was read to: the whole of what a pull of Meta leads has to remember."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from connectors.meta_ads.failures import NAME
from leads.errors import ContractError
from leads.record import Cursor

_UNKNOWN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    One form. `at`: the newest lead read, in Unix seconds. `count`: the form's leads as it told.

    `is_settled`: the count was the same at the last reading but one. A count may grow before the
    lead can be read, so a form is left alone only when a second reading found nothing new.
    """

    at: int
    count: int = _UNKNOWN
    is_settled: bool = False
    read_at: int = 0

    def may_skip(self, count: int, now: float, reread_seconds: float) -> bool:
        is_recent = now - self.read_at < reread_seconds
        return self.is_settled and count == self.count and is_recent


def write(marks: Mapping[str, Mark]) -> Cursor:
    return Cursor(json.dumps({form: asdict(mark) for form, mark in marks.items()}, sort_keys=True))


def read(cursor: Cursor | None) -> dict[str, Mark]:
    if cursor is None:
        return {}
    try:
        return {form: Mark(**mark) for form, mark in json.loads(cursor).items()}
    except (ValueError, TypeError, AttributeError):
        problem = "the stored cursor is not one of this connector's"
        raise ContractError(NAME, "resume", problem, "Reset this source's cursor") from None
