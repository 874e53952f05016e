"""Records set aside have a deadline: the data steward hears once a day of what waits longer."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from config.time_words import say_duration
from flows.notices import messages_to
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.errors import ConnectorError, FirsttouchError
from leads.messages import Message
from store.rows import RejectRow

_LEASE = "reminding the steward"
_ONCE_IN = timedelta(hours=20)
"""Less than a day, so that a run a little early is no day without; nobody gives it back."""


def remind_steward(wiring: Wiring) -> tuple[str, list[FirsttouchError]]:
    """
    Tell the steward how many records wait for longer than `sweep.remind_after`; once a day.

    Answers a sentence on it, and what kept a channel from being used. No record is named, and
    nothing of what it says.
    """
    after, now = wiring.configuration.sweep.remind_after, wiring.now()
    late = [each for each in wiring.store.rejects() if each.seen_at <= now - after]
    if not late:
        return "", []
    told = f"{count_of(len(late), 'record')} set aside for more than {say_duration(after)}"
    policy = wiring.configuration.policy
    steward = policy.owners[policy.steward or policy.fallback]
    channels = messages_to(wiring, steward.id)
    if not channels:
        return f"{told}; no channel of `notify` reaches {steward.name}.", []
    holder = uuid4().hex
    if not wiring.store.take_lease(_LEASE, holder, seconds=_ONCE_IN.total_seconds(), now=now):
        return f"{told}; {steward.name} was reminded today.", []
    message = Message(title=f"Firsttouch: {told}", body=_body(late), email=steward.email)
    problems = _tell(wiring, channels, message)
    if len(problems) == len(channels):
        wiring.store.release_lease(_LEASE, holder)
        return f"{told}; {steward.name} could not be reminded.", problems
    return f"{told}; {steward.name} is reminded.", problems


def _tell(wiring: Wiring, channels: Sequence[str], message: Message) -> list[FirsttouchError]:
    problems: list[FirsttouchError] = []
    for channel in channels:
        try:
            wiring.notifier.tell(channel, message)
        except ConnectorError as error:
            problems.append(error)
    return problems


def _body(late: Sequence[RejectRow]) -> str:
    counts = Counter((each.key.source, each.field or "the whole record") for each in late)
    lines = [f"{source}: {field}: {count}" for (source, field), count in counts.most_common()]
    oldest = min(each.seen_at for each in late)
    return "\n".join(
        [
            *lines,
            f"The oldest since {oldest:%Y-%m-%d %H:%M} UTC.",
            "`firsttouch rejects` lists them; `firsttouch rejects replay` reads what was mended.",
        ]
    )
