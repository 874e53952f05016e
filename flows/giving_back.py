"""Giving back in a CRM: what an undo takes back, and what was written past its time."""

from collections.abc import Sequence

from flows.wiring import Wiring
from leads.ownership import NOBODY, OwnerChange, WriteOutcome, WriteStatus
from store.giving_back import GivingBack

BATCH = 100
UNDONE = "the run that assigned it was undone"
_NOTE = "Given back to whoever had it: the run that assigned it was undone."

Result = tuple[GivingBack, WriteOutcome]


def finish_giving_back(wiring: Wiring, crm: str) -> list[Result]:
    """
    Give back what somebody began to undo and did not finish, and what came to be written too late.

    It stands in the store since before the CRM was asked: a crash at any moment puts it off, and
    whoever writes to the CRM next goes on with it. Raises ConnectorError.
    """
    done: list[Result] = []
    while due := wiring.store.to_give_back(crm, limit=BATCH, now=wiring.now()):
        results, _ = give_back(wiring, crm, due)
        done += results
    return done


def give_back(
    wiring: Wiring, crm: str, some: Sequence[GivingBack]
) -> tuple[list[Result], set[str]]:
    """
    Write each, where it is as we left it; answer also which deliveries this call gave back.

    What a person had taken in the moment before our write is theirs, and not who had it before.
    """
    taken = _taken_by_people(wiring, crm, [each for each in some if each.is_unsure])
    ours = [each for each in some if each.delivery.id not in taken]
    written = iter(_written(wiring, crm, ours))
    outcomes = [taken.get(each.delivery.id) or next(written) for each in some]
    results = list(zip(some, outcomes, strict=True))
    return results, wiring.store.settle_given_back(results, wiring.now())


def _taken_by_people(
    wiring: Wiring, crm: str, unsure: Sequence[GivingBack]
) -> dict[str, WriteOutcome]:
    """Find whom our writes overwrote, where nobody has looked: they have it, and keep it."""
    if not unsure:
        return {}
    writer = wiring.crms[crm]
    nobody = writer.unowned()
    changes = [
        OwnerChange(
            record_id=each.delivery.record_id or each.delivery.lead.source_id,
            owner=each.delivery.crm_owner,
            expected=each.delivery.expected | nobody | {each.to},
            notes={},
        )
        for each in unsure
    ]
    looked = zip(unsure, writer.look_again(changes), strict=True)
    conflicts = [(e, outcome) for e, outcome in looked if outcome.status is WriteStatus.CONFLICT]
    return {each.delivery.id: outcome for each, outcome in conflicts}


def _written(wiring: Wiring, crm: str, some: Sequence[GivingBack]) -> list[WriteOutcome]:
    note = wiring.configuration.sources[crm].notes.get("reason")
    told = {note: _NOTE} if note else {}
    changes = [
        OwnerChange(
            record_id=each.delivery.record_id or each.delivery.lead.source_id,
            owner=each.to or NOBODY,
            expected=frozenset({each.delivery.crm_owner}),
            notes=told if each.notes is None else each.notes,
        )
        for each in some
    ]
    return [_kept(each) for each in wiring.crms[crm].write_owners(changes)]


def _kept(outcome: WriteOutcome) -> WriteOutcome:
    """Keep our words of one that was given back; of any other the CRM's."""
    if outcome.status not in {WriteStatus.WRITTEN, WriteStatus.UNCHANGED}:
        return outcome
    return WriteOutcome(status=outcome.status, owner=outcome.owner, reason=UNDONE)
