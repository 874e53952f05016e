"""LinkedIn Lead Sync behind the ports: leads of every account and page, oldest first."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.findings import Finding
from connectors.linkedin_ads import cursor as marks_of
from connectors.linkedin_ads.client import Json, LeadSyncClient
from connectors.linkedin_ads.doctor import Doctor
from connectors.linkedin_ads.failures import NotPermitted, NotThere
from connectors.linkedin_ads.mapping import form_id, of_other_owner, problem_of, raw_record, to_text
from connectors.linkedin_ads.settings import LinkedInAdsSettings
from connectors.linkedin_ads.windows import Reading, submitted_at
from connectors.linkedin_ads.wire import ACCOUNTS_SEARCH, FIELDS, LEAD_ID, Listing
from connectors.malformed import is_malformed, refuse_malformed
from connectors.setup import SourceSetup
from leads.errors import ConnectorError, ContractError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.record import Cursor, Page, RawRecord

_ACCOUNTS_AT_ONCE = 100
_MARGIN = timedelta(hours=6)  # our clock may be behind theirs; what is older is nearly gone


class LinkedInAds:
    """LeadSource."""

    def __init__(
        self,
        settings: LinkedInAdsSettings,
        setup: SourceSetup,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = setup.name
        self._settings, self._setup, self._clock = settings, setup, clock
        self._client = LeadSyncClient(settings, clock)
        self._accounts: tuple[str, ...] = settings.accounts
        self._forms: dict[str, Json] = {}
        self._lock = threading.Lock()

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """
        Yield each list's new leads, oldest first within a list.

        One owner that refuses us does not hide the others' leads: its refusal is raised at the end.
        """
        marks = marks_of.read(since)
        refusals: list[ConnectorError] = []
        for listing in self._listings():
            try:
                yield from self._new_leads(listing, marks)
            except (NotPermitted, ContractError) as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:
        return marks_of.write(dict.fromkeys(marks_of.read(cursor), int(to.timestamp() * 1000)))

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        for lead_id in filter(LEAD_ID.fullmatch, ids):
            try:
                lead = self._client.get(
                    "fetch lead", f"/leadFormResponses/{lead_id}", f"fields={FIELDS}"
                )
            except NotThere:
                continue
            if problem_of(lead) is None and self._is_unlisted(lead):
                yield of_other_owner(lead)
            else:
                yield raw_record(lead, self._form_of(lead))

    def read_id(self, text: str) -> str | None:
        return text.strip() if LEAD_ID.fullmatch(text.strip()) else None

    def no_id(self, text: str) -> str:  # noqa: ARG002  (the port's)
        return (
            "a LinkedIn lead's id has letters, digits and hyphens and ends in a number: "
            "a UUID with -6 behind it, say"
        )

    def normalise(self, raw: RawRecord) -> Lead:
        refuse_malformed(raw)
        key = LeadKey(self.name, raw.source_id)
        return lead_from(key, self.text_of(raw), self._setup.vocabulary)

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return to_text(raw.body, self._setup.fields)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:  # noqa: ARG002  (the port's)
        """An ad platform has no owners."""
        return None

    def close(self) -> None:
        self._client.close()

    def take_calls(self) -> int:
        return self._client.caller.calls.take()

    def is_intake(self, raw: RawRecord) -> str | None:
        limit = self._setup.intake.created_after
        if is_malformed(raw):
            return None  # what it says of itself is not to be believed: it is set aside
        if self._is_unlisted(raw.body):
            return "of an account or page that neither `accounts` nor `organizations` lists"
        if limit and submitted_at(dict(raw.body)) < _milliseconds(limit):
            return f"created before {limit:%Y-%m-%d}"
        return None

    def check(self) -> Iterator[Finding]:
        doctor = Doctor(
            client=self._client,
            settings=self._settings,
            setup=self._setup,
            listings=self._listings,
            now=self._clock,
        )
        return doctor.findings()

    def _is_unlisted(self, lead: Mapping[str, Any]) -> bool:
        """A webhook may be subscribed for more than is polled."""
        settings, owner = self._settings, lead.get("owner")
        listed = {"sponsoredAccount": settings.accounts, "organization": settings.organizations}
        if not (any(listed.values()) and isinstance(owner, dict) and owner):
            return False
        return not any(
            str(urn).rpartition(":")[2] in listed.get(kind, ()) for kind, urn in owner.items()
        )

    def _listings(self) -> list[Listing]:
        settings = self._settings
        organic = [
            Listing(kind="organization", owner_id=page, lead_type=lead_type)
            for page in settings.organizations
            for lead_type in settings.lead_types
        ]
        sponsored = [
            Listing(kind="sponsoredAccount", owner_id=account, lead_type="SPONSORED")
            for account in self._account_ids()
        ]
        return [*sponsored, *organic]

    def _account_ids(self) -> tuple[str, ...]:
        with self._lock:
            if not self._accounts and not self._settings.organizations:
                self._accounts = tuple(self._seen_accounts())
            return self._accounts

    def _seen_accounts(self) -> Iterator[str]:
        start = 0
        while True:
            page = self._client.page(
                "list accounts", "/adAccounts", ACCOUNTS_SEARCH, start, _ACCOUNTS_AT_ONCE
            )
            yield from (str(account["id"]) for account in page["elements"])
            if len(page["elements"]) < _ACCOUNTS_AT_ONCE:
                return
            start += _ACCOUNTS_AT_ONCE

    def _new_leads(self, listing: Listing, marks: dict[str, int]) -> Iterator[Page]:
        """Pages of one list; the cursor moves only within what has been read whole."""
        name, now = str(listing), self._clock()
        # A clock that was set back is behind what LinkedIn has told already.
        end = max(_milliseconds(now), marks.get(name, 0)) + 1
        start = self._start(marks.get(name), now)
        size = self._settings.page_size
        reading = Reading(
            client=self._client,
            listing=listing,
            page_size=size,
            at_once=self._settings.most_at_once,
        )
        for leads in reading.between(start, end):
            for first in range(0, len(leads), size):
                page = leads[first : first + size]
                marks[name] = max(marks.get(name, 0), submitted_at(page[-1]))
                records = tuple(raw_record(lead, self._form_of(lead)) for lead in page)
                yield Page(records=records, resume_from=marks_of.write(marks))

    def _start(self, mark: int | None, now: datetime) -> int:
        """Where to begin: the last lead and a while before it, as far back as LinkedIn keeps."""
        kept = timedelta(days=self._settings.retention_days) - _MARGIN
        earliest = max(self._setup.intake.created_after or now - kept, now - kept)
        overlap = self._settings.overlap_seconds * 1000
        return max(_milliseconds(earliest), mark - overlap if mark else 0)

    def _form_of(self, lead: Any) -> Json:
        """The form as it came with the lead; asked for where it did not."""
        if problem_of(lead):
            return {}
        form = lead.get("form")
        if isinstance(form, dict) and form.get("content"):
            return form
        asked = form_id(lead)
        if asked and asked not in self._forms:
            self._forms[asked] = self._read_form(asked)
        return self._forms.get(asked, {})

    def _read_form(self, asked: str) -> Json:
        try:
            return self._client.get("read form", f"/leadForms/{asked}")
        except (NotThere, NotPermitted):
            return {}  # the lead is kept all the same, by the numbers of its questions


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
