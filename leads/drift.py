"""Whether a source's fields read as they did: its newest leads against those of the days before."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from math import exp, lgamma, log, log1p

from leads.fields import CUSTOM
from leads.lead import FlawKind, Lead

FEWEST_BEFORE = 20
"""Of fewer earlier leads than these nothing is concluded."""
FEWEST_NEWEST, NEWEST = 8, 64
_LENGTHS = (FEWEST_NEWEST, 16, 32, NEWEST)
"""How many of the newest are looked at, fewest first: a field that goes bad shows at the eighth."""

_LUCK = 1e-7
"""How unlikely it must be that nothing has changed; each minute asks some hundred questions."""
_DOUBT = 3
"""Added to what was seen before: never having seen it in n leads bounds its rate by about 3/n."""
_EXAMPLES = 3


class Measure(StrEnum):
    """In what way a field can be bad, in a person's words."""

    BLANK = "blank"
    UNREADABLE = "unreadable"
    UNKNOWN_WORD = "words that the value map does not have"
    ASSUMED = "read by guess"
    LATER = "yet to come"


_MEASURES = {
    FlawKind.UNREADABLE: Measure.UNREADABLE,
    FlawKind.AMBIGUOUS: Measure.UNREADABLE,
    FlawKind.PLACEHOLDER: Measure.UNREADABLE,
    FlawKind.UNKNOWN_WORD: Measure.UNKNOWN_WORD,
    FlawKind.ASSUMED: Measure.ASSUMED,
    FlawKind.FUTURE: Measure.LATER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """
    A field that went bad: `bad` of the newest `leads`, `bad_before` of `before` earlier ones.

    `form` is the one that the newest came by, where their source names any. `examples` are what
    could not be read, as it came: redact them before anybody sees them.
    """

    field: str
    form: str | None
    measure: Measure
    bad: int
    leads: int
    bad_before: int
    before: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Usual:
    """How often each field was bad in each way, of so many earlier leads."""

    bad: Mapping[tuple[str, Measure], int]
    leads: int

    def explains(self, what: tuple[str, Measure], bad: int, leads: int, least: float) -> bool:
        """Whether so many bad ones of so many newest leads are nothing new."""
        was = self.bad.get(what, 0)
        if bad / leads - was / self.leads < least:
            return True
        return tail(bad, leads, (was + _DOUBT) / (self.leads + _DOUBT)) > _LUCK


def drifts(
    newest: Sequence[Lead], before: Sequence[Lead], fields: Collection[str], *, least_share: float
) -> list[Drift]:
    """
    Compare, field by field of `fields`, the newest leads (the newest first) with earlier ones.

    Each form's leads are compared with earlier ones of that form: forms ask differently, and their
    leads come in bursts. A form that is new is compared with all. A field is told of once for a
    form, by the fewest leads that show it, when its share of bad values grew by `least_share` at
    least and chance does not explain it: the binomial tail of what was seen, at the rate of the
    days before, is below one in ten million.
    """
    found: list[Drift] = []
    for form in dict.fromkeys(lead.form for lead in newest):
        now = [lead for lead in newest if lead.form == form]
        then = [lead for lead in before if lead.form == form]
        enough = then if len(then) >= FEWEST_BEFORE else before
        if len(enough) >= FEWEST_BEFORE:
            found += _in_form(now[:NEWEST], enough, fields, least_share)
    return sorted(found, key=lambda each: (each.field, each.form or ""))


def _in_form(
    newest: Sequence[Lead], before: Sequence[Lead], fields: Collection[str], least_share: float
) -> Iterable[Drift]:
    usual = _Usual(Counter(each for lead in before for each in _bad(lead, fields)), len(before))
    seen = [tuple(_bad(lead, fields)) for lead in newest]
    found: dict[str, Drift] = {}
    for length in (each for each in _LENGTHS if each <= len(seen)):
        counts = Counter(each for lead in seen[:length] for each in lead)
        for what, bad in counts.most_common():
            if what[0] not in found and not usual.explains(what, bad, length, least_share):
                found[what[0]] = _drift(what, bad, newest[:length], usual)
    return found.values()


def _drift(what: tuple[str, Measure], bad: int, newest: Sequence[Lead], usual: _Usual) -> Drift:
    field, measure = what
    raw = (flaw.raw for lead in newest for flaw in lead.flaws if flaw.field == field)
    return Drift(
        field=field,
        form=newest[0].form,
        measure=measure,
        bad=bad,
        leads=len(newest),
        bad_before=usual.bad.get(what, 0),
        before=usual.leads,
        examples=tuple(islice(dict.fromkeys(filter(None, raw)), _EXAMPLES)),
    )


def _bad(lead: Lead, fields: Collection[str]) -> Iterator[tuple[str, Measure]]:
    """Give each field that is not as it should be, with the one way in which it is not."""
    flawed = {flaw.field: _MEASURES[flaw.kind] for flaw in lead.flaws}
    for field in fields:
        if field in flawed:
            yield field, flawed[field]
        elif _is_blank(lead, field):
            yield field, Measure.BLANK


def _is_blank(lead: Lead, field: str) -> bool:
    if field.startswith(CUSTOM):
        return not lead.custom.get(field.removeprefix(CUSTOM))
    return getattr(lead, field) is None


def tail(least: int, number: int, rate: float) -> float:
    """Return how likely `least` or more of `number` are, each with the probability `rate`."""
    if rate >= 1:
        return 1.0
    terms = (
        lgamma(number + 1)
        - lgamma(k + 1)
        - lgamma(number - k + 1)
        + k * log(rate)
        + (number - k) * log1p(-rate)
        for k in range(least, number + 1)
    )
    return min(1.0, sum(map(exp, terms)))
