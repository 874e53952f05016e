"""Text of SOQL: quoted values, instants, and the bounds that page through changes."""

from collections.abc import Iterable
from datetime import UTC, datetime

from simple_salesforce.format import quote_soql_value

from connectors.salesforce_ids import whole_id


def quoted(values: Iterable[str]) -> str:
    """Write a list for IN."""
    return str(quote_soql_value(list(values)))


def instant(at: datetime) -> str:
    """Write an instant to the millisecond; format_soql would cut it to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def is_id(text: str) -> bool:
    """Tell a well-formed id: Salesforce refuses a whole query for one that is not."""
    return text == text.strip() and whole_id(text) is not None


def short_id(text: str) -> str:
    """The 15 characters that tell ids apart; the last three of 18 only repeat their case."""
    return text[:15]


def from_start(stamp: str) -> str:
    return f"SystemModstamp >= {stamp}"


def after(stamp: str, record_id: str) -> str:
    """Bound what comes after one record in the order of (SystemModstamp, Id)."""
    same = f"(SystemModstamp = {stamp} AND Id > {quote_soql_value(record_id)})"
    return f"({same} OR SystemModstamp > {stamp})"
