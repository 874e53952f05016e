"""Whether a source's fields read as they did: its newest leads against those of the days before."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
_PHONE, _COUNTRY = "phone", "country"


class Measure(StrEnum):
    """In what way a field can be bad, in a person's words: each follows "is"."""

    BLANK = "blank"
    UNREADABLE = "unreadable"
    UNKNOWN_WORD = "a word that the value map does not have"
    ASSUMED = "read by guess"
    LATER = "yet to come"
    NATIONAL = "without its country code"


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
    could not be read, as it came: redact them before anybody sees them. Of Measure.NATIONAL
    they are formats, and only leads with a number are counted. `with_it` are the fields that
    this one told, and that are blank now for want of it.
    """

    field: str
    form: str | None
    measure: Measure
    bad: int
    leads: int
    bad_before: int
    before: int
    examples: tuple[str, ...]
    with_it: tuple[str, ...] = ()


_BadIn = Callable[[Lead], Iterable[tuple[str, Measure]]]
"""Gives the fields of a lead that are bad, and in what way."""


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
    days before, is below one in ten million. Of phones also that they lose their country code is
    told, though each reads well by the country that its lead states.
    """
    found = _by_form(newest, before, lambda lead: _bad(lead, fields), least_share)
    if _PHONE in fields:
        told = {each.form for each in found if each.field == _PHONE}
        national = _by_form(_numbers(newest), _numbers(before), _national, least_share)
        found += [each for each in national if each.form not in told]
    return sorted(_by_cause(found, before), key=lambda each: (each.field, each.form or ""))


def _by_form(
    newest: Sequence[Lead], before: Sequence[Lead], bad_in: _BadIn, least_share: float
) -> list[Drift]:
    found: list[Drift] = []
    for form in dict.fromkeys(lead.form for lead in newest):
        now = [lead for lead in newest if lead.form == form]
        then = [lead for lead in before if lead.form == form]
        enough = then if len(then) >= FEWEST_BEFORE else before
        if len(enough) >= FEWEST_BEFORE:
            found += _in_form(now[:NEWEST], enough, bad_in, least_share)
    return found


def is_counted(lead: Lead, drift: Drift) -> bool:
    """Whether a lead says anything of what `drift` is about."""
    return lead.form == drift.form and (
        drift.measure is not Measure.NATIONAL or lead.phone_written is not None
    )


def _in_form(
    newest: Sequence[Lead], before: Sequence[Lead], bad_in: _BadIn, least_share: float
) -> Iterable[Drift]:
    usual = _Usual(Counter(each for lead in before for each in bad_in(lead)), len(before))
    seen = [tuple(bad_in(lead)) for lead in newest]
    found: dict[str, Drift] = {}
    for length in (each for each in _LENGTHS if each <= len(seen)):
        counts = Counter(each for lead in seen[:length] for each in lead)
        for what, bad in counts.most_common():
            if what[0] not in found and not usual.explains(what, bad, length, least_share):
                found[what[0]] = _drift(what, bad, newest[:length], usual)
    return found.values()


def _drift(what: tuple[str, Measure], bad: int, newest: Sequence[Lead], usual: _Usual) -> Drift:
    field, measure = what
    raw = (text for lead in newest for text in _as_it_came(lead, what))
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


def _by_cause(found: Sequence[Drift], before: Sequence[Lead]) -> Iterator[Drift]:
    """Give them without the countries that went blank as the numbers that told them went bad."""
    phones = {each.form for each in found if each.field == _PHONE}
    lost = {each.form for each in found if each.form in phones and _was_told(each, before)}
    for each in found:
        if each.form not in lost or each.field not in (_PHONE, _COUNTRY):
            yield each
        elif each.field == _PHONE:
            yield replace(each, with_it=(_COUNTRY,))


def _was_told(drift: Drift, before: Sequence[Lead]) -> bool:
    """Whether it is a country gone blank that most leads had been given by their numbers."""
    if drift.field != _COUNTRY or drift.measure is not Measure.BLANK:
        return False
    then = [lead for lead in before if lead.form == drift.form] or before
    assumed = sum(any(flaw.field == _COUNTRY for flaw in lead.flaws) for lead in then)
    return 2 * assumed > len(then)


def _numbers(leads: Sequence[Lead]) -> list[Lead]:
    """Give those of which it is known how their number was written."""
    return [lead for lead in leads if lead.phone_written]


def _national(lead: Lead) -> Iterator[tuple[str, Measure]]:
    if lead.phone_written and not lead.phone_written.has_code:
        yield _PHONE, Measure.NATIONAL


def _as_it_came(lead: Lead, what: tuple[str, Measure]) -> Iterator[str]:
    field, measure = what
    if measure is Measure.NATIONAL:
        yield lead.phone_written.shape if lead.phone_written else ""
    else:
        yield from (flaw.raw for flaw in lead.flaws if flaw.field == field)


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
