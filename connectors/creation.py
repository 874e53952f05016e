"""
What is written on a record that is created: our names to a CRM's fields, and our words to its.

A value that its field cannot hold is left out and told: it would refuse the whole record.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from connectors.options import fitting
from leads.ownership import LeftOut, WhyLeftOut
from leads.place_names import country_names, region_names

NOTE = "write"
"""The name of what is no field of a lead's: a sentence, a rule's name."""
ALWAYS = ("source", "channel", "campaign", "form", "click_id", "consent")
"""What says where a record came from, and what its person agreed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """
    What the configuration says of records created in a CRM.

    `fields` maps our names (or `custom.NAME`) to the fields each is written into, over those it is
    read from; `values` our words to the CRM's, by our name, whatever the case. `names_of_places`:
    where any text is taken, countries and regions are written by name, not by code.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names_of_places: bool = False


class Kind(StrEnum):
    """What a CRM's field holds, as far as it matters to what is written."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    YES_OR_NO = "yes or no"


_ANY = (re.compile(r".*", re.DOTALL), WhyLeftOut.REFUSED)
_FORMS: Mapping[Kind, tuple[re.Pattern[str], WhyLeftOut]] = {
    Kind.NUMBER: (re.compile(r"-?\d+(\.\d+)?", re.ASCII), WhyLeftOut.NOT_A_NUMBER),
    Kind.WHOLE: (re.compile(r"-?\d+", re.ASCII), WhyLeftOut.NOT_A_NUMBER),
    Kind.YES_OR_NO: (re.compile(r"true|false"), WhyLeftOut.NOT_YES_OR_NO),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A field as its CRM describes it. Without `choices` it takes any value of its kind."""

    writable: bool
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One value for one field; of `texts`, which mean the same, the first that it takes."""

    name: str
    field: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What may be sent, by field, as text; and what may not."""

    texts: Mapping[str, str]
    names: Mapping[str, str]
    left_out: tuple[LeftOut, ...]


def targets(
    standard: Mapping[str, str], fields: Mapping[str, str], creation: Creation
) -> dict[str, tuple[str, ...]]:
    """Answer where each of our names is written: as stated for creations, as read, or as usual."""
    read = {name: (each,) for name, each in {**standard, **fields}.items()}
    return {**read, **creation.fields}


def asked_of(
    values: Mapping[str, str], where: Mapping[str, Sequence[str]], creation: Creation
) -> Iterator[Asked]:
    """Yield what `values` ask of a CRM; what has no field there is left out."""
    for name, fields in where.items():
        if text := values.get(name):
            texts = _spellings(name, text, creation)
            yield from (Asked(name=name, field=each, texts=texts) for each in fields)


def notes_asked(notes: Mapping[str, str]) -> Iterator[Asked]:
    """Yield `notes`, which are named by the CRM's fields already; an empty one clears its field."""
    yield from (Asked(name=NOTE, field=each, texts=(text,)) for each, text in notes.items())


def fitted(asked: Iterable[Asked], about: Callable[[str], About | None]) -> Fitted:
    """Sort what a CRM's fields can hold from what they cannot."""
    texts: dict[str, str] = {}
    names: dict[str, str] = {}
    left_out: list[LeftOut] = []
    for each in asked:
        fits = [_fit(text, about(each.field)) for text in each.texts]
        text = next((text for text, _ in fits if text is not None), None)
        if text is not None:
            texts[each.field], names[each.field] = text, each.name
        else:
            why = fits[0][1]
            left_out.append(LeftOut(name=each.name, field=each.field, why=why))
    return _told(texts, names, left_out)


def without(found: Fitted, refused: Mapping[str, str]) -> Fitted:
    """Leave out `refused`, by the CRM's code for each field, whatever its description says."""
    told = tuple(
        LeftOut(name=found.names[each], field=each, why=WhyLeftOut.REFUSED, code=code)
        for each, code in refused.items()
        if each in found.texts
    )
    kept = {each: text for each, text in found.texts.items() if each not in refused}
    return _told(kept, found.names, (*found.left_out, *told))


def _told(
    texts: Mapping[str, str], names: Mapping[str, str], left_out: Iterable[LeftOut]
) -> Fitted:
    """Add where else that stands which one field of several could not hold."""
    kept = {names[each]: each for each in texts if names[each] != NOTE}
    told = tuple(replace(each, instead=kept.get(each.name, "")) for each in left_out)
    return Fitted(texts=texts, names=names, left_out=told)


def is_of_the_crm(left: LeftOut) -> bool:
    """Whether somebody may mend it in the CRM, at any time."""
    mended = (WhyLeftOut.NO_FIELD, WhyLeftOut.READ_ONLY, WhyLeftOut.NOT_A_CHOICE)
    return left.why in mended and not left.instead


def _spellings(name: str, text: str, creation: Creation) -> tuple[str, ...]:
    words = {ours.casefold(): theirs for ours, theirs in creation.values.get(name, {}).items()}
    if (word := words.get(text.casefold())) is not None:
        return (word,)
    if name in ("email", "work_email"):
        return (text.lower(),)
    codes, names = _place(name, text)
    return (*names, *codes) if creation.names_of_places else (*codes, *names)


def _place(name: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes and names of a country or a region; anything else is its own code."""
    match name:
        case "country":
            return (text,), country_names(text)
        case "region":
            # "US-CA" is CA beside a country of its own
            return (text.partition("-")[2] or text, text), region_names(text)
        case _:
            return (text,), ()


def _fit(text: str, about: About | None) -> tuple[str | None, WhyLeftOut]:
    """Answer the text as it may be sent; or None, and why not."""
    if about is None:
        return None, WhyLeftOut.NO_FIELD
    if not about.writable:
        return None, WhyLeftOut.READ_ONLY
    if text and about.choices:
        return _chosen(text, about.choices), WhyLeftOut.NOT_A_CHOICE
    form, why = _FORMS.get(about.kind, _ANY)
    return (text if not text or form.fullmatch(text) else None), why


def _chosen(text: str, choices: tuple[str, ...]) -> str | None:
    """One of them, or several at once, as lists of boxes to tick have it."""
    several = [fitting(part, choices) for part in text.split(";")]
    return fitting(text, choices) or (";".join(p for p in several if p) if all(several) else None)
