"""Delivering: claim from the outbox, write to the CRM, record what became of it; in that order."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from connectors.base import Crm
from connectors.malformed import MalformedAnswer
from flows.barred import look_after_refusals
from flows.giving_back import finish_giving_back
from flows.redirect import redirect_refused
from flows.removed_owners import without_removed
from flows.second_look import look_again
from flows.spans import traced
from flows.who_was_first import with_who_was_first
from flows.wiring import Wiring
from leads.delivery import Delivery, DeliveryKind
from leads.errors import ConnectorError
from leads.keys import LeadKey, RunId
from leads.ownership import (
    ExistingRecord,
    NewRecord,
    OwnerChange,
    Person,
    WriteOutcome,
    WriteStatus,
)

BATCH = 200  # one collection of Salesforce, two batches of HubSpot
LEASE_SECONDS = 120.0

Result = tuple[Delivery, WriteOutcome]


@traced("deliver")
def deliver_pending(
    wiring: Wiring, crm: str, run: RunId, alive: Callable[[], None] = lambda: None
) -> list[Result]:
    """
    Write everything that is due to `crm`; answer with what became of each.

    `alive` is called with every batch.

    What the CRM refuses is decided again, and written in the same run: where it has deactivated the
    owner, by the rules without that owner, else for the fallback.
    A worker that dies here leaves its claims to their lease; the next worker takes them over, and
    a write that had taken effect is then found UNCHANGED. Raises ConnectorError when the CRM cannot
    be asked at all; what it had not taken waits for the next tick.
    """
    finish_giving_back(wiring, crm)
    done = fresh = _deliver_due(wiring, crm, run, alive)
    while True:
        if any(outcome.status is WriteStatus.REFUSED for _, outcome in fresh):
            look_after_refusals(wiring, crm)
        if not redirect_refused(wiring, crm, run):
            return done
        fresh = _deliver_due(wiring, crm, run, alive)
        done = [*done, *fresh]


def _looked_at(wiring: Wiring, crm: str, results: list[Result]) -> list[Result]:
    """Return `results` with what they undid in conflict, and whatever else was to be looked at."""
    try:
        undone = {each[0].id: each for each in look_again(wiring, crm)}
    except ConnectorError:
        return results  # the store keeps it: whoever delivers next asks again, and tells why not
    stands = [each for each in results if each[0].id not in undone]
    return [*stands, *undone.values()]


def _deliver_due(wiring: Wiring, crm: str, run: RunId, alive: Callable[[], None]) -> list[Result]:
    done: list[Result] = []
    while claimed := wiring.store.claim_deliveries(
        crm, limit=BATCH, worker=run, lease_seconds=LEASE_SECONDS, now=wiring.now()
    ):
        claimed = without_removed(wiring, claimed, run)
        keep = _keeper(wiring, claimed, run, alive)
        try:
            results = [
                _never_given_up(wiring, result) for result in _write(wiring, crm, claimed, keep)
            ]
            results = with_who_was_first(wiring.crms[crm].owner_history, results)
        except ConnectorError as error:
            _put_back(wiring, claimed, run, error)
            raise
        wiring.store.settle(results, run=run, now=wiring.now())
        finish_giving_back(wiring, crm)  # also what of it had been taken back while it was written
        done += _looked_at(wiring, crm, results)
        alive()
    return done


def _keeper(
    wiring: Wiring, claimed: Sequence[Delivery], run: RunId, alive: Callable[[], None]
) -> Callable[[], None]:
    """Return what keeps the claims, and what the caller holds, while a CRM takes its time."""

    def keep() -> None:
        wiring.store.renew_claims(
            claimed, worker=run, lease_seconds=LEASE_SECONDS, now=wiring.now()
        )
        alive()

    return keep


def _never_given_up(wiring: Wiring, result: Result) -> Result:
    """
    Let what not even the fallback may own stay due: a person mends its cause, and it is written.

    Given up, it would be a lead that nobody owns and nothing looks at again.
    """
    delivery, outcome = result
    policy = wiring.configuration.policy
    is_last_resort = delivery.owner in {policy.fallback, policy.steward}
    if outcome.status is not WriteStatus.REFUSED or not is_last_resort:
        return result
    why = f"{delivery.lead} cannot be given even to {delivery.owner}: {outcome.reason}"
    return delivery, replace(outcome, status=WriteStatus.RETRYABLE, reason=why)


def _put_back(
    wiring: Wiring, claimed: Sequence[Delivery], run: RunId, error: ConnectorError
) -> None:
    again = WriteOutcome(status=WriteStatus.RETRYABLE, reason=str(error))
    wiring.store.settle([(delivery, again) for delivery in claimed], run=run, now=wiring.now())


def _write(
    wiring: Wiring, crm: str, claimed: Sequence[Delivery], alive: Callable[[], None]
) -> list[Result]:
    """Write owners and create records; a person who comes twice is created once, then found."""
    claimed, again = _one_a_person(claimed)
    creations = [d for d in claimed if d.kind is DeliveryKind.CREATE and d.record_id is None]
    known, unclear = _already_there(wiring.crms[crm], creations)
    changes = [d for d in claimed if d not in creations]
    changes += [d for d in creations if d.lead in known]
    fresh = [d for d in creations if d.lead not in known and d.lead not in unclear]
    records = [(d, d.record_id or known[d.lead].record_id) for d in changes]
    return [
        *_write_owners(wiring, crm, records, alive),
        *_create(wiring, crm, fresh, alive),
        *((d, unclear[d.lead]) for d in creations if d.lead in unclear),
        *(_write(wiring, crm, again, alive) if again else ()),
    ]


def _write_owners(
    wiring: Wiring,
    crm: str,
    changes: Sequence[tuple[Delivery, str]],
    alive: Callable[[], None],
) -> list[Result]:
    """Write; of a record found in the CRM it is kept which it is, as it may soon show its owner."""
    found = {d.id: at for d, at in changes if d.record_id is None and d.known_in_crm != at}
    if found:
        wiring.store.note_known(found)
    writer = wiring.crms[crm]
    nobody = writer.unowned()
    asked = [
        OwnerChange(
            record_id=record_id,
            owner=delivery.crm_owner,
            expected=delivery.expected | nobody,
            notes=delivery.notes,
        )
        for delivery, record_id in changes
    ]
    outcomes = writer.write_owners(asked, alive)
    return list(zip((delivery for delivery, _ in changes), outcomes, strict=True))


def _create(
    wiring: Wiring, crm: str, fresh: Sequence[Delivery], alive: Callable[[], None]
) -> list[Result]:
    """
    Create; where somebody made the record meanwhile, it is used as if it had been found.

    Its owner, if it has one, stands: that is a conflict. One that nobody owns gets ours.
    """
    alive()
    made = wiring.crms[crm].create([_new_record(d) for d in fresh])
    created = list(zip(fresh, made, strict=True))
    taken = [
        (delivery, outcome)
        for delivery, outcome in created
        if outcome.status is WriteStatus.UNCHANGED and outcome.owner != delivery.crm_owner
    ]
    again = [(delivery, outcome.record_id) for delivery, outcome in taken if outcome.record_id]
    ours = {d.id: outcome for d, outcome in _write_owners(wiring, crm, again, alive)}
    return [(delivery, ours.get(delivery.id, outcome)) for delivery, outcome in created]


def _one_a_person(claimed: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """Part the first record of each person from the others, which must find it when it is there."""
    now: list[Delivery] = []
    later: list[Delivery] = []
    seen: set[str] = set()
    for delivery in claimed:
        contacts = {delivery.values[k] for k in ("email", "phone") if k in delivery.values}
        (later if contacts & seen else now).append(delivery)
        seen |= contacts
    return now, later


def _already_there(
    crm: Crm, creations: Sequence[Delivery]
) -> tuple[dict[LeadKey, ExistingRecord], dict[LeadKey, WriteOutcome]]:
    """
    Find who of an ad platform's people the CRM has: that record is used, its owner respected.

    Of whom a record there cannot be read is unclear, and waits: it may be theirs.
    """
    people = [
        Person(
            key=d.lead,
            email=d.values.get("email"),
            phone=d.values.get("phone"),
            last_name=d.values.get("last_name"),
            known=d.known_in_crm,
        )
        for d in creations
    ]
    return _find(crm, people) if people else ({}, {})


def _find(
    crm: Crm, people: Sequence[Person]
) -> tuple[dict[LeadKey, ExistingRecord], dict[LeadKey, WriteOutcome]]:
    try:
        return dict(crm.find(people)), {}
    except MalformedAnswer as error:
        if len(people) == 1:
            waits = WriteOutcome(status=WriteStatus.RETRYABLE, reason=str(error))
            return {}, {people[0].key: waits}
    middle = len(people) // 2
    known, unclear = _find(crm, people[:middle])
    others, waiting = _find(crm, people[middle:])
    return known | others, unclear | waiting


def _new_record(delivery: Delivery) -> NewRecord:
    return NewRecord(
        key=delivery.lead,
        owner=delivery.crm_owner,
        values=delivery.values,
        notes=delivery.notes,
    )
