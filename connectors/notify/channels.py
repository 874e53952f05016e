"""Slack, Teams, e-mail, and whatever else Apprise can reach."""

import logging
from collections.abc import Mapping
from urllib.parse import quote

from leads.errors import ContractError, TransientError
from leads.messages import Message

NAME = "notify"
_EMAIL = "{email}"


class Channels:
    """
    Notifier. `variables` maps channels to the variables of `environ` that hold their addresses.

    An address with {email} in it is one for all: the owner's own address is put there.
    """

    def __init__(self, variables: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self._variables, self._environ = variables, environ
        # Apprise logs addresses with their tokens, and what is sent.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)

    def missing(self) -> list[str]:
        """Return the variables that channels need and the environment lacks."""
        return [name for name in self._variables.values() if not self._environ.get(name)]

    def tell(self, channel: str, message: Message) -> None:
        import apprise  # noqa: PLC0415  (half a second, which only who tells should pay)

        target = apprise.Apprise()
        if not target.add(self._address(channel, message)):
            problem = f"{self._variables[channel]} does not hold an address that Apprise knows"
            raise ContractError(NAME, channel, problem)
        if not target.notify(title=message.title, body=message.body, body_format="text"):
            raise TransientError(NAME, channel, "the message was not taken")

    def _address(self, channel: str, message: Message) -> str:
        variable = self._variables.get(channel)
        if variable is None:
            raise ContractError(NAME, channel, "the configuration has no such channel any more")
        address = self._environ.get(variable, "")
        if not address:
            raise ContractError(NAME, channel, f"{variable} is not set in the environment")
        if _EMAIL not in address:
            return address
        if not message.email:
            raise ContractError(NAME, channel, "the owner has no email in the configuration")
        return address.replace(_EMAIL, quote(message.email))
