"""Which leads a CRM still lacks the owner of after a delivery: named, for a person to see."""

from collections.abc import Sequence

from leads.delivery import Delivery
from leads.errors import DeliveryError
from leads.ownership import WriteOutcome, WriteStatus

_NAMED = 10


def undelivered(crm: str, results: Sequence[tuple[Delivery, WriteOutcome]]) -> list[DeliveryError]:
    """Return one problem for all that `crm` put off; it stays due until it is taken."""
    last = {delivery.lead: outcome for delivery, outcome in results}
    put_off = [one for one in last.values() if one.status is WriteStatus.RETRYABLE]
    if not put_off:
        return []
    reasons = list(dict.fromkeys(outcome.reason for outcome in put_off))
    told = "; ".join(reasons[:_NAMED])
    more = f"; and {len(reasons) - _NAMED} more reasons" if len(reasons) > _NAMED else ""
    count = "1 write waits" if len(put_off) == 1 else f"{len(put_off)} writes wait"
    return [DeliveryError(f"{crm}: {count} for the next sync: {told}{more}")]
