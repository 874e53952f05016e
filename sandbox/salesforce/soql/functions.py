"""CALENDAR_YEAR and the other functions of a date, in UTC. The fiscal year is the calendar's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.salesforce.schema import Entity
from sandbox.salesforce.soql.dates import read_datetime
from sandbox.salesforce.soql.reading import Found, Row, Tables, find
from sandbox.salesforce.soql.tree import Path, fault_at

_DAYS, _MONTHS = 7, 3


def _week(day: int) -> int:
    """Weeks of a month and of a year begin with its first day, whatever weekday that is."""
    return (day - 1) // _DAYS + 1


def _quarter(at: datetime) -> int:
    return (at.month - 1) // _MONTHS + 1


_Of = Callable[[datetime], Any]
DATE_FUNCTIONS: Mapping[str, _Of] = {
    "CALENDAR_MONTH": lambda at: at.month,
    "CALENDAR_QUARTER": _quarter,
    "CALENDAR_YEAR": lambda at: at.year,
    "DAY_IN_MONTH": lambda at: at.day,
    "DAY_IN_WEEK": lambda at: at.isoweekday() % _DAYS + 1,  # Sunday is 1
    "DAY_IN_YEAR": lambda at: at.timetuple().tm_yday,
    "DAY_ONLY": lambda at: at.date().isoformat(),
    "FISCAL_MONTH": lambda at: at.month,
    "FISCAL_QUARTER": _quarter,
    "FISCAL_YEAR": lambda at: at.year,
    "HOUR_IN_DAY": lambda at: at.hour,
    "WEEK_IN_MONTH": lambda at: _week(at.day),
    "WEEK_IN_YEAR": lambda at: _week(at.timetuple().tm_yday),
}
_OF_A_TIME = frozenset({"DAY_ONLY", "HOUR_IN_DAY"})


def find_value(text: str, path: Path, entity: Entity, tables: Tables) -> Found:
    """The field, its function applied. Raises Refusal, also for a function of what is no date."""
    found = find(text, path, entity, tables)
    if path.function is None:
        return found
    kinds = {"datetime"} if path.function in _OF_A_TIME else {"date", "datetime"}
    if found.column.type not in kinds:
        message = f"field {found.column.name} does not support function {path.function}"
        raise fault_at(text, path.at, "MALFORMED_QUERY", message)
    function, read = DATE_FUNCTIONS[path.function], found.read

    def applied_to(row: Row) -> Any:
        value = read(row)
        return function(_moment(value)) if value is not None else None

    kind = "date" if path.function == "DAY_ONLY" else "int"
    column = replace(found.column, type=kind, groupable=True, sortable=True)
    return Found(steps=found.steps, column=column, read=applied_to)


def _moment(value: str) -> datetime:
    return read_datetime(value) if "T" in value else datetime.fromisoformat(value)
