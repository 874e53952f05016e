"""What a refused row says of the org's duplicate rules: which rule it was, and whom it met."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.salesforce.client import Row
from connectors.salesforce.failures import row_codes
from connectors.salesforce.key_prefixes import LEAD

_CODE = "DUPLICATES_DETECTED"


def is_duplicate(row: Row) -> bool:
    return _CODE in row_codes(row)


def rules_of(row: Row) -> str:
    """Name the rules by what the org calls them."""
    rules = dict.fromkeys(_texts(row.get("errors"), "duplicateRule"))
    return ", ".join(rules) or "an unnamed rule"


def named_leads(row: Row) -> Sequence[str]:
    """Ids of the leads that were met; a rule may name contacts and accounts beside them."""
    ids = _texts(row.get("errors"), "Id")
    return [i for i in dict.fromkeys(ids) if i.startswith(LEAD)]


def _texts(node: Any, name: str) -> Iterator[str]:
    """
    Texts of that name, however deep.

    They sit under `duplicateResult`, which some answers spell `duplicateResut`.
    """
    match node:
        case dict():
            if isinstance(text := node.get(name), str):
                yield text
            for part in node.values():
                yield from _texts(part, name)
        case list():
            for part in node:
                yield from _texts(part, name)
        case _:
            return
