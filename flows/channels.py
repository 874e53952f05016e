"""How people are told, looked over: a channel without an address tells nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connectors.base import TaskWriter
from connectors.findings import Finding, fine, warning
from connectors.notify.channels import Channels
from flows.untold import waiting_by
from flows.wiring import Wiring


def examine_channels(wiring: Wiring, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at each channel of `notify`, and at the tasks in the CRMs; nothing without `notify`."""
    notify = wiring.configuration.notify
    if notify is None:
        return
    channels = Channels(notify.channels, environ)
    for channel, variable in notify.channels.items():
        found = _address(channels, channel, variable, environ) or _failure(wiring, channel)
        yield replace(found or fine(f"{variable} is set"), about=channel)
    for crm, connector in wiring.crms.items() if notify.crm_task else ():
        if not isinstance(connector, TaskWriter):
            text = f"tasks cannot be created in {crm}: reps are not told by one (notify.crm_task)"
            yield replace(warning(text), about="crm_task")


def _address(
    channels: Channels, channel: str, variable: str, environ: Mapping[str, str]
) -> Finding | None:
    """Say what is wrong with a channel's address, without telling it."""
    if not environ.get(variable, "").strip():
        return warning(
            f"{variable} is not set, so that nobody is told by it: set it to the channel's "
            "address (docs/notifications.md), or take the channel out of notify.channels"
        )
    if flaw := channels.flaw(channel):
        return warning(
            f"{flaw}, so that nobody is told by it: write one such as those of "
            "docs/notifications.md"
        )
    return None


def _failure(wiring: Wiring, channel: str) -> Finding | None:
    """Say why messages wait, where the address itself is fine."""
    reasons = waiting_by(wiring, channel)
    return warning(f"messages wait; the last failure: {reasons[0]}") if reasons else None
