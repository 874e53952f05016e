"""Which portal is ours: an app that is in two of them signs what both send with one secret."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from connectors.inbound import is_number
from leads.errors import ConnectorError

_REST = timedelta(minutes=1)


class OwnPortal:
    """`number` is as configured, or as HubSpot tells it to our token; None until it did."""

    def __init__(
        self,
        configured: int | None,
        account: Callable[[], Mapping[str, Any]],
        now: Callable[[], datetime],
    ) -> None:
        self.number = None if configured is None else str(configured)
        self._account, self._now = account, now
        self._asked_at: datetime | None = None

    def learn(self) -> None:
        """Ask HubSpot, unless it is known; who gave no answer is not asked again for a minute."""
        if self.number is not None or self._is_resting():
            return
        self._asked_at = self._now()
        with suppress(ConnectorError):
            told = str(self._account().get("portalId"))
            self.number = told if is_number(told) else None

    def _is_resting(self) -> bool:
        return self._asked_at is not None and self._now() - self._asked_at < _REST
