"""After each sync: what is wrong now, told once for each cause, and told again when it is over."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from flows.faults import in_words
from flows.tick import Tick
from flows.watching.breaches import KIND as BREACH
from flows.watching.breaches import breach_causes
from flows.watching.erasures import KIND as ERASURE
from flows.watching.erasures import erasure_causes
from flows.watching.fallbacks import KIND as FALLBACK
from flows.watching.fallbacks import fallback_causes
from flows.watching.health import (
    FAILING,
    QUOTA,
    REFUSED,
    REFUSED_WRITES,
    UNWRITTEN,
    health_causes,
    refused_write_causes,
    unwritten_causes,
)
from flows.watching.model import KIND as MODEL
from flows.watching.model import model_causes
from flows.watching.quality import KIND as QUALITY
from flows.watching.quality import quality_causes
from flows.watching.silence import KIND as SILENT
from flows.watching.silence import silence_causes
from flows.wiring import Wiring
from leads.errors import ConnectorError, FirsttouchError
from leads.messages import Message
from store.alert_rows import Alert

_LOG = logging.getLogger("firsttouch.alerts")
_CLAIM, _CLAIM_SECONDS = "telling alerts", 120.0
_LOOKED, _LOOKED_SECONDS = "looked on by a sync", 150.0
"""Two syncs may be missed before somebody else looks."""
_SYNC = "sync"
_NOT_LOOKED = "nobody looked for what is to be alerted of"


def watch(wiring: Wiring, ticks: Sequence[Tick]) -> list[Alert]:
    """
    Note what is wrong after a sync, and answer what people have to be told of now.

    A source that was not asked in this sync is not judged: what was known of it stands. Raises
    nothing: the leads have their owners by now, and a fault in looking on is logged.
    """

    def look() -> list[Alert]:
        wiring.store.note_looked(_LOOKED, _SYNC, seconds=_LOOKED_SECONDS, now=wiring.now())
        return _watch(wiring, ticks)

    return _safely(_NOT_LOOKED, look)


def watch_between(wiring: Wiring, ticks: Sequence[Tick]) -> list[Alert]:
    """Do the same where no sync does, by what webhooks brought."""
    return _safely(_NOT_LOOKED, lambda: _watch(wiring, ticks))


def is_watched(wiring: Wiring) -> bool:
    """Whether a sync has looked within the last minutes. Raises StoreError."""
    store, holder = wiring.store, uuid4().hex
    if not store.take_lease(_LOOKED, holder, seconds=_LOOKED_SECONDS, now=wiring.now()):
        return True
    store.release_lease(_LOOKED, holder)  # the next sync must not find it taken
    return False


def _watch(wiring: Wiring, ticks: Sequence[Tick]) -> list[Alert]:
    asked = [tick for tick in ticks if not tick.skipped]
    standing = wiring.store.alerts()
    causes = [*health_causes(wiring, asked), *unwritten_causes(wiring), *fallback_causes(wiring)]
    causes += refused_write_causes(wiring)
    looked_at = {known for tick in asked for known in _known_by(wiring, tick)}
    looked_at |= {(kind, crm) for crm in wiring.crms for kind in (UNWRITTEN, REFUSED_WRITES)} | {
        (FALLBACK, "")
    }
    causes += [*model_causes(wiring), *breach_causes(wiring)]
    looked_at |= {(MODEL, ""), (BREACH, "")}
    owed = erasure_causes(wiring)
    causes += owed
    looked_at |= {(ERASURE, each) for each in {*wiring.sources, *(one.source for one in owed)}}
    for source in wiring.sources:
        causes += silence_causes(wiring, source)
        looked_at.add((SILENT, source))
    for source in _with_news(wiring, asked, standing):
        causes += quality_causes(wiring, source, standing)
        looked_at.add((QUALITY, source))
    wiring.store.note_alerts(causes, looked_at, wiring.now())
    return wiring.store.untold_alerts()


def _known_by(wiring: Wiring, tick: Tick) -> Iterator[tuple[str, str]]:
    """Yield of what a tick tells whether it is over: a webhook's tells nothing of the polls."""
    for kind in (REFUSED, FAILING, QUOTA) if tick.polled else (REFUSED,):
        yield kind, tick.source
    if tick.delivered:
        yield REFUSED, wiring.crm_of(tick.source)


def _with_news(wiring: Wiring, ticks: Sequence[Tick], standing: Sequence[Alert]) -> Collection[str]:
    """Name the sources that brought something, or of which something is open."""
    news = {tick.source for tick in ticks if tick.pulled or tick.decided}
    still = {each.cause.source for each in standing if each.cause.kind == QUALITY}
    amiss = {tick.source for tick in ticks if tick.amiss}
    return sorted((news | still | amiss) & wiring.sources.keys())


def tell(
    wiring: Wiring, alerts: Sequence[Alert], raised: Callable[[Alert], None] = lambda _: None
) -> list[Alert]:
    """
    Tell the channels of `notify.alerts` in one message, and `raised` of each; answer which.

    Of processes that watched at once one tells: who has told holds the claim, and what was told
    meanwhile is left out. At least once: what no channel took, and what was claimed by somebody
    who died before it was noted, is told again by the next sync. Raises nothing, as `watch`.
    """
    return _safely("nobody was told of alerts", lambda: _tell(wiring, alerts, raised))


def _tell(wiring: Wiring, alerts: Sequence[Alert], raised: Callable[[Alert], None]) -> list[Alert]:
    if not alerts:
        return []
    with _claimed(wiring, alerts) as ours:
        for alert in ours:
            raised(alert)
        if ours and _is_taken(wiring, ours):
            wiring.store.mark_alerts_told(ours, wiring.now())
        return ours


@contextmanager
def _claimed(wiring: Wiring, alerts: Sequence[Alert]) -> Iterator[list[Alert]]:
    """Give those that nobody has told yet; nobody else tells any until the block ends."""
    holder = uuid4().hex
    if not wiring.store.take_lease(_CLAIM, holder, seconds=_CLAIM_SECONDS, now=wiring.now()):
        yield []  # what whoever tells now has not seen yet, the next sync tells
        return
    try:
        untold = {each.id for each in wiring.store.untold_alerts()}
        yield [each for each in alerts if each.id in untold]
    finally:
        wiring.store.release_lease(_CLAIM, holder)


def _is_taken(wiring: Wiring, alerts: Sequence[Alert]) -> bool:
    notify = wiring.configuration.notify
    channels = notify.alerts if notify else ()
    message = Message(title=_title(alerts), body="\n\n".join(map(line, alerts)), email=None)
    taken = [_takes(wiring, channel, message) for channel in channels]
    return any(taken) or not channels


def _safely(what: str, step: Callable[[], list[Alert]]) -> list[Alert]:
    try:
        return step()
    except FirsttouchError as error:
        _LOG.error("%s: %s", what, error)
    except Exception as fault:  # noqa: BLE001  (looking on must not undo a sync that is done)
        _LOG.error("%s: %s", what, in_words(fault))
    return []


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
