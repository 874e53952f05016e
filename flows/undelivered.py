"""Which leads a CRM still lacks the owner of after a delivery: named, for a person to see."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum

from flows.barred import inactive_in
from flows.plurals import count_of
from flows.second_look import undone
from flows.wiring import Wiring
from leads.delivery import Delivery
from leads.errors import DeliveryError
from leads.keys import OwnerId
from leads.ownership import WriteOutcome, WriteStatus

_NAMED = 10
_CONFLICT = WriteStatus.CONFLICT


class _Why(Enum):
    """What a refusal is about: what became of the leads, and what is to be changed."""

    DEACTIVATED = (
        "which the rules gave to others",
        "They are deactivated there: take them out of the pools, or switch them on again",
    )
    OWNER = (
        "which went to the fallback",
        "Check their ids and rights there",
    )
    RECORD = (
        "which went to the fallback",
        "It is not about who was to own them: look at what the CRM requires of such a record",
    )


def undelivered(
    wiring: Wiring, crm: str, results: Sequence[tuple[Delivery, WriteOutcome]]
) -> list[DeliveryError]:
    """
    Return a problem for whom we overwrote, each owner that `crm` refused, and what it put off.

    What was refused was decided again; what was put off stays due until it is taken.
    """
    last = {delivery.lead: outcome for delivery, outcome in results}
    overwritten = [each for each in results if each[1].unguarded and each[1].status is _CONFLICT]
    problems = [*_refused_owners(wiring, crm, results), *_put_off(crm, last.values())]
    return [*undone(crm, overwritten), *problems]


def _refused_owners(
    wiring: Wiring, crm: str, results: Sequence[tuple[Delivery, WriteOutcome]]
) -> Iterator[DeliveryError]:
    refused = [(d, outcome) for d, outcome in results if outcome.status is WriteStatus.REFUSED]
    out = inactive_in(wiring, crm) if refused else frozenset()
    owners: dict[tuple[_Why, str], Counter[str]] = {}
    for delivery, outcome in refused:
        kind = (_why(delivery, outcome, out), outcome.reason)
        owners.setdefault(kind, Counter())[f"{delivery.owner} ({delivery.crm_owner})"] += 1
    for (why, reason), counts in owners.items():
        leads = count_of(counts.total(), "lead")
        whose = "an owner" if why is _Why.RECORD else ", ".join(sorted(counts))
        what, cure = why.value
        yield DeliveryError(f"{crm}: refused {whose} for {leads}, {what}: {reason}. {cure}")


def _why(delivery: Delivery, outcome: WriteOutcome, out: AbstractSet[OwnerId]) -> _Why:
    if delivery.owner in out:
        return _Why.DEACTIVATED
    return _Why.OWNER if outcome.blames_owner else _Why.RECORD


def _put_off(crm: str, last: Iterable[WriteOutcome]) -> list[DeliveryError]:
    put_off = [one for one in last if one.status is WriteStatus.RETRYABLE]
    if not put_off:
        return []
    reasons = list(dict.fromkeys(outcome.reason for outcome in put_off))
    told = "; ".join(reasons[:_NAMED])
    more = f"; and {len(reasons) - _NAMED} more reasons" if len(reasons) > _NAMED else ""
    count = "1 write waits" if len(put_off) == 1 else f"{len(put_off)} writes wait"
    return [DeliveryError(f"{crm}: {count} for the next sync: {told}{more}")]
