"""What webhooks brought and nothing came of, as it is told to a person."""

from flows.plurals import count_of
from store.running_rows import UnusedRow

_NAMED = 5


def told(row: UnusedRow) -> str:
    """Say in a line which request it is, why nothing came of it, and what is to be done."""
    since = f"{row.received_at:%Y-%m-%d %H:%M} UTC"
    if row.is_owed:
        cure = f"find whose it is, `firsttouch erase`, then `firsttouch rejects done {row.id}`"
        return (
            f"{row.source}: an order to erase of {since} is not carried out: {row.reason}; {cure}"
        )
    if not row.names:
        return f"{row.source}: an event of {since} was not readable: {row.reason}; {_POLLED}"
    names = ", ".join(row.names[:_NAMED])
    more = len(row.names) - _NAMED
    which = f"{names} and {count_of(more, 'other')}" if more > 0 else names
    return (
        f"{row.source}: {which}, named by a webhook of {since}, given up: {row.reason}; {_POLLED}"
    )


_POLLED = "a poll may have found the leads"
