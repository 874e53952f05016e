"""Leads that others send us: forms, chats and platforms that have no connector of their own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors import salesforce_ids
from connectors.findings import Finding, examine, warning
from connectors.inbound import Notice, Received, Refusal, Sent
from connectors.setup import SourceSetup
from connectors.vendor_text import as_text, digest
from connectors.webhook.message import fields_of
from connectors.webhook.settings import WebhookSettings
from connectors.webhook.shape import References, id_of, read_shape
from connectors.webhook.signature import Proof, prove
from leads.fields import CUSTOM
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.normalise.private_answers import is_private_answer
from leads.normalise.private_questions import is_private_question
from leads.record import Cursor, Page, RawRecord

NAME = "webhook"
_RECEIVED_AT = "received_at"
_FORBIDDEN = 403


class Webhook:
    """LeadSource. There is nothing to ask for: whoever has leads sends them."""

    def __init__(self, settings: WebhookSettings, setup: SourceSetup) -> None:
        del settings  # there are none; that nothing else was stated has been checked
        self.name = setup.name
        self._setup = setup

    def pull(self, since: Cursor | None) -> Iterator[Page]:  # noqa: ARG002  (the port's)
        """Yield nothing: whoever sends does it by itself."""
        yield from ()

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:  # noqa: ARG002  (the port's)
        yield from ()

    def normalise(self, raw: RawRecord) -> Lead:
        text = dict(self.text_of(raw))
        text["created_at"] = text.get("created_at") or raw.body[_RECEIVED_AT]
        text.pop("id", None)
        return lead_from(LeadKey(self.name, raw.source_id), text, self._setup.vocabulary)

    def supplemented(self, later: RawRecord, earlier: RawRecord) -> RawRecord:
        """A form may send a lead whole and then, for the same id, the address alone."""
        lead = {**earlier.body["lead"], **later.body["lead"]}
        return RawRecord(
            source_id=later.source_id, version=digest(lead), body={**earlier.body, "lead": lead}
        )

    def message_of(self, lead: Lead) -> RawRecord:
        return _raw_record(fields_of(lead), lead.created_at)

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        text = {name: as_text(value) for name, value in raw.body["lead"].items()}
        return salesforce_ids.with_whole_owner(text)

    def is_intake(self, raw: RawRecord) -> str | None:  # noqa: ARG002  (the port's)
        """A lead that was sent to us is ours to route."""
        return None

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        owner = self.text_of(raw).get("current_owner")
        return CrmOwnerId(owner) if owner else None

    def check(self) -> Iterator[Finding]:
        return examine((), (("fields", self._unused),))

    def _unused(self) -> Iterator[Finding]:
        if self._setup.fields:
            place = f"sources.{self.name}.fields"
            yield warning(f"{place} is not looked at: whoever sends names our fields themselves")

    def close(self) -> None:
        """Nothing is held open."""


def verify_webhook(
    sent: Sent, *, secret: str, token: str, now: datetime, sources: Collection[str] | None = None
) -> Received:
    """
    Check who sends, then read what: leads of ours, or ids of records at one of `sources`.

    Only a signature may bring leads: a token travels with each request as it is, and whoever
    overhears it must not be able to make leads up.
    """
    proof = prove(sent, secret=secret, token=token, now=now)
    if isinstance(proof, Refusal):
        return proof
    shape = read_shape(sent.body, sources)
    if isinstance(shape, Refusal):
        return shape
    if isinstance(shape, References):
        return (Notice(source=shape.source, ids=shape.ids, places=shape.places),)
    if proof is Proof.TOKEN:
        problem = "a token may only name records by id; leads sent whole must be signed"
        return Refusal(status=_FORBIDDEN, problem=problem)
    records = {id_of(lead): _raw_record(lead, now) for lead in shape.each}
    return (Notice(source=NAME, records=tuple(records.values())),)


def _raw_record(lead: Mapping[str, Any], now: datetime) -> RawRecord:
    """What is private is dropped here, before anything is kept."""
    kept = {name: value for name, value in lead.items() if not _is_private(name, value)}
    return RawRecord(
        source_id=id_of(lead),
        version=digest(kept),
        body={_RECEIVED_AT: now.isoformat(), "lead": kept},
    )


def _is_private(name: str, value: Any) -> bool:
    return name.startswith(CUSTOM) and (
        is_private_question(name.removeprefix(CUSTOM)) or is_private_answer(as_text(value) or "")
    )
