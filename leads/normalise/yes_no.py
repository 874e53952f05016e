"""Yes and no, as check boxes and people say them."""

from typing import Final

from leads.normalise.reading import UNREADABLE, Reading
from leads.normalise.text import fold, word_set

_YES: Final = word_set(
    "1, 1.0, true, t, yes, y, on, checked, accepted, accept, agreed, i agree, granted, opt-in, "
    "opted in, subscribed, sí, si, ja, oui, sim, x, ✓, ✔, ☑",
    ", ",
)
_NO: Final = word_set(
    "0, 0.0, false, f, no, n, off, unchecked, declined, decline, denied, refused, opt-out, opted "
    "out, unsubscribed, nein, non, não, nee, ✗, ✘, ☐",
    ", ",
)


def read_yes_no(text: str) -> Reading[bool]:
    """Answer False for an empty text: Meta sends '' for a box that was left unchecked."""
    folded = fold(text)
    if folded in _YES:
        return Reading(value=True)
    return Reading(value=False) if not folded or folded in _NO else UNREADABLE
