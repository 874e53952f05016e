"""What Salesforce says when it refuses: a code, a sentence, the fields it means."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """One refused row, or one refused request."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: Sequence[str] | None = None,
        status: int = 400,
        duplicates: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.fields = fields
        self.status = status
        self.duplicates = duplicates

    def as_request_error(self) -> list[dict[str, Any]]:
        """Word it as the body of a refused request."""
        error: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            error["fields"] = list(self.fields)
        if self.duplicates:
            error = {"duplicateResut": self.duplicates, **error}  # the vendor's own spelling
        return [error]

    def as_row_error(self) -> dict[str, Any]:
        """Word it as one row of a collection's answer: no id, and another name for the code."""
        error: dict[str, Any] = {
            "statusCode": self.code,
            "message": self.message,
            "fields": list(self.fields or ()),
        }
        if self.duplicates:
            error["duplicateResult"] = self.duplicates
        return {"success": False, "errors": [error]}


_ASK_DESCRIBE = "Please reference your WSDL or the describe call for the appropriate names."


def no_such_column(name: str, entity: str) -> str:
    return (
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom "
        f"field, be sure to append the '__c' after the custom field name. {_ASK_DESCRIBE}"
    )


def no_such_relationship(name: str) -> str:
    return (
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a "
        "custom relationship, be sure to append the '__r' after the custom relationship name. "
        f"{_ASK_DESCRIBE}"
    )


def no_such_child(name: str) -> str:
    return (
        f"Didn't understand relationship '{name}' in FROM part of query call. If you are "
        "attempting to use a custom relationship, be sure to append the '__r' after the custom "
        f"relationship name. {_ASK_DESCRIBE}"
    )


def no_such_type(name: str) -> str:
    return (
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, "
        f"be sure to append the '__c' after the entity name. {_ASK_DESCRIBE}"
    )


def not_there() -> Refusal:
    return Refusal("NOT_FOUND", "The requested resource does not exist", status=404)


def not_an_external_id(text: str) -> Refusal:
    message = f"Provided external ID field does not exist or is not accessible: {text}"
    return Refusal("NOT_FOUND", message, status=404)


def is_deleted() -> Refusal:
    return Refusal("ENTITY_IS_DELETED", "entity is deleted", fields=(), status=404)


def session_expired() -> Refusal:
    return Refusal("INVALID_SESSION_ID", "Session expired or invalid", status=401)


def unknown_column_in_body(name: str, entity: str) -> Refusal:
    return Refusal("INVALID_FIELD", f"No such column '{name}' on sobject of type {entity}")


def read_only(names: Sequence[str]) -> Refusal:
    message = (
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings "
        "of this field and verify that it is read/write for your profile or permission set."
    )
    return Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=names)


def missing(names: Sequence[str]) -> Refusal:
    message = f"Required fields are missing: [{', '.join(names)}]"
    return Refusal("REQUIRED_FIELD_MISSING", message, fields=names)


def limit_exceeded() -> Refusal:
    return Refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)


def too_many_operations(most: int, kind: str = "") -> Refusal:
    cannot = "can\N{RIGHT SINGLE QUOTATION MARK}t"
    message = f"The request {cannot} contain more than {most} {kind}operations."
    return Refusal("LIMIT_EXCEEDED", message)


def too_many_records(most: int) -> Refusal:
    message = f"record limit reached. cannot submit more than {most} records into this call"
    return Refusal("EXCEEDED_ID_LIMIT", message)


def broken_json(message: str, at: int) -> Refusal:
    return Refusal("JSON_PARSER_ERROR", f"{message} at [line:1, column:{at}]")
