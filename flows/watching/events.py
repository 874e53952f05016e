"""Events of Prefect's, for automations and people: alerts, and what webhooks brought."""

from datetime import datetime

from prefect.events import emit_event

from flows.ledger import COLUMNS, count_in
from flows.plurals import count_of
from flows.watching.watch import line
from flows.wiring import Wiring
from leads.keys import RunId
from store.alert_rows import Alert
from store.running_rows import SourceLedger

OPENED, CLOSED = "firsttouch.alert.opened", "firsttouch.alert.closed"
ROUTED = "firsttouch.webhook.routed"


def raise_event(alert: Alert) -> None:
    cause = alert.cause
    emit_event(
        OPENED if alert.closed_at is None else CLOSED,
        resource=resource_of(alert),
        payload={"kind": cause.kind, "source": cause.source, "text": cause.text},
    )


def resource_of(alert: Alert) -> dict[str, str]:
    """Name what an event is about by its cause, so that an automation may choose among them."""
    cause = alert.cause
    name = ".".join(filter(None, (cause.kind, cause.source, cause.subject))).replace(" ", "-")
    return {
        "prefect.resource.id": f"firsttouch.alert.{name}",
        "prefect.resource.name": line(alert),
        "firsttouch.kind": cause.kind,
        "firsttouch.source": cause.source,
    }


def raise_new(began: datetime, alert: Alert) -> None:
    """Raise one that was noted since a run, or a look, began; one told again is no new event."""
    if alert.since >= began:
        raise_event(alert)


def raise_routed(wiring: Wiring, source: str, run: RunId) -> None:
    """
    Show in Prefect what a webhook's run did: a flow run of its own would cost a second.

    It is handed to a thread that sends it; while Prefect's server is away it is lost, and nothing
    else is.
    """
    entry = wiring.store.ledger(run).get(source, SourceLedger())
    did = f"{count_of(entry.pulled, 'record')}, {count_of(entry.delivered, 'owner')} written"
    emit_event(
        ROUTED,
        resource={
            "prefect.resource.id": f"firsttouch.webhook.{source}",
            "prefect.resource.name": f"{source} by webhook: {did}",
            "firsttouch.source": source,
        },
        payload={"run": run, **{name: count_in(entry, name) for name in COLUMNS}},
    )
