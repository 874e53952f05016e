"""Which leads a CRM still lacks the owner of after a delivery: named, for a person to see."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from flows.barred import inactive_in
from flows.second_look import undone
from flows.wiring import Wiring
from leads.delivery import Delivery
from leads.errors import DeliveryError
from leads.ownership import WriteOutcome, WriteStatus

_NAMED = 10
_CONFLICT = WriteStatus.CONFLICT
_CURES = {
    False: (
        "went to the fallback",
        "Check their ids and rights there, and what the record requires",
    ),
    True: (
        "the rules gave to others",
        "They are deactivated there: take them out of the pools, or switch them on again",
    ),
}


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
    owners: dict[tuple[bool, str], Counter[str]] = {}
    for delivery, outcome in refused:
        kind = (delivery.owner in out, outcome.reason)
        owners.setdefault(kind, Counter())[f"{delivery.owner} ({delivery.crm_owner})"] += 1
    for (is_out, reason), counts in owners.items():
        leads = "1 lead" if counts.total() == 1 else f"{counts.total()} leads"
        what, cure = _CURES[is_out]
        told = ", ".join(sorted(counts))
        yield DeliveryError(f"{crm}: refused {told} for {leads}, which {what}: {reason}. {cure}")


def _put_off(crm: str, last: Iterable[WriteOutcome]) -> list[DeliveryError]:
    put_off = [one for one in last if one.status is WriteStatus.RETRYABLE]
    if not put_off:
        return []
    reasons = list(dict.fromkeys(outcome.reason for outcome in put_off))
    told = "; ".join(reasons[:_NAMED])
    more = f"; and {len(reasons) - _NAMED} more reasons" if len(reasons) > _NAMED else ""
    count = "1 write waits" if len(put_off) == 1 else f"{len(put_off)} writes wait"
    return [DeliveryError(f"{crm}: {count} for the next sync: {told}{more}")]
