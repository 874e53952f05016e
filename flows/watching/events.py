"""Alerts as events of Prefect's, for automations: `firsttouch.alert.opened` and `.closed`."""

from prefect.events import emit_event

from flows.watching.watch import line
from store.alert_rows import Alert

OPENED, CLOSED = "firsttouch.alert.opened", "firsttouch.alert.closed"


def raise_event(alert: Alert) -> None:
    """Emit one; the resource's id is the cause's, so that an automation may choose among them."""
    cause = alert.cause
    name = ".".join(filter(None, (cause.kind, cause.source, cause.subject))).replace(" ", "-")
    emit_event(
        OPENED if alert.closed_at is None else CLOSED,
        resource={
            "prefect.resource.id": f"firsttouch.alert.{name}",
            "prefect.resource.name": line(alert),
            "firsttouch.kind": cause.kind,
            "firsttouch.source": cause.source,
        },
        payload={"kind": cause.kind, "source": cause.source, "text": cause.text},
    )
