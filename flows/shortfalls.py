"""What records were written without, in words: to a sync's reader, for explain, for doctor."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from connectors.creation import NOTE
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.delivery import Delivery
from leads.ownership import LeftOut, WhyLeftOut, WriteOutcome

_A_WEEK = timedelta(days=7)
_IMPERSONAL = """
source channel campaign form lead_source industry employees product deal_type currency language
country region consent status
"""
_SHOWN = frozenset(_IMPERSONAL.split())
"""Fields whose value tells nothing of a person, and may be shown."""
_VALUES = 3


def shortfall_lines(results: Sequence[tuple[Delivery, WriteOutcome]]) -> list[str]:
    """Return a line for each thing that the records just written go without; nothing personal."""
    counts: Counter[tuple[str, LeftOut]] = Counter()
    values: dict[tuple[str, LeftOut], Counter[str]] = {}
    for delivery, outcome in results:
        for each in outcome.left_out:
            if not each.instead:
                counts[delivery.crm, each] += 1
                said = values.setdefault((delivery.crm, each), Counter())
                said.update(_shown(each, delivery.values))
    return [
        f"{crm}: {_went(n)} {_what(each)}{_named(values[crm, each])}: {_why(crm, each)}"
        for (crm, each), n in counts.most_common()
    ]


def weekly_lines(wiring: Wiring, only: str | None = None) -> Iterator[str]:
    """Say what the records of the last week, or `only` one CRM's, went without; most first."""
    for each in wiring.store.shortfalls(wiring.now() - _A_WEEK):
        if not each.left_out.instead and only in {None, each.crm}:
            what, why = _what(each.left_out), _why(each.crm, each.left_out)
            yield f"{each.crm}: {_went(each.records)} {what} in the last 7 days: {why}"


def shortfall_sentence(delivery: Delivery, left: LeftOut) -> str:
    """Return what one record went without, and what to change."""
    value = _named(Counter(_shown(left, delivery.values)))
    if left.instead:
        where = f"{left.field} in {delivery.crm} was left blank"
        return f"{where}: {_misfit(left)}{value}; {left.instead} has it."
    return f"Written without {_what(left)}{value}: {_why(delivery.crm, left)}."


def _went(records: int) -> str:
    return f"{count_of(records, 'record')} went without"


def _what(left: LeftOut) -> str:
    return f"the note in {left.field}" if left.name == NOTE else left.name


def _shown(left: LeftOut, values: Mapping[str, str]) -> list[str]:
    return [values[left.name]] if left.name in _SHOWN and left.name in values else []


def _named(values: Counter[str]) -> str:
    told = [f"{value!r}" for value, _ in values.most_common(_VALUES)]
    more = ", ..." if len(values) > _VALUES else ""
    return f" ({', '.join(told)}{more})" if told else ""


def _misfit(left: LeftOut) -> str:
    match left.why:
        case WhyLeftOut.NOT_A_CHOICE:
            return "none of its choices says the same"
        case WhyLeftOut.NOT_A_NUMBER:
            return "it takes one number"
        case _:
            return "it could not take the value"


def _why(crm: str, left: LeftOut) -> str:
    """Say why, and what to change."""
    if left.name == NOTE:
        return (
            f"{_cause(crm, left)}; name a text field that may be written under sources.{crm}.write"
        )
    mapped = f"sources.{crm}.create.fields.{left.name}"
    word = f"sources.{crm}.create.values.{left.name}"
    match left.why:
        case WhyLeftOut.NO_FIELD:
            cure = f"create it there, or correct {mapped}"
        case WhyLeftOut.READ_ONLY:
            cure = f"name another under {mapped}"
        case WhyLeftOut.NOT_A_CHOICE:
            cure = f"add the value to the list, or write the CRM's word for it under {word}"
        case WhyLeftOut.NOT_A_NUMBER | WhyLeftOut.NOT_YES_OR_NO:
            cure = f"name a text field for it under {mapped}"
        case WhyLeftOut.REFUSED:
            cure = _cure_of_refusal(crm, left, word)
    return f"{_cause(crm, left)}; {cure}"


def _cause(crm: str, left: LeftOut) -> str:
    match left.why:
        case WhyLeftOut.NO_FIELD:
            return f"{crm} has no field {left.field}"
        case WhyLeftOut.READ_ONLY:
            return f"{left.field} may not be written there"
        case WhyLeftOut.NOT_A_CHOICE:
            return f"{left.field} has no such choice"
        case WhyLeftOut.NOT_A_NUMBER:
            return f"{left.field} takes one number, and it was a range or a text"
        case WhyLeftOut.NOT_YES_OR_NO:
            return f"{left.field} takes yes or no"
        case WhyLeftOut.REFUSED:
            return f"{crm} refused the value for {left.field} ({left.code or 'without a code'})"


def _cure_of_refusal(crm: str, left: LeftOut, word: str) -> str:
    if left.name in ("country", "region"):
        return (
            f"write them as the CRM has them: all by name with sources.{crm}.create.places: names, "
            f"or one by one under {word}"
        )
    return f"write what it takes under {word}, or name another field"
