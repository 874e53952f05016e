"""A close look at a configuration that loads: every finding with its file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.compile_caps import default_caps
from config.configuration import Configuration
from config.evidence import Evidence
from config.examine_owners import examine_owners
from config.problems import KeyPath, shown
from config.remark import Place, Remark
from routing.lint.findings import Code, Finding, Severity
from routing.lint.look import Sight, lint
from routing.space.reality import Reality

_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_NONE = Evidence()
_NAMED_BY = {"rules": "name", "owners": "id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """`ignored` counts what was found and is not to be heard of (lint.ignore)."""

    remarks: tuple[Remark, ...]
    ignored: int


def examine(configuration: Configuration, evidence: Evidence = _NONE) -> Examination:
    """Look closely; the gravest first, then by file and line."""
    found = [*configuration.remarks, *_looked(configuration, evidence)]
    heard = [remark for remark in found if not _is_ignored(remark, configuration.ignored)]
    heard.sort(key=lambda remark: (_RANK[remark.severity], remark.place, remark.code))
    return Examination(remarks=tuple(heard), ignored=len(found) - len(heard))


def _looked(configuration: Configuration, evidence: Evidence) -> Iterator[Remark]:
    policy = configuration.policy
    sight = Sight(
        reality=reality(configuration),
        today=evidence.today,
        fills=evidence.fills,
        least_filled=configuration.least_filled,
        default_caps=default_caps(configuration.document),
    )
    for finding in (
        *lint(policy, sight),
        *examine_owners(policy, evidence.owners),
        *map(_unseen, evidence.unseen),
    ):
        yield _remark(finding, configuration)


def _unseen(what: str) -> Finding:
    return Finding(
        code=Code.NOT_LOOKED_AT,
        severity=Severity.NOTE,
        about=("sources",),
        message=f"not looked at: {what}",
        remedy="",
    )


def reality(configuration: Configuration) -> Reality:
    """Answer what is known of the leads that can arrive."""
    vocabulary = configuration.vocabulary
    replaced = {
        field: {
            theirs.casefold(): ours
            for theirs, ours in words.items()
            if vocabulary.ours(field, theirs) == ours and theirs.casefold() != ours.casefold()
        }
        for field, words in vocabulary.values.items()
    }
    return Reality(
        sources=tuple(configuration.sources) or None,
        replaced=replaced,
        required_any=configuration.quality.required_any,
        custom=vocabulary.custom,
    )


def _remark(finding: Finding, configuration: Configuration) -> Remark:
    path = _path(finding.about, configuration.document)
    return Remark(
        code=finding.code,
        severity=finding.severity,
        place=_place(path, configuration.places),
        key=shown(path),
        name=finding.about[1] if len(finding.about) > 1 else "",
        message=finding.message,
        remedy=finding.remedy,
        example=finding.example,
    )


def _path(about: tuple[str, ...], document: Mapping[str, object]) -> KeyPath:
    """Turn the name of a rule or an owner into its position."""
    section, *rest = about
    items = document.get(section)
    if not rest or section not in _NAMED_BY or not isinstance(items, list):
        return about
    names = [item.get(_NAMED_BY[section]) for item in items if isinstance(item, dict)]
    at = names.index(rest[0]) if rest[0] in names else 0
    return (section, at, *rest[1:])


def _place(path: KeyPath, places: Mapping[KeyPath, Place]) -> Place:
    for length in range(len(path), 0, -1):
        found = places.get(path[:length])
        if found:
            return found
    return Place("", 0)


def _is_ignored(remark: Remark, ignored: frozenset[str]) -> bool:
    return not ignored.isdisjoint({remark.code.value, f"{remark.code.value}:{remark.name}"})
