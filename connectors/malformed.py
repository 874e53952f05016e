"""A record whose shape is not the vendor's own: it is set aside, and its neighbours go on."""

from collections.abc import Mapping
from typing import Any

from connectors.vendor_text import digest
from leads.errors import RecordError
from leads.record import RawRecord

_MARK = "malformed"


def set_aside(source_id: str, problem: str, body: Mapping[str, Any]) -> RawRecord:
    """Keep it, with what is wrong; `source_id` is "" where there is none."""
    kept = {**body, _MARK: problem}
    return RawRecord(source_id=source_id, version=f"{_MARK}/{digest(kept)}", body=kept)


def is_malformed(raw: RawRecord) -> bool:
    """Such a record is not outside the intake: nothing it says can be believed."""
    return _MARK in raw.body


def refuse_malformed(raw: RawRecord) -> None:
    """Raises RecordError for one that was set aside."""
    if is_malformed(raw):
        raise RecordError(raw.source_id, "record", str(raw.body[_MARK]))
