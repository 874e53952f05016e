"""Bulk API 2.0 jobs: their states, what was uploaded, what became of each row."""

import csv
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.salesforce.errors import Refusal, not_there

PREFIX = "750"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PIPE": "|", "TAB": "\t", "CARET": "^"}
_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


class State(StrEnum):
    """Where a job stands."""

    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    JOB_COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"


ENDED = frozenset({State.JOB_COMPLETE, State.FAILED, State.ABORTED})
_MAY_FOLLOW: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.UPLOAD_COMPLETE, State.ABORTED}),
    State.UPLOAD_COMPLETE: frozenset({State.ABORTED}),
    State.IN_PROGRESS: frozenset({State.ABORTED}),
}


@dataclass(slots=True, kw_only=True)
class Job:
    """`done` and `failed` hold (row, id, made or error); `looks` is how often it was asked for."""

    id: str
    asked: Mapping[str, Any]
    version: str
    made_by: str
    made_at: str
    state: State = State.OPEN
    columns: Sequence[str] = ()
    rows: list[dict[str, str]] | None = None
    done: list[tuple[dict[str, str], str, bool]] = field(default_factory=list)
    failed: list[tuple[dict[str, str], str, str]] = field(default_factory=list)
    error: str = ""
    looks: int = 0

    @property
    def unprocessed(self) -> list[dict[str, str]]:
        return (self.rows or [])[len(self.done) + len(self.failed) :]

    def upload(self, text: str) -> None:
        """Raises Refusal: a job takes one upload, while it is open."""
        if self.state is not State.OPEN or self.rows is not None:
            message = "Invalid job state: content can be uploaded once, while the job is Open"
            raise Refusal("INVALIDJOBSTATE", message)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=self._delimiter)
        self.rows = list(reader)
        self.columns = list(reader.fieldnames or ())

    def go(self, state: str) -> None:
        """Raises Refusal for a state that may not follow."""
        if state not in _MAY_FOLLOW.get(self.state, ()):
            message = f"Job state {self.state} cannot be changed to {state}"
            raise Refusal("INVALIDJOBSTATE", message)
        self.state = State(state)

    def info(self) -> dict[str, Any]:
        known = {
            "id": self.id,
            "operation": self.asked["operation"],
            "object": self.asked.get("object"),
            "createdById": self.made_by,
            "createdDate": self.made_at,
            "systemModstamp": self.made_at,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.asked.get("lineEnding", "LF"),
            "columnDelimiter": self.asked.get("columnDelimiter", "COMMA"),
        }
        return known | ({"errorMessage": self.error} if self.error else {})

    def csv(self, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
        text = io.StringIO()
        writer = csv.DictWriter(
            text,
            columns,
            delimiter=self._delimiter,
            lineterminator=_ENDINGS[self.asked.get("lineEnding", "LF")],
            quoting=csv.QUOTE_ALL,
        )
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()

    @property
    def _delimiter(self) -> str:
        return _DELIMITERS[self.asked.get("columnDelimiter", "COMMA")]


@dataclass(slots=True, kw_only=True)
class Bulk:
    """
    The org's jobs. Switches: a job is done when it was asked for `looks_until_done` times;
    with `fails_after` rows the platform gives one up, and leaves the rest unprocessed.
    """

    looks_until_done: int = 1
    fails_after: int | None = None
    jobs: dict[str, Job] = field(default_factory=dict)

    def open(self, asked: Mapping[str, Any], *, version: str, by: str, at: str) -> Job:
        key = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(12)) + "AAA"
        job = Job(id=key, asked=asked, version=version, made_by=by, made_at=at)
        self.jobs[key] = job
        return job

    def find(self, key: str) -> Job:
        """Raises Refusal: NOT_FOUND."""
        if key not in self.jobs:
            raise not_there()
        return self.jobs[key]


def row_error(text: str, code: str, fields: Sequence[str]) -> str:
    """Word a refused row as sf__Error does."""
    return f"{code}:{text}:{' '.join([*fields, '--'])}"
