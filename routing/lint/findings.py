"""What a look at a policy can find. Every code is told of in docs/check.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # it cannot work
    WARNING = "warning"  # it works otherwise than it reads
    NOTE = "note"  # it may be meant; somebody should know


class Code(StrEnum):
    """The kinds of findings; `lint: {ignore: [CODE]}` leaves one out."""

    DOES_NOT_LOAD = "does-not-load"
    NEVER_MATCHES = "never-matches"
    NEVER_HOLDS = "never-holds"
    SHADOWED = "shadowed"
    UNCOVERED = "uncovered"
    OVERLAP = "overlap"
    REDUNDANT = "redundant"
    NEVER_ARRIVES = "never-arrives"
    UNDECIDED = "undecided"
    NO_CRM_ID = "no-crm-id"
    NEVER_ELIGIBLE = "never-eligible"
    RULE_OVER = "rule-over"
    UNUSED = "unused"
    UNCOVERED_HOURS = "uncovered-hours"
    DAYS_OFF = "days-off"
    SLA_BEFORE_SHIFT = "sla-before-shift"
    SLA_AT_FALLBACK = "sla-at-fallback"
    SELDOM_FILLED = "seldom-filled"
    SELDOM_PLACED = "seldom-placed"
    COUNTRY_CONCLUDED = "country-concluded"
    DUPLICATE_ID = "duplicate-id"
    DUPLICATE_EMAIL = "duplicate-email"
    ODD_ID = "odd-id"
    UNKNOWN_OWNER = "unknown-owner"
    INACTIVE_OWNER = "inactive-owner"
    NOT_LOOKED_AT = "not-looked-at"
    FALLBACK_ASLEEP = "fallback-asleep"
    ABSENCE_OVER = "absence-over"
    NO_GO_LIVE = "no-go-live"
    UNFILLED = "unfilled"
    UNKNOWN_WORD = "unknown-word"
    NOT_IN_EFFECT = "not-in-effect"
    CAP_NEVER_REACHED = "cap-never-reached"
    BACKUP_RING = "backup-ring"
    MATCHES_ANYTHING = "matches-anything"
    NOBODY_TO_ESCALATE_TO = "nobody-to-escalate-to"
    SLA_BEFORE_SYNC = "sla-before-sync"
    ONE_MINUTE = "one-minute"
    NO_COMPANY = "no-company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    `about` is where in the configuration, names for list positions: ("rules", "Iberia", "when").

    `example` is a lead that shows it, its other fields blank.
    """

    code: Code
    severity: Severity
    about: tuple[str, ...]
    message: str
    remedy: str
    example: Mapping[str, str] = field(default_factory=dict)
