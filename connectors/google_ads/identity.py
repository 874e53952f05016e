"""
Which lead it is, by whichever of its two roads it came: the form's webhook or the API.

Nothing Google has published says that a webhook's lead_id is the API's id, so `ids_agree` is a
setting. True (the default): the id decides. Should they not agree after all, a lead comes in twice,
under two ids; it is then found to be the same person by e-mail or phone, goes to the same owner and
to the same record of the CRM, and the ledger shows it as a duplicate: nothing is lost or assigned
twice, and it is time to set `ids_agree: false`.

False: a lead is known by its form, its click id, and its e-mail address and phone number, which
both roads carry. The click makes two enquiries of one person two leads; without a click id the
second of the submission does. The webhook may leave that time out: such a lead (no click id, no
time) cannot be recognised and is left to the matching of persons, as above.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

_NOT_DIGITS = re.compile(r"\D")
_EMAILS, _PHONES = ("EMAIL", "WORK_EMAIL"), ("PHONE_NUMBER", "WORK_PHONE")


def source_id(body: Mapping[str, Any], *, ids_agree: bool) -> str:
    """Answer the id under which the lead of `body` (see `mapping`) is known everywhere."""
    if ids_agree:
        return str(body["lead_id"])
    answers: Mapping[str, str] = body["answers"]
    told = [
        str(body["form_id"]),
        str(body["click_id"] or body["submitted_at"] or body["lead_id"]),
        *(answers.get(kind, "").strip().casefold() for kind in _EMAILS),
        *(_NOT_DIGITS.sub("", answers.get(kind, "")) for kind in _PHONES),
    ]
    return "known-" + hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]
