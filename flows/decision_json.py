"""A decision as the JSON object that `simulate`, `explain --json` and other machines read."""

from typing import Any

from leads.decision import Decision


def decision_json(decision: Decision, lead: str | None = None) -> dict[str, Any]:
    """Return the object; `lead` replaces the key by the id that the caller's file knows it by."""
    return {
        "lead": lead or str(decision.lead),
        "owner": decision.owner,
        "pool": decision.pool,
        "rule": decision.rule,
        "method": decision.method.value,
        "reason": decision.reason,
        "sla": decision.sla,
        "sla_due": decision.sla_due.isoformat(),
        "rules": [
            {"rule": trial.rule, "matched": trial.matched, "failed_on": list(trial.failed_on)}
            for trial in decision.rules
        ],
        "candidates": [
            {"owner": seen.owner, "status": seen.status.value, "reason": seen.reason}
            for seen in decision.candidates
        ],
    }
