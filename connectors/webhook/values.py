"""What no program should send as a value: the sender is told, instead of the lead being guessed."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.vendor_text import as_text
from leads.lead import Headcount
from leads.normalise.employees import read_bounds, read_employees
from leads.normalise.moments import read_moment
from leads.normalise.yes_no import read_yes_no

_LEAST, _MOST = "employees_min", "employees_max"


def problem_of(name: str, value: Any) -> str | None:
    """
    Say what is wrong with one value; None where nothing is, or a person may have typed it.

    What forms ask of people is read as well as can be, and blank otherwise, with a flaw. When a
    lead was made and whether it is a trial are the sender's to say.
    """
    if not _is_plain(value):
        return "must be text, a number, true, false, null, or a list of texts"
    text = as_text(value) or ""
    if name == "created_at" and value and read_moment(text).value is None:
        return "must be an instant with its time zone, such as 2026-11-22T10:00:00Z"
    if name == "is_test" and read_yes_no(text).value is None:
        return "must be true or false"
    return None


def contradictions(lead: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the field and what is wrong, where one headcount is outside the other."""
    told = {name: as_text(lead.get(name)) for name in ("employees", _LEAST, _MOST)}
    least, most = (told[name] for name in (_LEAST, _MOST))
    bounds = _reading(least, most)
    if least and most and bounds is None and _reading(least, None) and _reading(None, most):
        yield _MOST, f"must not be less than {_LEAST}"
    count = read_employees(told["employees"]).value if told["employees"] else None
    if count and bounds and _are_apart(count, bounds):
        yield (_LEAST if least else _MOST), "contradicts employees; send one of the two"


def _reading(least: str | None, most: str | None) -> Headcount | None:
    return read_bounds(least, most).value if least or most else None


def _are_apart(one: Headcount, other: Headcount) -> bool:
    return any(
        low.most is not None and low.most < high.least for low, high in ((one, other), (other, one))
    )


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | int | float | bool)
