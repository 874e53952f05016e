"""A dry run over leads: the engine, the rotation carried from lead to lead, and nothing else."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path

from config.configuration import Configuration
from config.model_sources import CSV
from connectors.csv_file.connector import CsvFile
from connectors.setup import Intake, SourceSetup
from flows.barred import barred_by
from flows.exits import note
from flows.modelling.in_force import asks
from flows.recognise import Owners, recogniser
from flows.simulating.outcome import Outcome
from flows.unread_rows import UnreadRows
from flows.wiring import utc_now
from leads.accounts import Account, AccountBook
from leads.decision import Decision, Held, HeldBy
from leads.errors import RecordError
from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from leads.people import KnownRecord
from leads.record import CrmOwner, RawRecord
from routing.book import Book
from routing.engine import Engine
from routing.matcher import Matcher
from routing.policy import Policy, Strategy
from routing.quota import Quotas
from routing.turn import take_turn
from routing.wording import listed

ModelOf = Callable[[Policy], tuple[Matcher | None, str]]


def no_model(policy: Policy) -> tuple[Matcher | None, str]:
    """Say how to have one, where the policy would ask it."""
    return None, "this dry run was given no model, --model has the store's" if asks(policy) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """
    What a dry run starts from.

    `open_leads` is what owners have in hand, `accounts` what leads are matched to. A lead that it
    gives somebody stays open for `open_for`; None is for ever. `inactive` are whom each CRM has
    deactivated, and since when that is known. `model_of` answers what a policy's pools with
    strategy best_match go by, or why they have none.
    """

    open_leads: Mapping[OwnerId, float] = field(default_factory=dict)
    accounts: tuple[Account, ...] = ()
    open_for: timedelta | None = None
    inactive: Mapping[str, Sequence[CrmOwner]] = field(default_factory=dict)
    model_of: ModelOf = no_model


def simulate(
    path: Path,
    configuration: Configuration,
    start: Start,
    *,
    clock: datetime | None,
    full_trace: bool = False,
    say: Callable[[str], None] = note,
) -> Iterator[Outcome]:
    """
    Yield what becomes of each row of the CSV at `path`, in file order.

    `clock` is the instant of every decision; None decides each lead at its created_at. `say` is
    told what could not be read. Raises ConfigError when the file cannot be used.
    """
    source = csv_source(path, configuration, created_at=clock or utc_now())
    dry_run = DryRun(configuration, start, full_trace=full_trace)
    for said in source.notes:
        say(said)
    rows = Slots()
    for page in source.pull(None):
        for raw in page.records:
            dry_run.take(source, raw, clock, rows.new())
            yield from rows.ready()
    dry_run.wake_all()
    yield from rows.ready()
    for said in dry_run.unread.told(path):
        say(said)


def nobody_takes(policy: Policy) -> list[str]:
    """Say what is not as it would be where some of the policy's pools are taken from."""
    pools = [each.name for each in policy.pools.values() if each.strategy is Strategy.PULL]
    if not pools:
        return []
    named = f"pool{'s' if len(pools) > 1 else ''} {listed(pools)}"
    ends = "its time is over, and then goes on down its rule's list"
    return [f"Nobody takes anything here: a lead in {named} (strategy: pull) waits until {ends}."]


def csv_source(path: Path, configuration: Configuration, *, created_at: datetime) -> CsvFile:
    """
    Return a CSV as a source; `created_at` is for rows that have none.

    A file that is a configured source is read by its own `fields`, any other by those of csv_file.
    """
    plain = SourceSetup(name=CSV, intake=Intake(object="row"), vocabulary=configuration.vocabulary)
    ours = (name for name in configuration.sources if _is_of(path, name, configuration))
    setup = configuration.sources.get(next(ours, CSV), plain)
    return CsvFile(path, setup, created_at=created_at)


def _is_of(path: Path, name: str, configuration: Configuration) -> bool:
    stated = configuration.connections.get(name, {}).get("path")
    is_file = configuration.sources[name].connector == CSV and isinstance(stated, str)
    return is_file and Path(str(stated)).resolve() == path.resolve()


@dataclass(slots=True)
class Slot:
    """The place of one row in the answer, empty while its lead is held."""

    outcome: Outcome | None = None


class Slots:
    """Answers rows in file order, however long some of them wait."""

    def __init__(self) -> None:
        self._slots: deque[Slot] = deque()

    def new(self) -> Slot:
        self._slots.append(Slot())
        return self._slots[-1]

    def ready(self) -> Iterator[Outcome]:
        """Yield what is known, up to the first row that is not."""
        while self._slots and (outcome := self._slots[0].outcome) is not None:
            self._slots.popleft()
            yield outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    lead: Lead
    shown: str
    since: datetime
    slot: Slot
    held_by: HeldBy | None = None


class DryRun:
    """Decides lead after lead as a sync would, in memory."""

    def __init__(
        self, configuration: Configuration, start: Start, *, full_trace: bool = False
    ) -> None:
        self._policy = configuration.policy
        self._engine = Engine(configuration.policy)
        matcher, by_turns = start.model_of(self._policy)
        self._book = Book(
            open_leads=start.open_leads,
            rotation={},
            away={},
            quotas=Quotas(self._engine.gauges),
            barred=barred_by(start.inactive, self._policy),
            matcher=matcher,
            by_turns=by_turns,
        )
        self._decided = 0
        # By when each is tried again; then the most urgent first, and the oldest.
        self._held: list[tuple[datetime, datetime, int, _Waiting]] = []
        self._numbers = count()
        self._people: dict[str, list[KnownRecord]] = {}
        self._recognise = recogniser(
            self._policy, self._known, AccountBook(start.accounts), Owners.of(self._policy)
        )
        self._full_trace = full_trace
        self._open_for = start.open_for
        self._closing: list[tuple[datetime, OwnerId]] = []
        self.unread = UnreadRows()

    def take(self, source: CsvFile, raw: RawRecord, clock: datetime | None, slot: Slot) -> None:
        """Fill the slot with what becomes of a row: now, or when what holds the lead is over."""
        try:
            lead = source.normalise(raw)
        except RecordError as error:
            self.unread.note_aside(raw.body["line"], error)
            slot.outcome = self._aside(
                raw, "reject", f"Set aside for the data steward: {error.field}: {error.reason}."
            )
            return
        self.unread.note_lead(raw.body["line"], lead)
        if lead.is_test:
            slot.outcome = self._aside(raw, "ignored", "Ignored: a test lead is never distributed.")
            return
        self.take_lead(lead, clock or lead.created_at, raw.source_id, slot)

    def take_lead(self, lead: Lead, now: datetime, shown: str, slot: Slot) -> None:
        """Fill the slot with what becomes of a lead that comes now; `shown` is its name."""
        self._wake(now)
        waiting = _Waiting(lead=lead, shown=shown, since=now, slot=slot)
        self._decide(waiting, now, None)

    def wake_all(self) -> None:
        """Let the clock run on until nothing is held any more."""
        while self._held:
            self._wake(min(wake for wake, *_ in self._held))

    def _wake(self, now: datetime) -> None:
        """Decide again what is held and would have been tried by now, each at its own time."""
        while self._held and self._held[0][0] <= now:
            wake, _, _, waiting = heappop(self._held)
            self._decide(waiting, wake, waiting.since)

    def _aside(self, raw: RawRecord, method: str, reason: str) -> Outcome:
        steward = self._policy.steward or self._policy.fallback
        return Outcome(
            lead=raw.source_id,
            aside={
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

    def _decide(self, waiting: _Waiting, now: datetime, since: datetime | None) -> None:
        lead = waiting.lead
        self._close_until(now)
        turn = take_turn(
            self._engine,
            self._book,
            lead,
            now,
            person=self._recognise.person(lead),
            account=self._recognise.account(lead),
            held_since=since,
            held_by=waiting.held_by,
            trace_full=self._full_trace,
        )
        if isinstance(turn, Held):
            # What is of no use to try again before its deadline is tried once more, at that.
            wake = turn.wake if turn.wake > now else turn.until
            by = HeldBy(pool=turn.pool, rule=turn.rule)
            held = replace(waiting, since=turn.since, held_by=by)
            heappush(self._held, (wake, turn.sla_due, next(self._numbers), held))
            return
        made = turn.decision
        self._remember(lead, made)
        waiting.slot.outcome = Outcome(
            lead=waiting.shown,
            decision=made,
            open_then=self._book.open_leads.get(made.owner, 0.0),
        )
        if self._open_for is not None:
            heappush(self._closing, (now + self._open_for, made.owner))

    def _close_until(self, now: datetime) -> None:
        while self._closing and self._closing[0][0] <= now:
            self._book.close(heappop(self._closing)[1])

    def _known(self, lead: LeadKey, keys: frozenset[str]) -> list[KnownRecord]:
        del lead  # a row that stands twice in a file is the same person twice
        return [record for key in sorted(keys) for record in self._people.get(key, ())]

    def _remember(self, lead: Lead, decision: Decision) -> None:
        self._decided += 1
        for key in self._recognise.keys(lead):
            record = KnownRecord(
                record=lead.key,
                owner=decision.owner,
                since=decision.decided_at,
                key=key,
                order=self._decided,
                read=lead,
            )
            self._people.setdefault(key, []).append(record)
