"""Working off what webhooks brought: fetch, judge, save without moving the cursor; settle last."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from uuid import uuid4

from connectors.base import Completer, LeadSource, Supplemented
from connectors.inbound import Notice, Unread
from flows.about import about
from flows.breaker import may_deliver
from flows.decide import decide_waiting
from flows.deliver import deliver_pending
from flows.forget import erase_told
from flows.sight import sight
from flows.undelivered import undelivered
from flows.wiring import Wiring
from leads.errors import ConnectorError, ContractError, FirsttouchError
from leads.keys import RunId
from leads.record import Cursor, RawRecord
from store.running_rows import InboxEntry, InboxRow, InboxState
from store.switches import EVERY_SOURCE

KIND = "webhook"
SWEEP_AGE = timedelta(seconds=5)
"""What is younger is the receiver's own, who is at it already."""

_BATCH = 100
_LEASE_SECONDS = 60.0
_MAY_YET_COMPLETE = timedelta(minutes=2)  # a lead waits so long for what its webhook left out
_UNMOVED = Cursor("")


def entries_of(notices: Sequence[Notice], body: bytes) -> list[InboxEntry]:
    """Return what is kept of a request; a body that comes twice is kept once."""
    usable = [
        InboxEntry(
            source=notice.source,
            body_hash=sha256(b"%d:%s" % (at, body)).hexdigest(),
            payload={
                "ids": list(notice.ids),
                "records": [asdict(record) for record in notice.records],
                "erased": list(notice.erased),
                "erases_person": notice.erases_person,
            },
        )
        for at, notice in enumerate(notices)
        if notice.is_usable
    ]
    unread = [(notice.source, each) for notice in notices for each in notice.unread]
    return usable + [_kept(each, source, body) for source, each in unread]


def _kept(unread: Unread, source: str, body: bytes) -> InboxEntry:
    """Nothing can be done with it but show it: an erasure is owed until a person has seen to it."""
    told = unread.told()
    # Alike events are one thing to look at; two orders to erase may be of two persons.
    which = body if unread.erases else b""
    return InboxEntry(
        source=source,
        body_hash=sha256(b"unread:%s:%s" % (told.encode(), which)).hexdigest(),
        payload={},
        state=InboxState.OWED if unread.erases else InboxState.FAILED,
        error=told,
    )


@dataclass(slots=True)
class Opened:
    """
    What an inbox held: ids of the records that were brought in, and what went wrong.

    `is_full`: the last batch was as large as one may be, so that more may lie there.
    """

    ids: set[str] = field(default_factory=set)
    is_full: bool = False
    problems: list[FirsttouchError] = field(default_factory=list)
    run: RunId | None = None


def route_inbox(
    wiring: Wiring,
    source: str,
    routed: Callable[[str, RunId], None] = lambda *_: None,
    gather: Callable[[], object] = lambda: None,
) -> Iterator[list[FirsttouchError]]:
    """
    Bring in, decide and deliver what lies in a source's inbox; yield what went wrong.

    `routed` is told of each run once its leads have their owners. `gather` lets time pass before
    the next batch, unless that one can be full.

    A batch at a time, each a run: what keeps coming must not keep what is there from its owner,
    nor its owner from hearing of it. Safe beside a sync and beside itself: what is stored decides.
    A process that dies anywhere here leaves the rest to the next one, or to the minute's sync.
    """
    while (opened := open_inbox(wiring, source, age=timedelta(0), batches=1)).run is not None:
        with about(opened.run, source):
            _decide_and_deliver(wiring, source, opened.run, opened.problems)
        routed(source, opened.run)
        yield opened.problems
        if not opened.is_full:
            gather()


def _decide_and_deliver(
    wiring: Wiring, source: str, run: RunId, problems: list[FirsttouchError]
) -> None:
    crm = wiring.crm_of(source)
    decide_waiting(wiring, source, run)
    try:
        is_paused = bool({crm, EVERY_SOURCE} & wiring.store.paused())
        if not is_paused and may_deliver(wiring, crm):
            problems += undelivered(wiring, crm, deliver_pending(wiring, crm, run))
    except ConnectorError as error:
        problems.append(error)
    wiring.store.end_run(run, wiring.now(), error="; ".join(map(str, problems)))


def sweep_inbox(wiring: Wiring, source: str) -> list[FirsttouchError]:
    """Bring in what the receiver has left behind, for a sync to go on from; say what went wrong."""
    now = wiring.now()
    opened = open_inbox(wiring, source, age=SWEEP_AGE)
    if opened.run is not None:
        wiring.store.end_run(opened.run, now, error="; ".join(map(str, opened.problems)))
    return opened.problems


def open_inbox(
    wiring: Wiring, source: str, *, age: timedelta, batches: int | None = None
) -> Opened:
    """
    Save what has lain in the inbox that long, in a run of its own; its leads then wait.

    No more than so many `batches` of it, where that is stated.
    """
    opened = Opened()
    for _ in count() if batches is None else range(batches):
        rows = wiring.store.take_inbox(
            source,
            limit=_BATCH,
            worker=opened.run or uuid4().hex,
            lease_seconds=_LEASE_SECONDS,
            now=(now := wiring.now()),
            received_before=now - age,
        )
        if not rows:
            break
        opened.is_full = len(rows) == _BATCH
        if opened.run is None:
            opened.run = RunId(uuid4().hex)
            wiring.store.start_run(opened.run, KIND, now)
        _bring_in(wiring, source, rows, opened)
    return opened


def _bring_in(wiring: Wiring, source: str, rows: Sequence[InboxRow], opened: Opened) -> None:
    assert opened.run is not None
    store, connector = wiring.store, wiring.sources[source]
    try:
        brought = list(_records(wiring, connector, rows))
        records = _by_id(connector, [*_known(wiring, connector, brought), *brought])
        sightings = [sight(wiring, connector, raw) for raw in records.values()]
    except ContractError as error:
        # One request that the vendor calls wrong must not keep its neighbours waiting.
        for row in rows if len(rows) > 1 else ():
            _bring_in(wiring, source, [row], opened)
        if len(rows) == 1:
            _put_back(wiring, rows, error, opened)
        return
    except ConnectorError as error:
        _put_back(wiring, rows, error, opened)
        return
    now = wiring.now()
    fresh = len(records.keys() - opened.ids)
    store.save_page(
        source, sightings, _UNMOVED, run=opened.run, now=now, pulled=fresh, move_cursor=False
    )
    opened.ids |= records.keys()
    erased = [row for row in rows if row.entry.payload["erased"]]
    unseen = [row for row in rows if not set(row.entry.payload["ids"]) <= records.keys()]
    opened.problems += erase_told(wiring, source, [row.entry for row in erased])
    store.settle_inbox([row for row in rows if row not in unseen], now)
    # It may show itself late; what never does is given up in the end, for a person to see.
    store.settle_inbox(unseen, now, error="its source shows no record of this id")


def _by_id(connector: LeadSource, brought: Iterable[RawRecord]) -> dict[str, RawRecord]:
    """Of one record that came several times the last counts, with what only the earlier say."""
    records: dict[str, RawRecord] = {}
    for raw in brought:
        earlier = records.get(raw.source_id)
        if earlier is not None and isinstance(connector, Supplemented):
            records[raw.source_id] = connector.supplemented(raw, earlier)
        else:
            records[raw.source_id] = raw
    return records


def _known(
    wiring: Wiring, connector: LeadSource, brought: Sequence[RawRecord]
) -> Iterator[RawRecord]:
    """Yield what earlier messages said of the same records, as long as nobody has decided on it."""
    if not isinstance(connector, Supplemented):
        return
    ids = list(dict.fromkeys(raw.source_id for raw in brought))
    known = wiring.store.undecided(connector.name, ids)
    yield from map(connector.message_of, known.leads.values())
    for source_id, body in known.bodies.items():
        yield RawRecord(source_id=source_id, version="", body=body)


def _put_back(
    wiring: Wiring, rows: Sequence[InboxRow], error: ConnectorError, opened: Opened
) -> None:
    wiring.store.settle_inbox(rows, wiring.now(), error=str(error))
    opened.problems.append(error)


def _records(
    wiring: Wiring, connector: LeadSource, rows: Sequence[InboxRow]
) -> Iterator[RawRecord]:
    brought = [RawRecord(**kept) for row in rows for kept in row.entry.payload["records"]]
    yield from _completed(brought, connector, is_late=not _any_young(rows, wiring.now()))
    ids = dict.fromkeys(each for row in rows for each in row.entry.payload["ids"])
    if ids:
        yield from connector.fetch(list(ids))


def _completed(
    brought: Sequence[RawRecord], connector: LeadSource, *, is_late: bool
) -> Sequence[RawRecord]:
    """Ask for what webhooks leave out; a lead does not wait for that longer than a while."""
    if not (brought and isinstance(connector, Completer)):
        return brought
    try:
        return connector.complete(brought)
    except ConnectorError:
        if is_late:
            return brought
        raise


def _any_young(rows: Sequence[InboxRow], now: datetime) -> bool:
    return any(now - row.received_at < _MAY_YET_COMPLETE for row in rows)
