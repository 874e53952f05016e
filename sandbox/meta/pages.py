"""A business in memory: its pages, their lead forms, the ads that lead to them, and the leads."""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.app import Ground
from sandbox.meta.quota import LeadgenQuota
from sandbox.meta.records import Ad, Form, Lead, Node, Page
from sandbox.whose import Whose, unknown

RETENTION = timedelta(days=90)
DOCUMENTED_LEAD_FIELDS = ("created_time", "id", "ad_id", "form_id", "field_data")
_TEST_EMAIL = "test@meta.com"


SCOPES = ("leads_retrieval", "pages_manage_metadata", "pages_read_engagement", "pages_show_list")


class MetaBusiness:
    """
    Thread-safe. Switches:

    `empty_page_after`: after that many pages of leads one page is empty and still has a `next`.
    `require_appsecret_proof`: refuse calls that come without one. `quota.enforced`: count calls
    against 4800 x leads of 90 days a page a day. `default_lead_fields`: what a lead shows when
    no `fields` are asked for; sources disagree whether ad_id and form_id are among them.
    `scopes` are what the token may; it ends at `token_ends` (Unix seconds; 0: never).
    `subscribed`: what the app hears of each page; without `leadgen` no webhook tells its leads.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.lock = threading.RLock()
        self.pages: dict[str, Page] = {}
        self.forms: dict[str, Form] = {}
        self.ads: dict[str, Ad] = {}
        self.leads: dict[str, Lead] = {}
        self.quota = LeadgenQuota()
        self.app_usage = 1
        self.empty_page_after: int | None = None
        self.require_appsecret_proof = False
        self.default_lead_fields: tuple[str, ...] = DOCUMENTED_LEAD_FIELDS
        self.scopes = set(SCOPES)
        self.token_ends = 0
        self.subscribed: dict[str, frozenset[str]] = {}
        self.whose: Whose = unknown
        self._of_form: dict[str, list[Lead]] = defaultdict(list)
        self._next_id = 233370042045345

    def add_page(self, page_id: str, name: str) -> None:
        with self.lock:
            self.pages[page_id] = Page(id=page_id, name=name)
            self.subscribed[page_id] = frozenset({"leadgen"})

    def add_form(
        self,
        page_id: str,
        form_id: str,
        name: str,
        questions: Sequence[Mapping[str, Any]],
        *,
        locale: str = "en_US",
    ) -> None:
        """`questions`: key, label, type; id and options where there are any."""
        if page_id not in self.pages:
            raise ValueError(f"form {form_id}: there is no page {page_id}; add it first")
        numbered = (
            {"id": f"{form_id}{n:03}", **question} for n, question in enumerate(questions, 1)
        )
        with self.lock:
            self.forms[form_id] = Form(
                id=form_id,
                page_id=page_id,
                name=name,
                locale=locale,
                created=self.ground.clock.now(),
                questions=tuple(numbered),
            )

    def add_ad(
        self,
        ad_id: str,
        name: str,
        *,
        adset_id: str = "",
        adset_name: str = "",
        campaign_id: str = "",
        campaign_name: str = "",
    ) -> None:
        """Ids left out are made from the ad's."""
        with self.lock:
            self.ads[ad_id] = Ad(
                id=ad_id,
                name=name,
                adset_id=adset_id or f"{ad_id}1",
                adset_name=adset_name or f"{name} audience",
                campaign_id=campaign_id or f"{ad_id}2",
                campaign_name=campaign_name or f"{name} campaign",
            )

    def add_lead(
        self,
        form_id: str,
        field_data: Sequence[Mapping[str, Any]],
        *,
        created: datetime | None = None,
        ad_id: str | None = None,
        organic: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> str:
        """One filled-in form; answers its id. `extra`: further fields, as the API shows them."""
        lead = Lead(
            id=self._new_id(),
            form_id=form_id,
            created=(created or self.ground.clock.now()).replace(microsecond=0),
            field_data=tuple(dict(entry) for entry in field_data),
            ad=self.ads[ad_id] if ad_id else None,
            organic=organic,
            extra=dict(extra or {}),
        )
        self._keep(lead, by="world")
        return lead.id

    def add_test_lead(self, form_id: str, field_data: Sequence[Mapping[str, Any]] = ()) -> str:
        """What the vendor's testing tool makes: only its texts say that it is a test."""
        filled = field_data or [
            {"name": q["key"], "values": [_dummy(q)]} for q in self.forms[form_id].questions
        ]
        lead = Lead(
            id=self._new_id(),
            form_id=form_id,
            created=self.ground.clock.now().replace(microsecond=0),
            field_data=tuple(dict(entry) for entry in filled),
            organic=True,
            is_test=True,
        )
        self._keep(lead, by="test")
        return lead.id

    def remove(self, lead: Lead) -> None:
        with self.lock:
            del self.leads[lead.id]
            self._of_form[lead.form_id].remove(lead)

    def leads_of(self, form_id: str) -> list[Lead]:
        """Newest first; of two in one second the later arrival. Expired ones are gone."""
        since = self.ground.clock.now() - RETENTION
        kept = [lead for lead in reversed(self._of_form[form_id]) if lead.created >= since]
        return sorted(kept, key=lambda lead: lead.created, reverse=True)

    def leads_of_ad(self, ad_id: str) -> list[Lead]:
        own = [
            lead
            for form_id in self.forms
            for lead in self.leads_of(form_id)
            if lead.ad and lead.ad.id == ad_id
        ]
        return sorted(own, key=lambda lead: lead.created, reverse=True)

    def live_lead(self, lead_id: str) -> Lead | None:
        lead = self.leads.get(lead_id)
        expired = lead and lead.created < self.ground.clock.now() - RETENTION
        return None if expired else lead

    def form_node(self, form_id: str) -> Node:
        live = self.leads_of(form_id)
        return self.forms[form_id].node(
            leads_count=len(live),
            organic=sum(lead.organic for lead in live),
            expired=len(self._of_form[form_id]) - len(live),
        )

    def recent_leads(self, page_id: str) -> int:
        """What the quota is made of: the page's leads of the last 90 days."""
        since = self.ground.clock.now() - RETENTION
        forms = [form.id for form in self.forms.values() if form.page_id == page_id]
        return sum(lead.created >= since for f in forms for lead in self._of_form[f])

    def _new_id(self) -> str:
        with self.lock:
            self._next_id += 1009
            return str(self._next_id)

    def _keep(self, lead: Lead, *, by: str) -> None:
        if lead.form_id not in self.forms:
            raise ValueError(f"there is no form {lead.form_id}; add it first")
        with self.lock:
            self.leads[lead.id] = lead
            self._of_form[lead.form_id].append(lead)
        self.ground.log("created", "leads", (lead.id,), by=by)


def _dummy(question: Mapping[str, Any]) -> str:
    if question.get("type") == "EMAIL":
        return _TEST_EMAIL
    return f"<test lead: dummy data for {question['key']}>"
