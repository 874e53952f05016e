"""`/metrics`: how it stands, for Prometheus. Read from the store when it is asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import quantiles

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from store.running_rows import Health, Speed
from store.store import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ALL = "all"
"""In the place of a source or a part: to Prometheus, a label without a value is no label."""

_WINDOW = timedelta(hours=1)
_FRESH = timedelta(seconds=15)
_QUANTILES = {"0.5": 49, "0.95": 94, "0.99": 98}


class Metrics(Collector):
    """
    The figures of one store. They are read anew after a quarter of a minute, however often asked.

    Figures, names of sources and CRMs only: nothing of a lead.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._known: tuple[datetime, Health] | None = None
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def text(self) -> bytes:
        """Return the page. Raises StoreError."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        found, now = self._health(), self._now()
        yield _gauge(
            "firsttouch_leads",
            "Leads in the store, by what became of them.",
            ("source", "state"),
            {key: float(count) for key, count in found.leads.items()},
        )
        yield _gauge(
            "firsttouch_owners_to_write",
            "Owners that are decided and not written yet.",
            ("crm",),
            {(crm,): float(count) for crm, (count, _) in found.outbox.items()},
        )
        yield _gauge(
            "firsttouch_oldest_owner_to_write_seconds",
            "How long the oldest of them has waited.",
            ("crm",),
            {(crm,): (now - at).total_seconds() for crm, (_, at) in found.outbox.items()},
        )
        yield _gauge(
            "firsttouch_last_read_timestamp_seconds",
            "When a source was last read to its end, or to the end of a page.",
            ("source",),
            {(source,): at.timestamp() for source, at in found.read_at.items()},
        )
        yield _gauge(
            "firsttouch_open_alerts",
            "Alerts that stand (docs/alerts.md).",
            ("kind", "source"),
            {(kind, source or _ALL): float(n) for (kind, source), n in found.alerts.items()},
        )
        yield _gauge(
            "firsttouch_seconds_to_owner",
            "From a lead's creation at its source to its owner in the CRM, over the last hour.",
            ("source", "quantile"),
            dict(_quantiles(found.speeds)),
        )
        yield _gauge(
            "firsttouch_webhooks_refused",
            "Webhook requests refused in the last 7 days; of status 200, events not readable.",
            ("door", "status"),
            {key: float(count) for key, count in found.turned_away.items()},
        )
        yield _gauge(
            "firsttouch_calls_left_ratio",
            "Share of the calls a vendor allows in its day that was left at the last poll.",
            ("source", "part"),
            {(source, part or _ALL): left for (source, part), left in found.calls_left.items()},
        )

    def _health(self) -> Health:
        now = self._now()
        if self._known is None or not timedelta(0) <= now - self._known[0] < _FRESH:
            self._known = (now, self._store.health(now - _WINDOW, now))
        return self._known[1]


def _gauge(
    name: str, told: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]
) -> Metric:
    family = GaugeMetricFamily(name, told, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _quantiles(speeds: Sequence[Speed]) -> Iterator[tuple[tuple[str, str], float]]:
    by_source: dict[str, list[float]] = defaultdict(list)
    for each in speeds:
        by_source[each.source].append(each.seconds)
    for source, seconds in by_source.items():
        cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else seconds * 99
        for name, at in _QUANTILES.items():
            yield (source, name), cuts[at]
