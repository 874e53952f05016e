"""A dry run over a CSV: the engine, the rotation carried from lead to lead, and nothing else."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from config.configuration import Configuration
from connectors.base import Intake, SourceSetup
from connectors.csv_file.connector import CsvFile
from flows.decision_json import decision_json
from flows.recognise import Owners, keys_of, recogniser
from flows.wiring import utc_now
from leads.accounts import Account, AccountBook
from leads.decision import Decision
from leads.errors import RecordError
from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from leads.people import KnownRecord
from leads.record import RawRecord
from routing.book import Book
from routing.engine import Engine
from routing.turn import take_turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one row; `decision` is None for a row set aside or ignored."""

    json: dict[str, Any]
    decision: Decision | None


def simulate(
    path: Path,
    configuration: Configuration,
    *,
    clock: datetime | None,
    open_leads: Mapping[OwnerId, float],
    accounts: Iterable[Account] = (),
    full_trace: bool = False,
) -> Iterator[Outcome]:
    """
    Yield what becomes of each row of the CSV at `path`, in file order.

    `clock` is the instant of every decision; None decides each lead at its created_at. `open_leads`
    is what owners have in hand at the start, `accounts` what leads are matched to. Raises
    ConfigError when the file cannot be used.
    """
    source = csv_source(path, configuration, created_at=clock or utc_now())
    dry_run = _DryRun(configuration, open_leads, accounts, full_trace=full_trace)
    for note in source.notes:
        print(f"firsttouch: {note}", file=sys.stderr)
    for page in source.pull(None):
        for raw in page.records:
            yield dry_run.outcome(source, raw, clock)


def csv_source(path: Path, configuration: Configuration, *, created_at: datetime) -> CsvFile:
    """Return a CSV of canonical columns as a source; `created_at` is for rows that have none."""
    setup = SourceSetup(
        name="csv_file", intake=Intake(object="row"), vocabulary=configuration.vocabulary
    )
    return CsvFile(path, configuration.sources.get("csv_file", setup), created_at=created_at)


class _DryRun:
    def __init__(
        self,
        configuration: Configuration,
        open_leads: Mapping[OwnerId, float],
        accounts: Iterable[Account],
        *,
        full_trace: bool,
    ) -> None:
        self._policy = configuration.policy
        self._engine = Engine(configuration.policy)
        self._book = Book(open_leads=open_leads, rotation={}, away={})
        self._decided = 0
        self._people: dict[str, list[KnownRecord]] = {}
        self._recognise = recogniser(
            self._policy, self._known, AccountBook(accounts), Owners.of(self._policy)
        )
        self._full_trace = full_trace

    def outcome(self, source: CsvFile, raw: RawRecord, clock: datetime | None) -> Outcome:
        try:
            lead = source.normalise(raw)
        except RecordError as error:
            return self._aside(
                raw, "reject", f"Set aside for the data steward: {error.field}: {error.reason}."
            )
        if lead.is_test:
            return self._aside(raw, "ignored", "Ignored: a test lead is never distributed.")
        decision = self._decide(lead, clock or lead.created_at)
        return Outcome(json=decision_json(decision, lead.key.source_id), decision=decision)

    def _aside(self, raw: RawRecord, method: str, reason: str) -> Outcome:
        steward = self._policy.steward or self._policy.fallback
        return Outcome(
            json={
                "lead": raw.source_id,
                "owner": steward if method == "reject" else None,
                "pool": None,
                "rule": None,
                "method": method,
                "reason": reason,
                "sla": None,
                "sla_due": None,
                "rules": [],
                "candidates": [],
            },
            decision=None,
        )

    def _decide(self, lead: Lead, now: datetime) -> Decision:
        turn = take_turn(
            self._engine,
            self._book,
            lead,
            now,
            person=self._recognise.person(lead),
            account=self._recognise.account(lead),
            trace_full=self._full_trace,
        )
        self._remember(lead, turn.decision)
        return turn.decision

    def _known(self, lead: LeadKey, keys: frozenset[str]) -> list[KnownRecord]:
        del lead  # a row that stands twice in a file is the same person twice
        return [record for key in sorted(keys) for record in self._people.get(key, ())]

    def _remember(self, lead: Lead, decision: Decision) -> None:
        self._decided += 1
        for key in keys_of(lead, self._policy):
            record = KnownRecord(
                record=lead.key,
                owner=decision.owner,
                since=decision.decided_at,
                key=key,
                order=self._decided,
                read=lead,
            )
            self._people.setdefault(key, []).append(record)
