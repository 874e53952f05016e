"""A second policy, and what it and the one in force made of a lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.keys import LeadKey, OwnerId, PolicyHash


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRow:
    """A policy that decides beside the one in force; `until` is None while it follows."""

    id: int
    hash: PolicyHash
    document: Mapping[str, Any]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowSide:
    """Where one of two policies put a lead."""

    owner: OwnerId
    pool: str | None
    rule: str | None
    method: str
    decided_at: datetime
    sla_due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowPair:
    """One lead under the policy in force and under the shadow."""

    lead: LeadKey
    live: ShadowSide
    shadow: ShadowSide
