"""The past from a CSV: who had which lead, and what came of it, without Firsttouch or a CRM."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from config.configuration import Configuration
from config.model_sources import CSV
from connectors.csv_file.connector import CsvFile
from connectors.csv_file.reading import read_table
from connectors.setup import Intake, SourceSetup
from leads.errors import ConfigError, RecordError
from leads.fields import COLUMNS, CUSTOM
from leads.keys import OwnerId
from leads.record import RawRecord
from routing.learning.history import End, PastLead
from routing.model_settings import Goal, ModelSettings
from routing.policy import Policy

OUTCOME_COLUMNS = ("owner", "assigned_at", "outcome", "closed_at", "amount")
_NEEDED = ("owner", "outcome")
_WON = frozenset({"won", "closed won", "closedwon", "1", "true", "yes"})
_LOST = frozenset({"lost", "closed lost", "closedlost", "0", "false", "no", "disqualified"})
_CONVERTED = frozenset({"converted", "qualified"})
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFile:
    """What a file told: its leads, what a reader should know of it, and the last day it knows."""

    past: Sequence[PastLead]
    notes: tuple[str, ...]
    as_of: datetime
    has_dates: bool


def read_past(
    path: Path,
    configuration: Configuration,
    settings: ModelSettings,
    renamed: Mapping[str, str],
    now: datetime,
) -> PastFile:
    """
    Read canonical columns and OUTCOME_COLUMNS; `renamed` says what the file calls some of them.

    `owner` is whoever had the lead at first touch: an id, name or e-mail of the configuration, or
    any other word for somebody who left. Without `assigned_at` it is created_at. Of a file with
    dates, rows without one are not used. Raises ConfigError.
    """
    columns = _columns(path, renamed)
    source = CsvFile(path, _setup(configuration, columns), created_at=now)
    reader = _Reader(configuration.policy, settings, columns)
    past = list(reader.read(path, source))
    if not past:
        raise ConfigError([f"{path}: no row has an owner; the column {columns['owner']!r} is it"])
    has_dates = any(each.at < now for each in past)
    undated = sum(each.at >= now for each in past) if has_dates else 0
    past = [each for each in past if each.at < now] if has_dates else past
    ends = [each.end.at for each in past if each.end]
    as_of = max(each.at for each in past) if has_dates else now
    notes = [*reader.notes(path), *_undated(path, undated)]
    return PastFile(
        past=past,
        notes=(*notes, *(_unclosed(path, past) if has_dates else ())),
        as_of=min(now, max([as_of, *ends])),
        has_dates=has_dates,
    )


def _undated(path: Path, count: int) -> list[str]:
    return [f"{path}: {count} rows without a date are not used"] if count else []


def _unclosed(path: Path, past: Sequence[PastLead]) -> list[str]:
    """Say what is taken for the days that leads were open where no row says when it closed."""
    ended = [each for each in past if each.end]
    if not ended or any(each.end.at > each.at for each in ended if each.end):
        return []
    taken = "so each counts as closed when it came, and owners' time is priced as if leads were"
    named = "name theirs by --columns closed_at=THEIRS"
    return [f"{path}: it does not say when leads closed, {taken} open for a month; {named}"]


def _columns(path: Path, renamed: Mapping[str, str]) -> dict[str, str]:
    """Answer what the file calls each column we read. Raises ConfigError for one that is not."""
    header = read_table(path).header
    known = {*OUTCOME_COLUMNS, *COLUMNS}
    for ours, theirs in renamed.items():
        if ours not in known and not ours.startswith(CUSTOM):
            choices = ", ".join(OUTCOME_COLUMNS)
            raise ConfigError([f"--columns: {ours!r} is no column of ours: {choices}, or a field"])
        if theirs not in header:
            raise ConfigError([f"--columns: {path} has no column {theirs!r}"])
    columns = {name: name for name in OUTCOME_COLUMNS if name in header} | dict(renamed)
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        told = " and ".join(missing)
        example = ",".join(f"{name}=THEIRS" for name in missing)
        raise ConfigError([f"{path}: it has no column {told}: name theirs by --columns {example}"])
    return columns


def _setup(configuration: Configuration, columns: Mapping[str, str]) -> SourceSetup:
    plain = SourceSetup(name=CSV, intake=Intake(object="row"), vocabulary=configuration.vocabulary)
    setup = configuration.sources.get(CSV, plain)
    fields = {name: theirs for name, theirs in columns.items() if name not in OUTCOME_COLUMNS}
    # Nobody is to be contacted: a past lead needs no address.
    vocabulary = replace(setup.vocabulary, required_any=())
    return replace(setup, vocabulary=vocabulary, fields={**setup.fields, **fields})


class _Reader:
    def __init__(self, policy: Policy, settings: ModelSettings, columns: Mapping[str, str]) -> None:
        self._columns = columns
        self._won = _WON | (_CONVERTED if settings.goal is Goal.CONVERTED else frozenset())
        self._owners = {
            name.casefold(): owner.id
            for owner in policy.owners.values()
            for name in (owner.id, owner.name, owner.email, *owner.crm.values())
            if name
        }
        self._unread: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._without_owner = 0

    def read(self, path: Path, source: CsvFile) -> Iterator[PastLead]:
        for raw in source.rows():
            try:
                lead = source.normalise(raw)
            except RecordError as error:
                self._unread[error.field] += 1
                continue
            owner = self._cell(raw, "owner")
            if not owner:
                self._without_owner += 1
                continue
            at = self._instant(path, raw, "assigned_at") or lead.created_at
            yield PastLead(
                lead=lead,
                owner=self._owners.get(owner.casefold(), OwnerId(owner)),
                at=at,
                end=self._end(path, raw, at),
            )

    def notes(self, path: Path) -> Iterator[str]:
        if self._without_owner:
            yield f"{path}: {self._without_owner} rows without an owner are not used"
        if self._unread:
            told = ", ".join(f"{field} {count}" for field, count in self._unread.most_common())
            yield f"{path}: {self._unread.total()} rows could not be read ({told})"
        if self._open:
            common = self._open.most_common(_SHOWN)
            told = ", ".join(f"{word or '(blank)'} {count}" for word, count in common)
            yield f"{path}: outcomes taken as still open: {told}"

    def _end(self, path: Path, raw: RawRecord, at: datetime) -> End | None:
        said = self._cell(raw, "outcome")
        word = said.casefold()
        if word not in self._won and word not in _LOST:
            self._open[said] += 1
            return None
        ended = self._instant(path, raw, "closed_at") or at
        return End(won=word in self._won, at=max(ended, at), value=self._amount(raw))

    def _cell(self, raw: RawRecord, name: str) -> str:
        row: Mapping[str, str] = raw.body["row"]
        return (row.get(self._columns.get(name, name)) or "").strip()

    def _instant(self, path: Path, raw: RawRecord, name: str) -> datetime | None:
        text = self._cell(raw, name)
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            column = self._columns.get(name, name)
            problem = f"{column} is {text[:40]!r}, which is no instant; write 2026-11-23"
            raise ConfigError([f"{path}:{raw.body['line']}: {problem}"]) from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def _amount(self, raw: RawRecord) -> float:
        try:
            return max(0.0, float(self._cell(raw, "amount").replace(",", "")))
        except ValueError:
            return 0.0
