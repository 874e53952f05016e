"""Answers for people: policies in force, one lead, what was assigned last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from leads.keys import LeadKey, PolicyHash
from leads.lead import Lead
from leads.ownership import OwnerSeen
from store import given, history, lookup, policies, returns, shadows
from store.part import Part
from store.return_rows import HandBack
from store.rows import (
    AssignmentRow,
    DecidedLead,
    GivenRow,
    PolicyVersion,
    StoredDecision,
    StoredLead,
)
from store.shadow_rows import ShadowPair, ShadowRow


class Answering(Part):
    """Policies, and what became of a lead."""

    # Policies

    def save_policy(self, hash: PolicyHash, document: Mapping[str, Any], now: datetime) -> bool:  # noqa: A002  the word for it
        """Keep a policy; True when it is new."""
        return self._db.write(
            "saving the policy", lambda c: policies.save_policy(c, hash, document, now)
        )

    def policy(self, hash: PolicyHash) -> Mapping[str, Any] | None:  # noqa: A002  the word for it
        return self._db.read("reading a policy", lambda c: policies.read_policy(c, hash))

    def save_version(
        self,
        hash: PolicyHash,  # noqa: A002  the word for it
        document: Mapping[str, Any],
        files: Mapping[str, str],
        now: datetime,
    ) -> PolicyVersion:
        """Keep the configuration in force; one that is what the last was is not a new version."""
        latest = self.latest_version()
        if latest is not None and (latest.document, latest.files) == (document, files):
            return latest
        return self._db.write_alone(
            "saving the configuration's version",
            lambda c: policies.add_version(c, hash, document, files, now),
        )

    def latest_version(self) -> PolicyVersion | None:
        return self._db.read("reading the configuration's version", policies.latest_version)

    def versions(self) -> list[PolicyVersion]:
        """Oldest first."""
        return self._db.read("listing versions of the configuration", policies.list_versions)

    # A second policy

    def start_shadow(self, hash: PolicyHash, document: Mapping[str, Any], now: datetime) -> None:  # noqa: A002  the word for it
        """Let a policy decide beside the one in force from now on, instead of any other."""
        self._db.write_alone("starting a shadow", lambda c: shadows.start(c, hash, document, now))

    def stop_shadow(self, now: datetime) -> bool:
        """Answer whether one was running."""
        return self._db.write_alone("stopping the shadow", lambda c: shadows.stop(c, now))

    def shadow(self) -> ShadowRow | None:
        return self._db.read("reading the shadow", shadows.current)

    def latest_shadow(self) -> ShadowRow | None:
        """Answer the one that runs, or ran last."""
        return self._db.read("reading the shadow", shadows.latest)

    def shadow_pairs(self, of: ShadowRow, since: datetime, until: datetime) -> list[ShadowPair]:
        """List what was decided at or after `since` and before `until`, by both."""
        return self._db.read(
            "comparing with the shadow", lambda c: shadows.pairs(c, of, since, until)
        )

    # What was handed back

    def returns_of(self, lead: LeadKey) -> list[HandBack]:
        """The first one first."""
        return self._db.read(
            f"reading who handed {lead} back", lambda c: returns.returns_of(c, lead)
        )

    def returns_since(self, at: datetime) -> list[HandBack]:
        """Oldest first."""
        return self._db.read("reading what was handed back", lambda c: returns.returns_since(c, at))

    def given(self, crm: str, records: Sequence[str]) -> list[GivenRow]:
        """Answer who was given these records of a CRM, where that stands; in no order."""
        return self._db.read(
            f"reading who was given records of {crm}", lambda c: given.given(c, crm, records)
        )

    # Explaining

    def find_lead(self, text: str) -> list[LeadKey]:
        """Find by `source:id`, by the source's id alone, or by e-mail in any case."""
        return self._db.read("looking a lead up", lambda c: lookup.find_lead(c, text))

    def stored_lead(self, key: LeadKey) -> StoredLead:
        return self._db.read(f"reading {key}", lambda c: lookup.stored_lead(c, key))

    def owner_seen(self, crm: str, record_id: str) -> OwnerSeen | None:
        """Answer whom the CRM showed last as a record's owner."""
        return self._db.read(
            f"reading {crm} {record_id}", lambda c: lookup.owner_seen(c, crm, record_id)
        )

    def decisions_since(self, at: datetime) -> list[StoredDecision]:
        """Oldest first."""
        return self._db.read("reading decisions", lambda c: lookup.decisions_since(c, at))

    def recent_assignments(self, after_id: int, limit: int) -> list[AssignmentRow]:
        """List what was written after the assignment `after_id`, in the order of the ids."""
        return self._db.read(
            "reading assignments", lambda c: lookup.recent_assignments(c, after_id, limit)
        )

    def latest_leads(self, source: str, limit: int) -> list[Lead]:
        """List the leads of `source` that came last, the newest first."""
        return self._db.read(
            f"reading leads of {source}", lambda c: history.latest_leads(c, source, limit)
        )

    def leads_between(
        self, source: str, since: datetime, until: datetime, *, limit: int
    ) -> list[Lead]:
        """List the leads of `source` first seen in a period, the newest first."""
        return self._db.read(
            f"reading leads of {source}",
            lambda c: history.leads_between(c, source, since, until, limit),
        )

    def count_leads(self, source: str, since: datetime, until: datetime) -> int:
        """Count the records of `source` first seen in a period."""
        return self._db.read(
            f"counting leads of {source}", lambda c: history.count_leads(c, source, since, until)
        )

    def first_lead_at(self, source: str) -> datetime | None:
        """Answer when the store saw the first record of `source`; None where it has none."""
        return self._db.read(
            f"looking when {source} began", lambda c: history.first_lead_at(c, source)
        )

    def count_methods(self, since: datetime, until: datetime) -> dict[str, int]:
        """Count the decisions of a period by their method."""
        return self._db.read("counting decisions", lambda c: history.count_methods(c, since, until))

    def decided_leads(self, since: datetime, until: datetime) -> list[DecidedLead]:
        """List the leads decided at or after `since` and before `until`, as they were decided."""
        return self._db.read(
            "reading what was decided", lambda c: history.decided_leads(c, since, until)
        )
