"""Google Ads lead forms behind the ports: submissions of every account, oldest first."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.base import EVERYTHING
from connectors.findings import Finding
from connectors.google_ads import cursor as marks_of
from connectors.google_ads.client import GoogleAdsClient, Json
from connectors.google_ads.cursor import Mark
from connectors.google_ads.doctor import Doctor
from connectors.google_ads.failures import LoginRefused
from connectors.google_ads.mapping import (
    LEAD,
    LEAD_FIELDS,
    key_of,
    row_record,
    submitted_at,
    to_text,
    webhook_record,
    with_names,
    zone_of,
)
from connectors.google_ads.settings import GoogleAdsSettings
from connectors.google_ads.webhook import verify_webhook
from connectors.inbound import UNAUTHORIZED, Notice, Received, Refusal, Sent
from connectors.malformed import is_malformed, refuse_malformed
from connectors.setup import Quota, SourceSetup
from leads.errors import AuthError, ConnectorError, ContractError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.record import Cursor, Page, RawRecord

_READ, _NAMES = "read leads", "read names"
_ID = re.compile(r"[\w-]+", re.ASCII)
_IDS_AT_ONCE = 100
_LOOKED_AT = 500
_NAMES_OF = {
    "campaign": "SELECT campaign.id, campaign.name FROM campaign",
    "asset": "SELECT asset.id, asset.name FROM asset WHERE asset.type = 'LEAD_FORM'",
}


class GoogleAds:
    """LeadSource; and what a webhook brought, as the same records."""

    def __init__(self, settings: GoogleAdsSettings, setup: SourceSetup) -> None:
        self.name = setup.name
        self.settings, self._setup = settings, setup
        self._client = GoogleAdsClient(settings)
        self._names: dict[str, str] = {}
        self._lock = threading.Lock()

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """
        Yield each account's new leads, oldest first within an account; one request an account.

        One account that refuses us does not hide the others' leads: its refusal is raised last.
        """
        marks = marks_of.read(since)
        refusals: list[ConnectorError] = []
        for customer_id in self.settings.customer_ids:
            try:
                yield from self._new_leads(customer_id, marks)
            except LoginRefused:
                raise
            except (AuthError, ContractError) as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:
        at = int(to.timestamp())
        marks = marks_of.read(cursor).items()
        return marks_of.write({account: marks_of.Mark(at=at, zone=m.zone) for account, m in marks})

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        wanted = set(ids)
        for customer_id in self.settings.customer_ids:
            for where in self._wheres(ids):
                for row in self._client.stream(_READ, customer_id, _query(where)):
                    raw = self._record(row)
                    if raw.source_id in wanted:
                        wanted.discard(raw.source_id)
                        yield raw

    def receive(self, sent: Sent, now: datetime) -> Received:
        """Verify a form's webhook and answer the lead it brought. No I/O; tests are leads too."""
        key = self.settings.webhook_key
        if key is None:
            return Refusal(status=UNAUTHORIZED, problem="there is no key to compare with")
        payload = verify_webhook(sent.body, key)
        if isinstance(payload, Refusal):
            return payload
        return (Notice(source=self.name, records=(self.webhook_record(payload, received_at=now),)),)

    def webhook_record(self, payload: Mapping[str, Any], *, received_at: datetime) -> RawRecord:
        """Answer a verified payload as the record that a poll of the same lead brings. No I/O."""
        with self._lock:
            names = dict(self._names)
        return webhook_record(
            payload, received_at=received_at, ids_agree=self.settings.ids_agree, names=names
        )

    def learn_names(self) -> None:
        """
        Ask for the names of all campaigns and lead forms, which webhooks name by number only.

        Rules are about names: call it before `webhook_record` when one is not known. Polls teach
        the names of what they bring. Raises ConnectorError.
        """
        for customer_id in self.settings.customer_ids:
            for resource, query in _NAMES_OF.items():
                for row in self._client.search(_NAMES, customer_id, query):
                    self._learn(row[resource].get("id"), row[resource].get("name"))

    def complete(self, records: Sequence[RawRecord]) -> list[RawRecord]:
        """Fill the names in that webhooks lack, asking once. Raises ConnectorError."""
        if not all(self.knows(raw.body) for raw in records):
            self.learn_names()
        with self._lock:
            names = dict(self._names)
        return [with_names(raw, names, ids_agree=self.settings.ids_agree) for raw in records]

    def knows(self, payload: Mapping[str, Any]) -> bool:
        """Whether the names of a payload's campaign and form are known."""
        with self._lock:
            return all(str(payload.get(n) or 0) in self._names for n in ("campaign_id", "form_id"))

    def read_id(self, text: str) -> str | None:
        return text.strip() if _ID.fullmatch(text.strip()) else None

    def no_id(self, text: str) -> str:  # noqa: ARG002  (the port's)
        return "a Google lead's id has letters, digits, _ and - alone"

    def normalise(self, raw: RawRecord) -> Lead:
        refuse_malformed(raw)
        key = LeadKey(self.name, raw.source_id)
        return lead_from(key, self.text_of(raw), self._setup.vocabulary)

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return {} if is_malformed(raw) else to_text(raw.body, self._setup.fields)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:  # noqa: ARG002  (the port's)
        """An ad platform has no owners."""
        return None

    def is_intake(self, raw: RawRecord) -> str | None:
        if is_malformed(raw):
            return None  # what it says of itself is not to be believed: it is set aside
        limit = self._setup.intake.created_after
        told = raw.body["submitted_at"] or raw.body.get("received_at")
        if limit and told and datetime.fromisoformat(told) < limit:
            return f"created before {limit:%Y-%m-%d}"
        return None

    def quotas(self) -> Mapping[str, Quota]:
        client = self._client
        quota = Quota(
            used=client.operations_of_the_day(),
            limit=self.settings.operations_a_day,
            ours=client.operations,
        )
        return {EVERYTHING: quota}

    def check(self) -> Iterator[Finding]:
        doctor = Doctor(
            client=self._client,
            settings=self.settings,
            setup=self._setup,
            leads=lambda customer_id: self._client.stream(
                _READ, customer_id, _query("", limit=_LOOKED_AT)
            ),
            record=self._record,
        )
        return doctor.findings()

    def close(self) -> None:
        self._client.close()

    def take_calls(self) -> int:
        return self._client.caller.calls.take()

    def _new_leads(self, customer_id: str, marks: dict[str, Mark]) -> Iterator[Page]:
        """
        Pages of one account, read whole and sorted here: the cursor moves within what was read.

        A lead may be shown late, so that each reading begins `overlap_seconds` earlier.
        """
        overlap, go_live = self.settings.overlap_seconds, self._go_live()
        mark = marks.get(customer_id) or Mark(at=go_live + overlap)
        where = f"{LEAD}.submission_date_time >= '{mark.literal(overlap)}'" if mark.at else ""
        rows = self._client.stream(_READ, customer_id, _query(where))
        floor = max(go_live, mark.at - overlap)
        fresh = sorted(_fresh(rows, mark, floor), key=lambda timed: timed[:2])
        for start in range(0, len(fresh), self.settings.page_size):
            part = fresh[start : start + self.settings.page_size]
            for at, lead, row in part:
                mark = mark.with_lead(lead, at)
                self._learn_from(row)
            zone = next(filter(None, (zone_of(row) for _, _, row in part)), None)
            marks[customer_id] = mark = Mark(
                at=mark.at, zone=zone.key if zone else mark.zone, seen=mark.seen
            ).pruned(overlap)
            page = tuple(self._record(row) for _, _, row in part)
            yield Page(records=page, resume_from=marks_of.write(marks))

    def _record(self, row: Json) -> RawRecord:
        return row_record(row, ids_agree=self.settings.ids_agree)

    def _wheres(self, ids: Sequence[str]) -> Iterator[str]:
        """Conditions that find these leads; all that can be read, where ids are not the API's."""
        if not self.settings.ids_agree:
            yield ""
            return
        askable = [i for i in ids if _ID.fullmatch(i)]
        for start in range(0, len(askable), _IDS_AT_ONCE):
            listed = ", ".join(f"'{i}'" for i in askable[start : start + _IDS_AT_ONCE])
            yield f"{LEAD}.id IN ({listed})"

    def _learn_from(self, row: Json) -> None:
        raw = self._record(row)
        if not is_malformed(raw):
            self._learn(raw.body["campaign_id"], raw.body["campaign"])
            self._learn(raw.body["form_id"], raw.body["form"])

    def _learn(self, number: Any, name: Any) -> None:
        if number and name:
            with self._lock:
                self._names[str(number)] = str(name)

    def _go_live(self) -> int:
        limit = self._setup.intake.created_after
        return int(limit.timestamp()) if limit else 0


def _query(where: str, *, limit: int | None = None) -> str:
    """GAQL, which reads and cannot write; `where` holds numbers of ours and checked ids."""
    condition = ("WHERE", where) if where else ()
    most = ("LIMIT", str(limit)) if limit else ()
    return " ".join(("SELECT", LEAD_FIELDS, "FROM", LEAD, *condition, *most))


def _fresh(rows: list[Json], mark: Mark, floor: int) -> Iterator[tuple[int, str, Json]]:
    """Rows not handed over yet, each once; one without a readable time is not lost for that."""
    shown = set(mark.seen)
    for row in rows:
        at = submitted_at(row)
        seconds = int(at.timestamp()) if at else max(floor, mark.at)
        lead = key_of(row)
        if seconds >= floor and lead not in shown:
            shown.add(lead)
            yield seconds, lead, row
