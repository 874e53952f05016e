"""An org's duplicate rules: whom a new lead looks like, and what is said of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.lead_schema import NAME_PARTS
from sandbox.salesforce.records import Records, Row

_PROMPT = "Use one of these records?"


class Match(StrEnum):
    """What a rule compares; the standard ones compare names and companies, of contacts too."""

    EMAIL = "email"
    NAME_AND_COMPANY = "name and company"
    CONTACT = "name of a contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRule:
    """`blocks`: no header gets past it. Others let through who says `allowSave=true`."""

    match: Match
    name: str = "Standard_Lead_Duplicate_Rule"
    blocks: bool = False


NO_RULES: Sequence[DuplicateRule] = ()


def check_duplicates(
    records: Records, rules: Sequence[DuplicateRule], values: Row, *, allowed: bool, base: str
) -> None:
    """Raises Refusal: DUPLICATES_DETECTED, with the records that the rule met."""
    for rule in rules:
        if allowed and not rule.blocks:
            continue
        entity = "Contact" if rule.match is Match.CONTACT else "Lead"
        if met := list(_met(records, rule.match, values)):
            told = _result(rule, entity, met, base)
            raise Refusal("DUPLICATES_DETECTED", _PROMPT, fields=(), duplicates=told)


def _met(records: Records, match: Match, values: Row) -> Iterator[Row]:
    for row in records.of("Contact" if match is Match.CONTACT else "Lead").values():
        is_live = not (row.get("IsDeleted") or row.get("IsConverted"))
        if is_live and _is_alike(match, row, values):
            yield row


def _is_alike(match: Match, row: Row, values: Row) -> bool:
    match match:
        case Match.EMAIL:
            return bool(values.get("Email")) and _same(row["Email"], values["Email"])
        case Match.NAME_AND_COMPANY:
            is_named_so = _same(row["Name"], _name(values))
            return is_named_so and _same(row["Company"], values.get("Company"))
        case Match.CONTACT:
            return _same(row["Name"], _name(values))


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").lower() == (other or "").lower()


def _name(values: Row) -> str:
    return " ".join(filter(None, (values.get(part) for part in NAME_PARTS)))


def _result(rule: DuplicateRule, entity: str, met: Sequence[Row], base: str) -> Mapping[str, Any]:
    found = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {
                "attributes": {"type": entity, "url": f"{base}/sobjects/{entity}/{row['Id']}"},
                "Id": row["Id"],
            },
        }
        for row in met
    ]
    result = {
        "entityType": entity,
        "errors": [],
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": found,
        "rule": f"Standard_{entity}_Match_Rule_v1_0",
        "size": len(found),
        "success": True,
    }
    return {
        "allowSave": not rule.blocks,
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": "Lead",
        "errorMessage": _PROMPT,
        "matchResults": [result],
    }
