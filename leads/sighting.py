"""What was made of each record that a source showed us: the unit the ledger counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.keys import LeadKey
from leads.lead import Lead


class Verdict(StrEnum):
    """What a record is at first sight."""

    NEW = "new"  # a lead of the intake: to be decided
    HELD = "held"  # a lead that waits for a field, until `until` at the latest
    REJECTED = "rejected"  # cannot be identified or contacted: set aside, kept raw
    IGNORED = "ignored"  # not ours to route: `reason` says why


class IgnoreReason(StrEnum):
    """Why a record that was seen is nobody's to route."""

    TEST = "test"
    ECHO = "echo of our own write"
    OUTSIDE_INTAKE = "outside intake"
    DECIDED = "already decided"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """
    One record of one page, with what was made of it.

    `lead` is None only where `verdict` is REJECTED or IGNORED. `field` names what was wrong with a
    reject. `reason` is an IgnoreReason (perhaps with ": detail") or a reject's sentence. `twin` is
    its copy in another CRM, kept there by the CRMs' own sync; with `twin_leads` that one is to be
    written rather than this one. `handed_back` is the status by which its owner gives the record
    up, where it shows one. `merged` are the ids of records that a person merged into this one.
    `created_for` is the lead from elsewhere for which we created it, as it says itself.
    """

    key: LeadKey
    version: str
    verdict: Verdict
    body: Mapping[str, Any]
    lead: Lead | None = None
    reason: str = ""
    field: str = ""
    until: datetime | None = None
    owner_seen: str | None = None
    twin: LeadKey | None = None
    twin_leads: bool = False
    handed_back: str | None = None
    merged: tuple[str, ...] = ()
    created_for: LeadKey | None = None
