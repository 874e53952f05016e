"""A CSV file as a source of its own: read again each time, as others add rows or replace it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from connectors.base import SourceSetup
from connectors.csv_file.connector import CsvFile
from connectors.csv_file.settings import CsvSettings
from connectors.findings import Finding, examine
from leads.errors import ConfigError, ContractError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.record import Cursor, Page, RawRecord

_PAGE_SIZE = 500
_MARK = "@"


class CsvSource:
    """
    LeadSource. A file to which rows are added is read on; one that was replaced, from its start.

    The cursor is how many rows were read and a fingerprint of them. Rows are known by their id, or
    by what they say, so that reading some again changes nothing.
    """

    def __init__(self, settings: CsvSettings, setup: SourceSetup) -> None:
        self.name = setup.name
        self._path, self._setup = settings.path, setup
        self._read: CsvFile | None = None

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        rows = list(_each_its_own(self._file("pull", again=True).rows()))
        marks = list(_marks(rows))
        at = _resume(since, marks)
        while at < len(rows):
            page = rows[at : at + _PAGE_SIZE]
            at += len(page)
            yield Page(records=tuple(page), resume_from=Cursor(f"{at}{_MARK}{marks[at - 1]}"))

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:  # noqa: ARG002  (the port's)
        """Answer the file's beginning: its rows are in no order of time."""
        return None

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        wanted = set(ids)
        rows = _each_its_own(self._file("fetch", again=True).rows())
        yield from (row for row in rows if row.source_id in wanted)

    def normalise(self, raw: RawRecord) -> Lead:
        lead = self._file("read a row").normalise(raw)
        return replace(lead, key=LeadKey(self.name, raw.source_id))

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return self._file("read a row").text_of(raw)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        return self._file("read a row").owner_of(raw)

    def is_intake(self, raw: RawRecord) -> str | None:  # noqa: ARG002  (the port's)
        """A row of a file is a lead because somebody put it there."""
        return None

    def check(self) -> Iterator[Finding]:
        return examine((), (("file", self._findings),))

    def _findings(self) -> Iterator[Finding]:
        return self._file("check", again=True).findings()

    def close(self) -> None:
        """Nothing is held open."""

    def _file(self, operation: str, *, again: bool = False) -> CsvFile:
        """
        Read the file, or answer with it as it was last read. Raises ContractError.

        A row that has no created_at was created when the file was last changed.
        """
        if again or self._read is None:
            try:
                changed = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
                self._read = CsvFile(self._path, self._setup, created_at=changed)
            except OSError as error:
                problem = f"{self._path}: {error.strerror}"
                raise ContractError(self.name, operation, problem) from None
            except ConfigError as error:
                # Not ours to raise: a file that is missing must not keep other sources waiting.
                raise ContractError(self.name, operation, "; ".join(error.problems)) from None
        return self._read


def _each_its_own(rows: Iterable[RawRecord]) -> Iterator[RawRecord]:
    """Yield the rows; one whose id stands above already, of another row, is known by its own."""
    above: dict[str, str] = {}
    for row in map(_known_by_content, rows):
        if above.setdefault(row.source_id, row.version) == row.version:
            yield row
        else:  # two people under one id: that of the first would swallow the second
            yield replace(row, source_id=f"{row.source_id}#row-{row.version}")


def _known_by_content(row: RawRecord) -> RawRecord:
    """Name a row without an id by what it says: its line may be another row's tomorrow."""
    if row.source_id != f"line-{row.body['line']}":
        return row
    return replace(row, source_id=f"row-{row.version}")


def _marks(rows: Sequence[RawRecord]) -> Iterator[str]:
    """Yield, after each row, a fingerprint of all rows up to it."""
    seen = hashlib.sha256()
    for row in rows:
        seen.update(f"{row.source_id} {row.version}\n".encode("utf-8", "replace"))
        yield seen.copy().hexdigest()[:16]


def _resume(since: Cursor | None, marks: Sequence[str]) -> int:
    """Return how many rows need not be read again: all that were read, or none."""
    if since is None:
        return 0
    count, _, mark = since.partition(_MARK)
    if not (mark and count.isdecimal()):
        raise ContractError("csv_file", "pull", "the stored cursor is not one of a file")
    read = int(count)
    return read if 0 < read <= len(marks) and marks[read - 1] == mark else 0
