"""What Salesforce's error codes ask of the caller."""

from typing import Any

from simple_salesforce.exceptions import SalesforceError

from connectors.http import rest_asked, sort_status
from leads.errors import ConnectorError, RateLimited, TransientError
from leads.keys import CrmOwnerId

NAME = "salesforce"
_CREDENTIALS = (
    "The session ended and a new one was refused: check the FIRSTTOUCH_SALESFORCE_ variables"
)
_PERMISSIONS = "Check the permissions of the connected app's user"

_ROWS_THAT_MAY_PASS = frozenset(
    {
        "UNABLE_TO_LOCK_ROW",
        "SERVER_UNAVAILABLE",
        "REQUEST_RUNNING_TOO_LONG",
        "QUERY_TIMEOUT",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "PROCESSING_HALTED",
        "REQUEST_LIMIT_EXCEEDED",
    }
)

_ABOUT_A_VALUE = frozenset(
    {
        "FIELD_INTEGRITY_EXCEPTION",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "STRING_TOO_LONG",
    }
)


def sort_request(
    failure: SalesforceError, operation: str, rest: float | None = None
) -> ConnectorError:
    """
    Only codes are repeated in the text: the messages quote the query, with e-mails in it.

    `rest`: the seconds for which the answer asked us to leave it alone, if it did.
    """
    error = _sorted(failure, operation)
    if isinstance(error, TransientError):
        error.retry_after = rest
    if isinstance(error, RateLimited):
        error.rest = rest_asked(rest)
    return error


def _sorted(failure: SalesforceError, operation: str) -> ConnectorError:
    code = error_code(failure.content)
    if code == "REQUEST_LIMIT_EXCEEDED":
        remedy = "Look at the org's API usage; another integration may be using it up"
        return RateLimited(NAME, operation, f"{code} (HTTP {failure.status})", remedy)
    if code == "INVALID_QUERY_LOCATOR":
        # The next page's place is kept for two days and by no promise; the list is begun anew.
        return TransientError(NAME, operation, f"{code} (HTTP {failure.status})")
    if failure.status == 406:  # noqa: PLR2004  (seen without a body when an instance is moving)
        return TransientError(NAME, operation, "HTTP 406")
    remedy = {401: _CREDENTIALS, 403: _PERMISSIONS}.get(failure.status, "")
    return sort_status(
        failure.status, connector=NAME, operation=operation, problem=code, remedy=remedy
    )


def error_code(content: Any) -> str:
    """Find the code of a refused request; "" when the body is not Salesforce's own."""
    first = content[0] if isinstance(content, list) and content else content
    return str(first.get("errorCode", "")) if isinstance(first, dict) else ""


def row_codes(row: dict[str, Any]) -> list[str]:
    """Codes of one refused row of a collection."""
    return [str(e.get("statusCode", "UNKNOWN")) for e in row.get("errors") or [{}]]


def row_reason(row: dict[str, Any]) -> str:
    """Say why one row was refused, in the vendor's codes and the fields they are about."""
    return "; ".join(
        " ".join([str(e.get("statusCode", "UNKNOWN")), *map(str, e.get("fields") or [])])
        for e in row.get("errors") or [{}]
    )


def refusal(row: dict[str, Any], owner: CrmOwnerId) -> str:
    """Say why a record was not given to `owner`, and what to change where that is the owner."""
    told = row_reason(row)
    if blames_owner(row):
        return (
            f"{told}: Salesforce has no active user or queue {owner} that may own leads; write the "
            "right id under crm: salesforce: of that owner, or activate the user in Salesforce"
        )
    return told


def blames_owner(row: dict[str, Any]) -> bool:
    """Whether it is the owner that is not taken."""
    named = {str(field) for e in row.get("errors") or () for field in e.get("fields") or ()}
    return "OwnerId" in named or "INACTIVE_OWNER_OR_USER" in row_codes(row)


def is_converted(row: dict[str, Any]) -> bool:
    """Whether the record is no lead any more: it was converted, and takes no change."""
    return "CANNOT_UPDATE_CONVERTED_LEAD" in row_codes(row)


def refused_values(row: dict[str, Any]) -> dict[str, str]:
    """Name the fields whose values a row was refused for alone, with the code for each."""
    found: dict[str, str] = {}
    for error in row.get("errors") or ():
        code, fields = str(error.get("statusCode")), error.get("fields") or ()
        if code not in _ABOUT_A_VALUE or not fields:
            return {}
        found |= {str(field): code for field in fields}
    return found


def is_gone(row: dict[str, Any]) -> bool:
    return "ENTITY_IS_DELETED" in row_codes(row)


def may_pass(row: dict[str, Any]) -> bool:
    return any(code in _ROWS_THAT_MAY_PASS for code in row_codes(row))
