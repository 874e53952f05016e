"""Meta Lead Ads behind the ports: leads of every form of every page, oldest first."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import islice
from math import ceil
from typing import Any

from connectors.findings import Finding
from connectors.inbound import is_record_number
from connectors.malformed import refuse_malformed
from connectors.meta_ads import cursor as marks_of
from connectors.meta_ads.client import GraphClient, Json
from connectors.meta_ads.cursor import Mark, Seen
from connectors.meta_ads.doctor import Doctor
from connectors.meta_ads.failures import NotThere
from connectors.meta_ads.mapping import (
    FORM_FIELDS,
    LEAD_FIELDS,
    OTHER_PAGE,
    created_at,
    id_of,
    raw_record,
    to_text,
)
from connectors.meta_ads.settings import MetaAdsSettings
from connectors.meta_ads.usage import part_of
from connectors.setup import Quota, SourceSetup
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited, TransientError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.record import Cursor, Page, RawRecord

_FORMS_AT_ONCE = "100"
_PAGES_OUT_OF_REACH = 2
_IDS_AT_ONCE = 50
_REREAD_AT_ONCE, _TICK = 3, 60
_DAY = 86_400


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
        return self.pull_without(since, frozenset())

    def pull_without(self, since: Cursor | None, resting: AbstractSet[str]) -> Iterator[Page]:
        """
        Yield each form's new leads, oldest first within a form.

        A page or a form that refuses us does not hide the others' leads, nor does a page's limit:
        the first refusal is raised at the end.
        """
        marks = marks_of.read(since)
        refusals: list[ConnectorError] = []
        for page_id in self._page_ids():
            if part_of(page_id) in resting:
                continue
            yield from self._new_leads_of_page(page_id, marks, refusals)
            if sum(map(_is_out_of_reach, refusals)) == _PAGES_OUT_OF_REACH:
                break  # each would be waited for in vain, and there may be many
        if refusals:
            raise refusals[0]

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:
        at = int(to.timestamp())
        return marks_of.write({form: marks_of.Mark(at=at) for form in marks_of.read(cursor)})

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        """Ask for up to 50 leads at once, and then for their forms, likewise."""
        wanted = [i for i in dict.fromkeys(ids) if i.isascii() and i.isdecimal()]
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            some = wanted[start : start + _IDS_AT_ONCE]
            leads = self._several("fetch leads", some, LEAD_FIELDS)
            form_of = {i: _form_id(lead) for i, lead in leads.items()}
            forms = self._several("read forms", _known(form_of.values()), FORM_FIELDS)
            for lead_id, lead in leads.items():
                # Without its form a lead is still readable, by the names of its answers.
                yield raw_record(lead, forms.get(form_of[lead_id], {}))

    def quotas(self) -> Mapping[str, Quota]:
        return self._client.usage.quotas()

    def read_id(self, text: str) -> str | None:
        return text.strip() if is_record_number(text.strip()) else None

    def no_id(self, text: str) -> str:  # noqa: ARG002  (the port's)
        return "a Meta lead's id (leadgen_id) is a number, not beginning with 0"

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

    @property
    def pages(self) -> tuple[str, ...]:
        """Ids of those whose leads are wanted; none: of all."""
        return self._settings.pages

    def take_calls(self) -> int:
        return self._client.caller.calls.take()

    def is_intake(self, raw: RawRecord) -> str | None:
        if OTHER_PAGE in raw.body:
            return f"of page {raw.body[OTHER_PAGE]}, which `pages` does not list"
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
            "list forms",
            f"/{page_id}/leadgen_forms",
            page=page_id,
            fields=FORM_FIELDS,
            limit=_FORMS_AT_ONCE,
        )

    def _several(self, operation: str, ids: Sequence[str], fields: str) -> dict[str, Any]:
        """One that is gone has all of them refused: they are then asked for by halves."""
        if not ids:
            return {}
        try:
            found = self._client.get(operation, "/", ids=",".join(ids), fields=fields)
        except NotThere:
            if len(ids) == 1:
                return {}
            middle = len(ids) // 2
            halves = (ids[:middle], ids[middle:])
            return {
                i: each
                for half in halves
                for i, each in self._several(operation, half, fields).items()
            }
        return {i: found[i] for i in ids if i in found}

    def _new_leads_of_page(
        self, page_id: str, marks: dict[str, Mark], refusals: list[ConnectorError]
    ) -> Iterator[Page]:
        try:
            forms = list(self._forms(page_id))
        except ConnectorError as refusal:
            refusals.append(refusal)
            return
        for form in self._to_read(page_id, forms, marks):
            try:
                yield from self._new_leads(page_id, form, marks)
            except (AuthError, ContractError) as refusal:
                refusals.append(refusal)
            except TransientError as refusal:
                refusals.append(refusal)  # limits are a page's: its other forms would meet it too
                return

    def _to_read(
        self, page_id: str, forms: Sequence[Json], marks: Mapping[str, Mark]
    ) -> Iterator[Json]:
        """
        Forms whose count of leads has moved, and the few of the others that wait the longest.

        To read the others again only makes sure: it takes no more than a quarter of what the page
        allows in a day, and less where little is left.
        """
        usage, now = self._client.usage, self._clock()
        usage.count_leads(page_id, sum(_count(form) for form in forms))
        quota = usage.quota_of(page_id)
        pause = max(self._settings.reread_seconds, len(forms) * 4 * _DAY / quota.limit)
        pause *= max(1.0, 0.5 / max(quota.share_left, 0.05))
        still = {_id(f): m for f in forms if (m := marks.get(_id(f))) and m.stands(_count(f))}
        due = [form for form, mark in still.items() if now - mark.read_at >= pause]
        few = max(_REREAD_AT_ONCE, ceil(len(forms) * _TICK / pause)) if pause else len(forms)
        again = sorted(due, key=lambda form: still[form].read_at)[:few]
        return (form for form in forms if _id(form) not in still or _id(form) in again)

    def _new_leads(self, page_id: str, form: Json, marks: dict[str, Mark]) -> Iterator[Page]:
        """
        Pages of one form; the cursor moves only within what has been read whole.

        The newest leads come first: a cursor moved after the first page would skip the rest.
        """
        form_id, count, now = _id(form), _count(form), self._clock()
        mark = marks.get(form_id) or Mark(at=self._go_live())
        is_whole = form_id not in marks or mark.is_whole_due(now, self._settings.reread_seconds)
        overlap = self._settings.overlap_seconds
        since = self._go_live() if is_whole else max(self._go_live(), mark.at - overlap)
        leads = self._leads_since(page_id, form_id, since)
        unread = iter(leads)
        while records := list(islice(unread, self._settings.page_size)):
            marks[form_id] = mark.reached(created_at(records[-1]) or 0)
            page = tuple(raw_record(lead, form) for lead in records)
            yield Page(records=page, resume_from=marks_of.write(marks))
        seen = _seen(leads, count, mark.at, now, overlap)
        marks[form_id] = mark.after_whole(seen) if is_whole else mark.after(seen)
        yield Page(records=(), resume_from=marks_of.write(marks))

    def _leads_since(self, page_id: str, form_id: str, at: int) -> list[Json]:
        """All leads of `at` or later, oldest first. One second earlier, as the filter is strict."""
        newer = [{"field": "time_created", "operator": "GREATER_THAN", "value": at - 1}]
        nodes = self._client.edge(
            "read leads",
            f"/{form_id}/leads",
            page=page_id,
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


def _id(form: Json) -> str:
    return str(form["id"])


def _count(form: Json) -> int:
    return int(form.get("leads_count") or 0)


def _form_id(lead: Any) -> str:
    return str(lead.get("form_id") or "") if isinstance(lead, dict) else ""


def _known(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, ids)))


def _is_out_of_reach(refusal: ConnectorError) -> bool:
    return isinstance(refusal, TransientError) and not isinstance(refusal, RateLimited)
