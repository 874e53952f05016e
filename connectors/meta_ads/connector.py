"""Meta Lead Ads behind the ports: leads of every form of every page, oldest first."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from connectors.base import SourceSetup
from connectors.findings import Finding
from connectors.malformed import refuse_malformed
from connectors.meta_ads import cursor as marks_of
from connectors.meta_ads.client import GraphClient, Json
from connectors.meta_ads.cursor import Mark, Seen
from connectors.meta_ads.doctor import Doctor
from connectors.meta_ads.failures import NotThere
from connectors.meta_ads.mapping import (
    FORM_FIELDS,
    LEAD_FIELDS,
    created_at,
    id_of,
    raw_record,
    to_text,
)
from connectors.meta_ads.settings import MetaAdsSettings
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited, TransientError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.record import Cursor, Page, RawRecord

_FORMS_AT_ONCE = "100"
_PAGES_OUT_OF_REACH = 2


class MetaAds:
    """LeadSource."""

    def __init__(
        self,
        settings: MetaAdsSettings,
        setup: SourceSetup,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = setup.name
        self._settings, self._setup, self._clock = settings, setup, clock
        self._client = GraphClient(settings)
        self._pages: tuple[str, ...] = settings.pages
        self._lock = threading.Lock()

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """
        Yield each form's new leads, oldest first within a form.

        A page or a form that refuses us does not hide the others' leads, nor does a page's limit:
        the first refusal is raised at the end.
        """
        marks = marks_of.read(since)
        refusals: list[ConnectorError] = []
        for page_id in self._page_ids():
            yield from self._new_leads_of_page(page_id, marks, refusals)
            if sum(map(_is_out_of_reach, refusals)) == _PAGES_OUT_OF_REACH:
                break  # each would be waited for in vain, and there may be many
        if refusals:
            raise refusals[0]

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        forms: dict[str, Json] = {}
        for lead_id in filter(str.isdecimal, ids):
            try:
                lead = self._client.get("fetch lead", f"/{lead_id}", fields=LEAD_FIELDS)
            except NotThere:
                continue
            form_id = str(lead.get("form_id") or "")
            if form_id not in forms:
                forms[form_id] = self._form(form_id)
            yield raw_record(lead, forms[form_id])

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

    def is_intake(self, raw: RawRecord) -> str | None:
        limit, created = self._setup.intake.created_after, created_at(raw.body)
        # One whose time cannot be read is not old: it is a reject, for somebody to look at.
        if limit and created is not None and created < limit.timestamp():
            return f"created before {limit:%Y-%m-%d}"
        return None

    def check(self) -> Iterator[Finding]:
        doctor = Doctor(client=self._client, settings=self._settings, setup=self._setup)
        return doctor.findings()

    def _page_ids(self) -> tuple[str, ...]:
        with self._lock:
            if not self._pages:
                nodes = self._client.edge("list pages", "/me/accounts", fields="id", limit="100")
                self._pages = tuple(str(node["id"]) for node in nodes)
            return self._pages

    def _forms(self, page_id: str) -> Iterator[Json]:
        return self._client.edge(
            "list forms", f"/{page_id}/leadgen_forms", fields=FORM_FIELDS, limit=_FORMS_AT_ONCE
        )

    def _form(self, form_id: str) -> Json:
        if not form_id:
            return {}
        try:
            return self._client.get("read form", f"/{form_id}", fields=FORM_FIELDS)
        except NotThere:
            return {}  # the lead is still readable by the names of its answers

    def _new_leads_of_page(
        self, page_id: str, marks: dict[str, Mark], refusals: list[ConnectorError]
    ) -> Iterator[Page]:
        try:
            forms = list(self._forms(page_id))
        except ConnectorError as refusal:
            refusals.append(refusal)
            return
        for form in forms:
            try:
                yield from self._new_leads(form, marks)
            except (AuthError, ContractError) as refusal:
                refusals.append(refusal)
            except TransientError as refusal:
                refusals.append(refusal)  # limits are a page's: its other forms would meet it too
                return

    def _new_leads(self, form: Json, marks: dict[str, Mark]) -> Iterator[Page]:
        """
        Pages of one form; the cursor moves only within what has been read whole.

        The newest leads come first: a cursor moved after the first page would skip the rest.
        """
        form_id, count, now = str(form["id"]), int(form.get("leads_count") or 0), self._clock()
        mark = marks.get(form_id) or Mark(at=self._go_live())
        if mark.may_skip(count, now, self._settings.reread_seconds):
            return
        is_whole = form_id not in marks or mark.is_whole_due(now, self._settings.reread_seconds)
        overlap = self._settings.overlap_seconds
        since = self._go_live() if is_whole else max(self._go_live(), mark.at - overlap)
        leads = self._leads_since(form_id, since)
        unread = iter(leads)
        while records := list(islice(unread, self._settings.page_size)):
            marks[form_id] = mark.reached(created_at(records[-1]) or 0)
            page = tuple(raw_record(lead, form) for lead in records)
            yield Page(records=page, resume_from=marks_of.write(marks))
        seen = _seen(leads, count, mark.at, now, overlap)
        marks[form_id] = mark.after_whole(seen) if is_whole else mark.after(seen)
        yield Page(records=(), resume_from=marks_of.write(marks))

    def _leads_since(self, form_id: str, at: int) -> list[Json]:
        """All leads of `at` or later, oldest first. One second earlier, as the filter is strict."""
        newer = [{"field": "time_created", "operator": "GREATER_THAN", "value": at - 1}]
        nodes = self._client.edge(
            "read leads",
            f"/{form_id}/leads",
            fields=LEAD_FIELDS,
            filtering=json.dumps(newer),
            limit=str(self._settings.page_size),
        )
        return sorted(nodes, key=lambda lead: (created_at(lead) or 0, id_of(lead)))

    def _go_live(self) -> int:
        limit = self._setup.intake.created_after
        return int(limit.timestamp()) if limit else 1


def _seen(leads: Sequence[Json], count: int, at: int, now: float, overlap: int) -> Seen:
    times = [created for lead in leads if (created := created_at(lead))]
    newest = max([at, *times])
    tail = sum(created >= newest - overlap for created in times)
    return Seen(count=count, leads=len(times), at=newest, tail=tail, now=int(now))


def _is_out_of_reach(refusal: ConnectorError) -> bool:
    return isinstance(refusal, TransientError) and not isinstance(refusal, RateLimited)
