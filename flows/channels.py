"""How people are told, looked over: a channel without an address tells nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connectors.base import TaskWriter
from connectors.findings import Finding, fine, warning
from flows.wiring import Wiring


def examine_channels(wiring: Wiring, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at each channel of `notify`, and at the tasks in the CRMs; nothing without `notify`."""
    notify = wiring.configuration.notify
    if notify is None:
        return
    for channel, variable in notify.channels.items():
        if environ.get(variable, "").strip():
            yield replace(fine(f"{variable} is set"), about=channel)
        else:
            text = (
                f"{variable} is not set, so that nobody is told by it: set it to the channel's "
                "address (docs/notifications.md), or take the channel out of notify.channels"
            )
            yield replace(warning(text), about=channel)
    for crm, connector in wiring.crms.items() if notify.crm_task else ():
        if not isinstance(connector, TaskWriter):
            text = f"tasks cannot be created in {crm}: reps are not told by one (notify.crm_task)"
            yield replace(warning(text), about="crm_task")
