"""Which leads a CRM still lacks the owner of after a delivery: named, for a person to see."""

from collections.abc import Iterator, Sequence, Sized

from leads.delivery import Delivery
from leads.errors import DeliveryError
from leads.keys import LeadKey
from leads.ownership import WriteOutcome, WriteStatus

_NAMED = 10


def undelivered(crm: str, results: Sequence[tuple[Delivery, WriteOutcome]]) -> list[DeliveryError]:
    """Return one problem for what `crm` refused for good and one for what it put off."""
    last = {delivery.lead: outcome for delivery, outcome in results}
    refused = {
        lead: outcome for lead, outcome in last.items() if outcome.status is WriteStatus.REFUSED
    }
    put_off = [one for one in last.values() if one.status is WriteStatus.RETRYABLE]
    problems = []
    if refused:
        problems.append(
            DeliveryError(
                f"{crm}: {_count(refused, 'owner was', 'owners were')} refused for good: "
                f"{'; '.join(_named(refused))}. Give these records an owner there by hand"
            )
        )
    if put_off:
        reasons = "; ".join(dict.fromkeys(outcome.reason for outcome in put_off))
        problems.append(
            DeliveryError(
                f"{crm}: {_count(put_off, 'write waits', 'writes wait')} for the next sync: "
                f"{reasons}"
            )
        )
    return problems


def _named(refused: dict[LeadKey, WriteOutcome]) -> Iterator[str]:
    for lead, outcome in list(refused.items())[:_NAMED]:
        yield f"{lead} ({outcome.reason})"
    if len(refused) > _NAMED:
        yield f"and {len(refused) - _NAMED} more"


def _count(what: Sized, one: str, many: str) -> str:
    return f"{len(what)} {one if len(what) == 1 else many}"
