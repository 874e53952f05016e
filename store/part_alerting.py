"""What somebody is told went wrong."""

from collections.abc import Collection, Sequence
from datetime import datetime

from store import alerts, refusals
from store.alert_rows import Alert, Cause
from store.part import Part
from store.running_rows import RefusedWrites


class Alerting(Part):
    """Alerts: opened once for each cause, and closed by themselves."""

    def note_alerts(
        self, causes: Sequence[Cause], looked_at: Collection[tuple[str, str]], now: datetime
    ) -> None:
        """
        Open what is new, close what is over and was looked at: a kind, each with its source.

        A cause must have been gone for five minutes, lest one that comes and goes is told again
        and again.
        """
        self._db.write_alone("noting alerts", lambda c: alerts.note(c, causes, looked_at, now))

    def refused_since(self, crms: Sequence[str], at: datetime) -> list[RefusedWrites]:
        """Count what CRMs refused to write since then, by reason, the most frequent first."""
        return self._db.read(
            "counting refused writes", lambda c: refusals.refused_since(c, crms, at)
        )

    def untold_alerts(self) -> list[Alert]:
        """List those that people have to hear of: of their beginning, or of their end."""
        return self._db.read("reading alerts", alerts.untold)

    def mark_alerts_told(self, told: Sequence[Alert], now: datetime) -> None:
        self._db.write("noting who heard of alerts", lambda c: alerts.mark_told(c, told, now))

    def alerts(self, since: datetime | None = None) -> list[Alert]:
        """List the open ones, and with `since` those that ended after it, the oldest first."""
        return self._db.read(
            "reading alerts", lambda c: alerts.since(c, since) if since else alerts.standing(c)
        )
