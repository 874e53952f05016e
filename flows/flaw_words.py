"""Values that could not be read, in words: which field, how often, and what it looked like."""

from collections.abc import Sequence

from flows.plurals import count_of
from leads.lead import Flaw, FlawKind
from reports.shapes import PERSONAL, shape, visible
from store.running_rows import Flawed

_LONGEST = 40
_MOST = 10


def quoted(flaw: Flaw) -> str:
    """Quote a value; of a personal field its format says enough."""
    text = visible(flaw.raw)[:_LONGEST]
    return f'(of the form "{shape(text)}")' if flaw.field in PERSONAL else f'"{text}"'


def flaw_sentence(flaw: Flaw) -> str:
    """Say of one lead what of it could not be read; nothing of what was, or came blank."""
    match flaw.kind:
        case FlawKind.FUTURE:
            stands_in = "the time of its receipt stands in"
            return f"Its {flaw.field}, {flaw.raw}, is yet to come, so that {stands_in}."
        case FlawKind.UNREADABLE:
            return f"Its {flaw.field} could not be read and counts as blank: {quoted(flaw)}."
        case FlawKind.AMBIGUOUS:
            two = "can be read in two ways and counts as blank"
            return f"Its {flaw.field} {two}: {quoted(flaw)}."
        case FlawKind.PLACEHOLDER | FlawKind.UNKNOWN_WORD | FlawKind.ASSUMED:
            return ""


def flawed_lines(found: Sequence[Flawed]) -> list[str]:
    """Return a line for each field of a source, with a lead to ask `explain` about."""
    lines = [
        f"{each.source}: {each.field} could not be read in {count_of(each.leads, 'lead')}; "
        f"`firsttouch explain {each.example}` shows the form of one"
        for each in found[:_MOST]
    ]
    if len(found) > _MOST:
        lines.append(f"and {count_of(len(found) - _MOST, 'further field')}: `firsttouch audit`")
    return lines
