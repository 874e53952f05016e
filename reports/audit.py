"""The audit of a source before any rule: how full, how uniform and how clean each field is."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz

from leads.normalise.vocabulary import Vocabulary
from leads.shapes import PERSONAL, shape, visible

WORDS = ("industry", "product", "lead_source", "channel", "deal_type")
"""Fields whose values a value map translates."""

ALIKE = 88.0  # rapidfuzz ratio, 0..100, from which two words count as one misspelled
_TOP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAudit:
    """
    One field over all records looked at. `filled` and `distinct` are counts; `top` and `shapes`
    are the most frequent values and formats with their counts (`top` empty for personal fields);
    `flaws` counts what the normaliser could not read, by kind; `unreadable` are such values, of
    personal fields their formats.
    """

    field: str
    records: int
    filled: int
    distinct: int
    top: tuple[tuple[str, int], ...]
    shapes: tuple[tuple[str, int], ...]
    flaws: Mapping[str, int]
    unreadable: tuple[tuple[str, int], ...] = ()

    @property
    def fill_rate(self) -> float:
        return self.filled / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclean:
    """A value that did not read cleanly; `shown` is whether it is worth an example."""

    field: str
    kind: str
    raw: str = ""
    shown: bool = True


def audit_fields(
    records: Sequence[Mapping[str, str | None]], unclean: Sequence[Unclean]
) -> list[FieldAudit]:
    """Audit `records` (canonical field to raw text), fullest first."""
    names = {each.field for each in unclean if each.field != "record"}
    blank: dict[str, str | None] = dict.fromkeys(sorted(names))
    known = [{**blank, **record} for record in records]
    frame = pd.DataFrame.from_records(known, coerce_float=False)
    audits = [_audit_one(frame[name], unclean) for name in frame.columns]
    return sorted(audits, key=lambda audit: (-audit.filled, audit.field))


def _audit_one(column: "pd.Series[str]", unclean: Sequence[Unclean]) -> FieldAudit:
    name = str(column.name)
    text = column.dropna().astype(str).map(visible)
    text = text[text != ""]
    counts = text.value_counts()
    shapes = text.map(shape).value_counts()
    return FieldAudit(
        field=name,
        records=len(column),
        filled=len(text),
        distinct=len(counts),
        top=() if name in PERSONAL else _top(counts),
        shapes=_top(shapes),
        flaws=dict(sorted(Counter(each.kind for each in unclean if each.field == name).items())),
        unreadable=_examples(name, unclean),
    )


def _examples(name: str, unclean: Sequence[Unclean]) -> tuple[tuple[str, int], ...]:
    told = (each.raw for each in unclean if each.field == name and each.shown)
    raw = [text for text in map(visible, told) if text]
    counts = Counter(shape(text) if name in PERSONAL else text for text in raw)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP])


def _top(counts: "pd.Series[int]") -> tuple[tuple[str, int], ...]:
    return tuple((str(value), int(n)) for value, n in counts.head(_TOP).items())


def propose_values(
    audited: Sequence[Mapping[str, str | None]],
    known: Vocabulary = Vocabulary(),  # noqa: B008  (frozen)
) -> dict[str, dict[str, str]]:
    """
    Propose a value map: per field of WORDS, each odd spelling and the spelling most records use.

    What `known` maps already is left as it is, and a word like one of its becomes what that
    becomes. Two words are one when they differ only in case, accents, spaces and punctuation, or
    are at least ALIKE. It is a proposal: a person reads it before it goes into the configuration.
    """
    proposals = {name: _propose(name, Counter(_filled(audited, name)), known) for name in WORDS}
    return {name: proposal for name, proposal in proposals.items() if proposal}


def _filled(records: Sequence[Mapping[str, str | None]], name: str) -> list[str]:
    return [text.strip() for record in records if (text := record.get(name)) and text.strip()]


def _propose(name: str, counts: Counter[str], known: Vocabulary) -> dict[str, str]:
    stated = known.values.get(name, {})  # noqa: PD011  (a field of ours, no data frame)
    becomes = {ours: ours for _, ours in stated.items()} | dict(stated)
    proposal: dict[str, str] = {}
    for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if known.ours(name, word) is not None:
            continue
        like = next((each for each in becomes if _same_word(word, each)), None)
        if like is None:
            becomes[word] = word
        else:
            proposal[word] = becomes[like]
    return proposal


def _same_word(one: str, other: str) -> bool:
    a, b = _plain(one), _plain(other)
    return a == b or (a != "" and b != "" and fuzz.ratio(a, b) >= ALIKE)


def _plain(word: str) -> str:
    """Drop case, accents, spaces and punctuation: what a typist varies without meaning to."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    return "".join(sign for sign in letters if sign.isalnum())
