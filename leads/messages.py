"""What a person is told: a title, a few lines, and whom it is for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    Plain text. It holds what a rep needs of a lead, so that it is never logged.

    `email` is the owner's own address, for channels that are one for all and sent to each.
    """

    title: str
    body: str
    email: str | None = None
