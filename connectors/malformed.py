"""A record whose shape is not the vendor's own: it is set aside, and its neighbours go on."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.vendor_text import digest
from leads.errors import ContractError, RecordError
from leads.record import RawRecord

OUT_OF_SHAPE = (KeyError, TypeError, AttributeError)
"""What reading fails with where a record lacks a part, or has something else in its place."""
_MARK = "malformed"


class MalformedAnswer(ContractError):
    """A record among those asked for cannot be read; asked for apart, the others can."""


def set_aside(source_id: str, problem: str, body: Mapping[str, Any]) -> RawRecord:
    """Keep it, with what is wrong; `source_id` is "" where there is none."""
    kept = {**body, _MARK: problem}
    return RawRecord(source_id=source_id, version=f"{_MARK}/{digest(kept)}", body=kept)


def readable(raw: RawRecord, to_text: Callable[..., Mapping[str, str | None]]) -> RawRecord:
    """Answer `raw`, whose text can be read: raises what reading it fails with (OUT_OF_SHAPE)."""
    to_text(raw.body, {})
    return raw


def is_malformed(raw: RawRecord) -> bool:
    """Such a record is not outside the intake: nothing it says can be believed."""
    return _MARK in raw.body


def refuse_malformed(raw: RawRecord) -> None:
    """Raises RecordError for one that was set aside."""
    if is_malformed(raw):
        raise RecordError(raw.source_id, "record", str(raw.body[_MARK]))
