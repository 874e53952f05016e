"""
A lead form's webhook, as far as it is pure: is it ours, and is it whole?

Google signs nothing: the key typed into the form's settings comes back in the body, and is the only
proof. So a body has to be read before it can be refused; nothing else is done with it until then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from connectors.google_ads.failures import NAME
from connectors.inbound import (
    LONGEST_ID,
    NOT_READABLE,
    UNAUTHORIZED,
    UNPROCESSABLE,
    FieldProblem,
    Notice,
    Refusal,
    Unread,
    is_plain_id,
    is_same,
    known_by,
)
from connectors.inbound_json import Unreadable, read_json

KEY = "google_key"


def verify_webhook(body: bytes, key: SecretStr) -> Mapping[str, Any] | Refusal:
    """
    Answer what `body` holds, without the key; a refusal names every field that is wrong.

    No value is repeated. Fields we do not know stay, as Google asks of receivers.
    """
    try:
        payload = read_json(body)
    except Unreadable as error:
        return Refusal(status=NOT_READABLE, problem=str(error))
    if not isinstance(payload, dict):
        return Refusal(status=NOT_READABLE, problem="the body is not a JSON object")
    if not _is_key(payload.pop(KEY, None), key.get_secret_value()):
        return Refusal(status=UNAUTHORIZED, problem=f"{KEY} is missing or not ours")
    errors = tuple(_problems(payload))
    if errors:
        named = ", ".join(error.field for error in errors)
        # Google sends nothing again that was refused: a poll may have the lead, or a person must.
        kept = Notice(source=NAME, unread=(_unread(payload, errors),))
        problem = f"wrong: {named}"
        return Refusal(status=UNPROCESSABLE, problem=problem, errors=errors, kept=(kept,))
    return payload


def _unread(payload: Mapping[str, Any], errors: Sequence[FieldProblem]) -> Unread:
    lead_id = payload.get("lead_id")
    named = [f"lead_id {lead_id}"] if is_plain_id(lead_id) and "@" not in str(lead_id) else []
    about = ", ".join(filter(None, [*named, known_by(payload, ("form_id", "campaign_id"))]))
    fields = ", ".join(dict.fromkeys(error.told() for error in errors))
    return Unread(
        problem=f"a lead that was refused, as Google does not write it: {fields}", about=about
    )


def _is_key(given: Any, wanted: str) -> bool:
    """No key of ours is matched by none of theirs."""
    return is_same(given if isinstance(given, str) else "", wanted)


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    """Whole, or a text of digits: some senders cannot write 64 bits as a number."""
    if isinstance(value, str):
        return not value or (value.isascii() and value.isdecimal())
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _is_flag(value: Any) -> bool:
    return value is None or isinstance(value, bool)


_Check = tuple[Callable[[Any], bool], str]
_FILLED: _Check = (_is_filled, "must be a text that is not empty")
_ID: _Check = (is_plain_id, f"must be a text of 1 to {LONGEST_ID} visible characters")
_TEXT: _Check = (_is_text, "must be a text")
_NUMBER: _Check = (_is_number, "must be a whole number")
_FLAG: _Check = (_is_flag, "must be true or false")
_FIELDS: Mapping[str, _Check] = {
    "lead_id": _ID,
    "form_id": _NUMBER,
    "campaign_id": _NUMBER,
    "adgroup_id": _NUMBER,
    "creative_id": _NUMBER,
    "asset_group_id": _NUMBER,
    "gcl_id": _TEXT,
    "lead_submit_time": _TEXT,
    "is_test": _FLAG,
}
_COLUMN: Mapping[str, _Check] = {"column_id": _FILLED, "string_value": _TEXT}


def _problems(payload: Mapping[str, Any]) -> Iterator[FieldProblem]:
    yield from _wrong(payload, _FIELDS, "")
    columns = payload.get("user_column_data")
    if not isinstance(columns, list):
        yield FieldProblem(field="user_column_data", problem="must be a list")
        return
    for number, column in enumerate(columns):
        place = f"user_column_data.{number}"
        if isinstance(column, dict):
            yield from _wrong(column, _COLUMN, f"{place}.")
        else:
            yield FieldProblem(field=place, problem="must be an object")


def _wrong(
    given: Mapping[str, Any], checks: Mapping[str, _Check], place: str
) -> Iterator[FieldProblem]:
    for name, (is_right, problem) in checks.items():
        if not is_right(given.get(name)):
            yield FieldProblem(field=f"{place}{name}", problem=problem)
