"""Salesforce's lead assignment rules, as the Metadata API writes them into a file."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from connectors.rule_sheet import Assignee, Every, RuleSheet, StatedRule, Statement, Untold
from connectors.salesforce.failures import NAME
from connectors.salesforce.filter_logic import combine
from connectors.salesforce.owner_ids import odd_owner_id
from connectors.salesforce.rule_criteria import FieldNames, criterion
from leads.errors import ConfigError
from leads.normalise.text import clean

_LARGEST = 20_000_000
_NO_WORD_IN_IT = frozenset({"template", "emailTemplate", "notifyCcRecipients", "senderEmail"})
"""Who is written to about it, and with which text; not who gets the lead."""
_READ = frozenset(
    {"assignedTo", "assignedToType", "booleanFilter", "criteriaItems", "formula"} | _NO_WORD_IN_IT
)
_OF_A_CRITERION = frozenset({"field", "operation", "value", "valueField"})
_LONGEST = 160


def read_rules(content: bytes, file: str, fields: Mapping[str, str]) -> RuleSheet:
    """
    Read `Lead.assignmentRules-meta.xml`; `fields` maps our fields to the org's.

    Raises ConfigError for a file that is none, with its line. Nothing outside of the file is read.
    """
    root = _parsed(content, file)
    _require_leads(root, file)
    names = FieldNames(fields)
    found: list[StatedRule] = []
    notes: list[str] = []
    rules = list(_children(root, "assignmentRule"))
    if not rules:
        notes.append(f"{file}:{root.sourceline}: there is no rule in it")
    for rule in rules:
        title = _text(rule, "fullName") or "unnamed"
        entries = list(_children(rule, "ruleEntry"))
        if _text(rule, "active") != "true":
            skipped = f"the rule {title} is not active: its entries are left out"
            notes.append(f"{file}:{rule.sourceline}: {skipped} ({len(entries)})")
            continue
        found.extend(_entry(e, f"{title} {n}", file, names) for n, e in enumerate(entries, 1))
    return RuleSheet(
        crm=NAME,
        rules=tuple(found),
        custom=names.custom,
        figures=frozenset(names.figures),
        notes=tuple(notes),
    )


def _parsed(content: bytes, file: str) -> Any:
    if len(content) > _LARGEST:
        raise ConfigError([f"{file}: larger than any rules file; is it the right one?"])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ConfigError(
            [f"{file}:{error.lineno or 1}: not readable as XML: {error.msg}"]
        ) from None
    if root.getroottree().docinfo.doctype:
        raise ConfigError(
            [f"{file}:1: it has a DOCTYPE, which Salesforce's files have not; remove it"]
        )
    if _tag(root) != "AssignmentRules":
        text = f"expected AssignmentRules, found {_tag(root)}; retrieve AssignmentRules:Lead"
        raise ConfigError([f"{file}:{root.sourceline}: {text}"])
    return root


def _require_leads(root: Any, file: str) -> None:
    """Cases have assignment rules, too; one that asks for nothing would take every lead."""
    fields = [(field.sourceline, clean(field.text, 200)) for field in _fields(root)]
    if any(name.startswith("Lead.") for _, name in fields):
        return
    of_cases = [(line, name) for line, name in fields if name.startswith("Case.")]
    if of_cases or file.casefold().startswith("case."):
        line, asked = of_cases[0] if of_cases else (root.sourceline, "")
        told = f"{asked} is asked for" if asked else "the file is named so"
        text = f"these rules assign cases, not leads ({told}); retrieve AssignmentRules:Lead"
        raise ConfigError([f"{file}:{line}: {text}"])


def _fields(root: Any) -> Iterator[Any]:
    for rule in _children(root, "assignmentRule"):
        for entry in _children(rule, "ruleEntry"):
            for each in _children(entry, "criteriaItems"):
                yield from _children(each, "field")


def _entry(entry: Any, name: str, file: str, names: FieldNames) -> StatedRule:
    told = [_tag(each) for each in _elements(entry)]
    unknown = [tag for tag in dict.fromkeys(told) if tag not in _READ]
    silent = [tag for tag in dict.fromkeys(told) if tag in _NO_WORD_IN_IT]
    problems = [f"{tag} is not known" for tag in unknown]
    assignee = _assignee(entry, problems)
    return StatedRule(
        name=name,
        place=f"{file}:{entry.sourceline}",
        when=_condition(entry, names),
        assign=(assignee,) if assignee else (),
        problems=tuple(problems),
        notes=(f"{', '.join(silent)}: who is written to is not imported",) if silent else (),
    )


def _assignee(entry: Any, problems: list[str]) -> Assignee | None:
    name, kind = _text(entry, "assignedTo"), _text(entry, "assignedToType")
    if not name:
        problems.append("it assigns to nobody: such leads stay with whoever has them")
        return None
    if kind not in ("User", "Queue"):
        problems.append(f"it assigns to {name}, of the kind {kind or '(none)'}: no user or queue")
    is_queue = kind == "Queue"
    is_id = odd_owner_id(name, is_queue=is_queue) is None
    return Assignee(name=name, is_queue=is_queue, crm_id=name if is_id else "")


def _condition(entry: Any, names: FieldNames) -> Statement:
    formula = _text(entry, "formula")
    if formula:
        return Untold(why=f"a formula: {formula[:_LONGEST]}")
    criteria = [_criterion(each, names) for each in _children(entry, "criteriaItems")]
    logic = _text(entry, "booleanFilter")
    if not logic:
        return Every(parts=tuple(criteria))
    try:
        return combine(logic, criteria)
    except ValueError as error:
        # The criteria are looked at all the same: whatever is wrong with them is told as well.
        return Every(parts=(Untold(why=f"{error}: {logic[:_LONGEST]}"), *criteria))


def _criterion(each: Any, names: FieldNames) -> Statement:
    field = _text(each, "field")
    unknown = [_tag(part) for part in _elements(each) if _tag(part) not in _OF_A_CRITERION]
    if unknown:
        return Untold(why=f"{field} is compared by {unknown[0]}, which is not known")
    other = _text(each, "valueField")
    if other:
        return Untold(why=f"{field} is compared with another field, {other}")
    return criterion(field, _text(each, "operation"), _text(each, "value"), names)


def _children(element: Any, tag: str) -> Iterator[Any]:
    return (each for each in _elements(element) if _tag(each) == tag)


def _elements(element: Any) -> Iterator[Any]:
    """Comments and processing instructions have no name."""
    return (each for each in element if isinstance(each.tag, str))


def _tag(element: Any) -> str:
    return str(etree.QName(element).localname)


def _text(element: Any, tag: str) -> str:
    found = next(_children(element, tag), None)
    return "" if found is None else clean("".join(found.itertext()), 4_000)
