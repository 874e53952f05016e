"""Slack, Teams, e-mail, and whatever else Apprise can reach."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote

from connectors.notify.overheard import keep_to_ourselves, overheard
from connectors.notify.slack import REAL_TIME, SlackWebhooks
from connectors.pace import Timer
from leads.errors import ContractError, TransientError
from leads.messages import Message

NAME = "notify"
_EMAIL = "{email}"
_SLACK_BASE_URL = "FIRSTTOUCH_SLACK_BASE_URL"
_SOMEBODY = Message(title="", body="", email="somebody@example.com")


class _Target(Protocol):
    """Where Apprise sends to."""

    def notify(self, body: str, title: str, *, body_format: str) -> bool | None: ...


class Channels:
    """
    Notifier. `variables` maps channels to the variables of `environ` that hold their addresses.

    An address with {email} in it is one for all: the owner's own address is put there.
    """

    def __init__(
        self, variables: Mapping[str, str], environ: Mapping[str, str], timer: Timer = REAL_TIME
    ) -> None:
        self._variables, self._environ = variables, environ
        self._slack = SlackWebhooks(NAME, environ.get(_SLACK_BASE_URL, ""), timer)
        keep_to_ourselves()

    def flaw(self, channel: str) -> str:
        """Say what keeps a channel's address from being used; empty: nothing. Nothing is sent."""
        try:
            address = self._address(channel, _SOMEBODY)
            if not self._slack.knows(address):
                self._target(channel, address)
        except ContractError as error:
            return error.problem
        return ""

    def tell(self, channel: str, message: Message) -> None:
        address = self._address(channel, message)
        if self._slack.knows(address):
            self._slack.post(channel, self._variables[channel], address, message)
            return
        target = self._target(channel, address)
        with overheard() as answer:
            is_taken = target.notify(message.body, message.title, body_format="text")
        if not is_taken:
            problem = ": ".join(filter(None, ("the message was not taken", answer.told())))
            raise TransientError(NAME, channel, problem)

    def _target(self, channel: str, address: str) -> _Target:
        # Half a second, which only who tells pays.
        from apprise import Apprise, NotifyFormat  # noqa: PLC0415

        target = Apprise()
        if not target.add(address):
            problem = f"{self._variables[channel]} does not hold an address that Apprise knows"
            raise ContractError(NAME, channel, problem)
        for each in target:
            # Its HTML of a text has no space at which a line could end: an e-mail that never wraps.
            if each.notify_format == NotifyFormat.HTML and "format=" not in address:
                each.notify_format = NotifyFormat.TEXT
        return target

    def _address(self, channel: str, message: Message) -> str:
        variable = self._variables.get(channel)
        if variable is None:
            raise ContractError(NAME, channel, "the configuration has no such channel any more")
        address = self._environ.get(variable, "").strip()
        if not address:
            raise ContractError(NAME, channel, f"{variable} is not set in the environment")
        if _EMAIL not in address:
            return address
        if not message.email:
            raise ContractError(NAME, channel, "the owner has no email in the configuration")
        return address.replace(_EMAIL, quote(message.email))
