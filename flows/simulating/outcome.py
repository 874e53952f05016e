"""What becomes of one row of a file in a dry run, as whoever asked for it reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.decision_json import decision_json, decision_line
from leads.decision import Decision
from leads.keys import OwnerId

_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What became of one lead, which the file knows by `lead`; or of a row set aside or ignored.

    `open_then` is what its owner had in hand right after, this lead included.
    """

    lead: str
    decision: Decision | None
    aside: Mapping[str, object] = field(default_factory=dict)
    open_then: float = 0.0

    @property
    def owner(self) -> OwnerId | None:
        """Who has it; of a row set aside the steward."""
        if self.decision is not None:
            return self.decision.owner
        owner = self.aside["owner"]
        return None if owner is None else OwnerId(str(owner))

    @property
    def json(self) -> dict[str, Any]:
        """Tell it of every rule and candidate, for machines."""
        if self.decision is not None:
            return decision_json(self.decision, self.lead)
        return dict(self.aside)

    @property
    def line(self) -> str:
        """Write `json` as text."""
        if self.decision is not None:
            return decision_line(self.decision, self.lead)
        return _as_json(self.json)
