"""Salesforce's ids as people and other systems write them: in 15 characters, or in 18."""

import re
from collections.abc import Mapping
from typing import Final

_LEAD_FORM: Final = "a Salesforce Lead's id has 15 or 18 letters and digits and begins with 00Q"

_MISSPELLED: Final = (
    "the last three characters of this Salesforce id do not fit the others: a letter is misspelled "
    "or lost its case; copy it once more, or send the first 15"
)

_ID: Final = re.compile(r"([0-9A-Za-z]{15})([0-9A-Z]{3})?")
_CHECKS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FIVES: Final = (0, 5, 10)
_LEAD, _OWNERS = "00Q", ("005", "00G")


def whole_id(text: str) -> str | None:
    """
    Answer the id in the 18 characters that the API gives; None for what is no id.

    Reports and addresses have 15, of which the case counts. The last three say which of them are
    capitals, five at a time: where they do not fit, the case was lost or a letter is misspelled.
    """
    match = _ID.fullmatch(text.strip())
    if match is None:
        return None
    checks = "".join(_check(match[1][n : n + 5]) for n in _FIVES)
    return match[1] + checks if match[2] in (None, checks) else None


def lead_id(text: str) -> str | None:
    """Answer the whole id of a Lead; None for what is no id of one."""
    told = whole_id(text)
    return told if told and told.startswith(_LEAD) else None


def no_lead_id(text: str) -> str:
    """Say why `lead_id` answers None, without repeating the text."""
    is_misspelled = _ID.fullmatch(text.strip()) is not None and whole_id(text) is None
    return _MISSPELLED if is_misspelled and text.strip().startswith(_LEAD) else _LEAD_FORM


def whole_owner_id(text: str) -> str:
    """Answer a user's or queue's id in whole; anything else as it is."""
    told = whole_id(text) if text.strip().startswith(_OWNERS) else None
    return told or text


def with_whole_owner(text: Mapping[str, str | None]) -> dict[str, str | None]:
    """Answer canonical fields, an owner's id in whole: a report has it in 15 characters."""
    owner = text.get("current_owner")
    return {**text, "current_owner": whole_owner_id(owner)} if owner else dict(text)


def _check(five: str) -> str:
    return _CHECKS[sum(letter.isupper() << at for at, letter in enumerate(five))]
