"""The tables. A change here needs a migration beside it; a test compares the two."""

from store.tables import metadata
from store.tables_activity import outcome, sla_clock, touch
from store.tables_alerts import alert
from store.tables_backfill import backfill, backfill_entry, backfill_window
from store.tables_decisions import (
    assignment,
    decision,
    delivery,
    giving_back,
    link,
    notice,
    reservation,
    rotation,
    second_look,
)
from store.tables_erasure import erasure, erasure_key, erasure_mark
from store.tables_leads import hold, identity, lead, reject, sighting
from store.tables_merges import merged_record
from store.tables_mirror import account, crm_person
from store.tables_models import arrears, model, stratum
from store.tables_returns import asked_back, returned
from store.tables_review import review
from store.tables_running import (
    api_call,
    away,
    breaker,
    cursor,
    inbox,
    lease,
    pace,
    pause,
    policy,
    policy_version,
    pull_count,
    run,
    turn,
    turn_rest,
    turned_away,
)
from store.tables_shadow import shadow, shadow_decision, shadow_rotation
from store.tables_twins import twin
from store.tables_workload import crm_owner, work

__all__ = [
    "SCHEMA_VERSION",
    "account",
    "alert",
    "api_call",
    "arrears",
    "asked_back",
    "assignment",
    "away",
    "backfill",
    "backfill_entry",
    "backfill_window",
    "breaker",
    "crm_owner",
    "crm_person",
    "cursor",
    "decision",
    "delivery",
    "erasure",
    "erasure_key",
    "erasure_mark",
    "giving_back",
    "hold",
    "identity",
    "inbox",
    "lead",
    "lease",
    "link",
    "merged_record",
    "metadata",
    "model",
    "notice",
    "outcome",
    "pace",
    "pause",
    "policy",
    "policy_version",
    "pull_count",
    "reject",
    "reservation",
    "returned",
    "review",
    "rotation",
    "run",
    "second_look",
    "shadow",
    "shadow_decision",
    "shadow_rotation",
    "sighting",
    "sla_clock",
    "stratum",
    "touch",
    "turn",
    "turn_rest",
    "turned_away",
    "twin",
    "work",
]

SCHEMA_VERSION = "0039"
"""The newest migration. Versions are numbers of equal length, so that they compare as text."""
