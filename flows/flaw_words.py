"""Values that could not be read, in words: which field, how often, and what it looked like."""

from collections.abc import Iterator, Sequence

from flows.plurals import count_of
from leads.lead import Flaw, FlawKind, Lead
from leads.shapes import PERSONAL, shape, visible
from store.running_rows import Flawed

COUNTRY = "country"
_LONGEST = 40
_MOST = 10


def quoted(flaw: Flaw) -> str:
    """Quote a value; of a personal field its format says enough."""
    text = visible(flaw.raw)[:_LONGEST]
    return f'(of the form "{shape(text)}")' if flaw.field in PERSONAL else f'"{text}"'


def flaw_sentences(lead: Lead) -> Iterator[str]:
    """Say what of it could not be read, and which country it counts as where it states none."""
    assumed = [flaw for flaw in lead.flaws if is_country_taken(flaw)]
    for flaw in lead.flaws:
        if not (assumed and flaw.field == COUNTRY) and (told := flaw_sentence(flaw)):
            yield told
    for flaw in assumed:
        if not has_country_of_another_field(lead):
            yield f"Its country, {quoted(flaw)}, is no known word and is taken for {lead.country}."
            continue
        came = f"could not be read ({quoted(flaw)})" if flaw.raw else "is not stated"
        by = "by its region or the country code of its phone number"
        yield f"Its country {came}; it counts as {lead.country}, {by}."


def has_country_of_another_field(lead: Lead) -> bool:
    """Tell whether its country is that of its region or phone, and not a misspelt one."""
    flaws = [flaw for flaw in lead.flaws if flaw.field == COUNTRY]
    taken = [flaw for flaw in flaws if is_country_taken(flaw)]
    return bool(taken) and (len(flaws) > len(taken) or not taken[0].raw)


def is_country_taken(flaw: Flaw) -> bool:
    """Tell whether it says that a country was taken from another field, or for another word."""
    return flaw.field == COUNTRY and flaw.kind is FlawKind.ASSUMED


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
