"""After each sync: what is wrong now, told once for each cause, and told again when it is over."""

import logging
from collections.abc import Collection, Sequence

from flows.tick import Tick
from flows.watching.fallbacks import KIND as FALLBACK
from flows.watching.fallbacks import fallback_causes
from flows.watching.health import (
    FAILING,
    QUOTA,
    REFUSED,
    UNWRITTEN,
    health_causes,
    unwritten_causes,
)
from flows.watching.quality import KIND as QUALITY
from flows.watching.quality import quality_causes
from flows.watching.silence import KIND as SILENT
from flows.watching.silence import silence_causes
from flows.wiring import Wiring
from leads.errors import ConnectorError
from leads.messages import Message
from store.alert_rows import Alert

_LOG = logging.getLogger("firsttouch.alerts")


def watch(wiring: Wiring, ticks: Sequence[Tick]) -> list[Alert]:
    """
    Note what is wrong after a sync, and answer what people have to be told of now.

    A source that was not asked in this sync is not judged: what was known of it stands.
    """
    asked = [tick for tick in ticks if not tick.skipped]
    standing = wiring.store.alerts()
    causes = [*health_causes(wiring, asked), *unwritten_causes(wiring), *fallback_causes(wiring)]
    looked_at = {(kind, tick.source) for tick in asked for kind in (REFUSED, FAILING, QUOTA)}
    looked_at |= {(UNWRITTEN, crm) for crm in wiring.crms} | {(FALLBACK, "")}
    for source in wiring.sources:
        causes += silence_causes(wiring, source)
        looked_at.add((SILENT, source))
    for source in _with_news(wiring, asked, standing):
        causes += quality_causes(wiring, source, standing)
        looked_at.add((QUALITY, source))
    wiring.store.note_alerts(causes, looked_at, wiring.now())
    return wiring.store.untold_alerts()


def _with_news(wiring: Wiring, ticks: Sequence[Tick], standing: Sequence[Alert]) -> Collection[str]:
    """Name the sources that brought something, or of which something is open."""
    news = {tick.source for tick in ticks if tick.pulled or tick.decided}
    still = {each.cause.source for each in standing if each.cause.kind == QUALITY}
    return sorted((news | still) & wiring.sources.keys())


def tell(wiring: Wiring, alerts: Sequence[Alert]) -> None:
    """
    Tell the channels of `notify.alerts` in one message; a channel that fails is logged.

    At least once: what no channel took, and what was told by somebody who died before it was noted,
    is told again by the next sync.
    """
    if not alerts:
        return
    notify = wiring.configuration.notify
    channels = notify.alerts if notify else ()
    message = Message(title=_title(alerts), body="\n".join(map(line, alerts)), email=None)
    taken = [_takes(wiring, channel, message) for channel in channels]
    if any(taken) or not channels:
        wiring.store.mark_alerts_told(alerts, wiring.now())


def _takes(wiring: Wiring, channel: str, message: Message) -> bool:
    try:
        wiring.notifier.tell(channel, message)
    except ConnectorError as error:
        _LOG.warning("%s", error)
        return False
    return True


def line(alert: Alert) -> str:
    """Return one line: what it is, in which state, since when."""
    cause = alert.cause
    if alert.closed_at is not None:
        return f"over: {cause.kind}: {cause.text} (since {alert.opened_at:%Y-%m-%d %H:%M} UTC)"
    return f"{cause.kind}: {cause.text}"


def _title(alerts: Sequence[Alert]) -> str:
    began = sum(each.closed_at is None for each in alerts)
    ended = len(alerts) - began
    told = [
        *([f"{began} to look at"] if began else []),
        *([f"{ended} over"] if ended else []),
    ]
    return f"Firsttouch: {', '.join(told)}"
