"""Short ways to do with a store what a run does: show, decide, claim, settle."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from leads.decision import Accrual, Decision, Method
from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, LeadKey, OwnerId, PolicyHash, PoolName, RuleName, RunId
from leads.ownership import WriteOutcome, WriteStatus
from leads.record import Cursor
from leads.sighting import IgnoreReason, Sighting, Verdict
from store.running_rows import SourceLedger
from store.store import Store
from tests.builders import lead as a_lead

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
RUN = RunId("run-1")
LATER = RunId("run-2")
ANA, BEN = OwnerId("ana"), OwnerId("ben")
CRM_IDS = {who: {"hubspot": CrmOwnerId(f"crm-{who}")} for who in (ANA, BEN)}
TEAM = PoolName("team")

Made = Callable[[LeadKey], Sequence[Delivery]]


def key(number: int | str, source: str = "hubspot") -> LeadKey:
    return LeadKey(source, str(number))


def new(
    number: int | str, *, source: str = "hubspot", version: str = "1", **rest: object
) -> Sighting:
    """A new lead; lead number 2 was created a second after number 1."""
    seconds = number if isinstance(number, int) else 0
    shown = a_lead(
        number,
        source=source,
        created_at=NOW - timedelta(hours=1) + seconds * SECOND,
        email=f"Lead{number}@Example.com",
        **rest,
    )
    return Sighting(
        key=shown.key, version=version, verdict=Verdict.NEW, body={"id": str(number)}, lead=shown
    )


def held(number: int, until: datetime, *, version: str = "1") -> Sighting:
    shown = new(number, version=version)
    return Sighting(
        key=shown.key,
        version=version,
        verdict=Verdict.HELD,
        body=shown.body,
        lead=shown.lead,
        reason="waits for employees",
        until=until,
    )


def ignored(
    number: int | str,
    *,
    source: str = "hubspot",
    version: str = "1",
    owner: str | None = None,
    reason: str = f"{IgnoreReason.OUTSIDE_INTAKE}: has an owner",
) -> Sighting:
    return Sighting(
        key=key(number, source),
        version=version,
        verdict=Verdict.IGNORED,
        body={},
        reason=reason,
        owner_seen=owner,
    )


def rejected(
    number: int | str, *, version: str = "1", reason: str = "no e-mail and no phone"
) -> Sighting:
    return Sighting(
        key=key(number),
        version=version,
        verdict=Verdict.REJECTED,
        body={"id": str(number), "properties": {"email": None}},
        reason=reason,
        field="email",
    )


def show(
    store: Store,
    *sightings: Sighting,
    run: RunId = RUN,
    now: datetime = NOW,
    pulled: int | None = None,
) -> None:
    """Save one page, counted as the connector would."""
    source = sightings[0].key.source
    counted = len(sightings) if pulled is None else pulled
    store.save_page(source, sightings, Cursor("c"), run=run, now=now, pulled=counted)


def decision(
    lead: LeadKey, owner: OwnerId = ANA, *, now: datetime = NOW, shares: bool = True
) -> Decision:
    """Round robin among two; each is due a half."""
    accrual = Accrual(pool=TEAM, shares={ANA: 0.5, BEN: 0.5}, charged=owner)
    return Decision(
        lead=lead,
        owner=owner,
        pool=TEAM,
        rule=RuleName("everything"),
        method=Method.ROUND_ROBIN,
        reason="Her turn.",
        policy=PolicyHash("p"),
        decided_at=now,
        sla="standard",
        sla_due=now + timedelta(days=1),
        accruals=(accrual,) if shares else (),
    )


def delivery(
    lead: LeadKey,
    owner: OwnerId = ANA,
    *,
    crm: str = "hubspot",
    kind: DeliveryKind = DeliveryKind.OWNER,
    id: str | None = None,  # noqa: A002  the field's name
) -> Delivery:
    return Delivery(
        id=id or f"{lead}>{crm}",
        lead=lead,
        crm=crm,
        kind=kind,
        owner=owner,
        crm_owner=CrmOwnerId(f"crm-{owner}"),
        expected=frozenset({None, CrmOwnerId("queue")}),
        record_id=lead.source_id if kind is DeliveryKind.OWNER else None,
        values={} if kind is DeliveryKind.OWNER else {"email": "lead@example.com"},
        notes={"routing_reason": "Her turn."},
    )


def decide(
    store: Store,
    *,
    owner: OwnerId = ANA,
    run: RunId = RUN,
    now: datetime = NOW,
    made: Made | None = None,
) -> list[LeadKey]:
    """Decide all that waits, for one owner, with one delivery each."""
    with store.desk(now) as desk:
        waiting = [each.lead.key for each in desk.waiting(None, limit=10_000, now=now)]
        for each in waiting:
            entries = made(each) if made else [delivery(each, owner)]
            desk.record_decision(decision(each, owner, now=now), frozenset(), entries, run=run)
    return waiting


def claim(
    store: Store,
    *,
    crm: str = "hubspot",
    limit: int = 10_000,
    worker: str = "w",
    now: datetime = NOW,
) -> list[Delivery]:
    return store.claim_deliveries(crm, limit=limit, worker=worker, lease_seconds=60, now=now)


def outcome(
    status: WriteStatus, *, record: str | None = None, owner: str | None = None
) -> WriteOutcome:
    return WriteOutcome(
        status=status,
        record_id=record,
        owner=None if owner is None else CrmOwnerId(owner),
        reason="" if status is WriteStatus.WRITTEN else f"said {status}",
    )


def deliver(
    store: Store,
    status: WriteStatus = WriteStatus.WRITTEN,
    *,
    crm: str = "hubspot",
    run: RunId = RUN,
    now: datetime = NOW,
) -> list[Delivery]:
    """Claim everything and settle it alike."""
    claimed = claim(store, crm=crm, now=now)
    store.settle([(each, outcome(status)) for each in claimed], run=run, now=now)
    return claimed


def counts(store: Store, run: RunId = RUN, source: str = "hubspot") -> SourceLedger:
    """The ledger of one source; it must balance."""
    row = store.ledger(run)[source]
    assert row.balanced, row
    return row


def load(store: Store, now: datetime = NOW) -> dict[OwnerId, float]:
    """What a desk counts; who only looks counts the same, and before it was looked at, too."""
    looked = store.in_hand(CRM_IDS)
    with store.desk(now) as desk:
        counted = desk.open_leads(CRM_IDS)
    assert looked == counted == store.in_hand(CRM_IDS)
    return counted
