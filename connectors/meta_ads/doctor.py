"""What a person should look after in the app, the token or the pages: a sentence each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.clocks import clock_findings
from connectors.findings import (
    Check,
    Finding,
    examine,
    fine,
    unasked_questions,
    unknown_words,
    warning,
    wrong,
)
from connectors.meta_ads.client import GraphClient, Json
from connectors.meta_ads.mapping import FORM_FIELDS
from connectors.meta_ads.settings import MetaAdsSettings
from connectors.setup import SourceSetup
from leads.errors import ConnectorError

SCOPES = ("leads_retrieval", "pages_show_list", "pages_read_engagement")
_USAGE = "X-Business-Use-Case-Usage"
_MUCH = 75
_SOON = timedelta(days=14)
_QUESTION = "a question of any form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Asks page by page and form by form; one that refuses hides none of the others."""

    client: GraphClient
    settings: MetaAdsSettings
    setup: SourceSetup
    _managed: list[str] = field(default_factory=list)
    _forms: list[Json] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        checks: tuple[Check, ...] = (
            ("token", self._token),
            ("pages", self._pages),
            ("leads", self._leads),
            ("fields", self._fields),
            ("quota", self._quota),
            ("clock", self._clock),
        )
        return examine((("login", self._login),), checks)

    def _login(self) -> Iterator[Finding]:
        nodes = self.client.edge("list pages", "/me/accounts", fields="id", limit="100")
        self._managed.extend(str(node["id"]) for node in nodes)
        yield fine("the Graph answers, and token and app secret are of one app")

    def _token(self) -> Iterator[Finding]:
        """Read what the token may; one that is not told is no finding: reading shows it too."""
        token = self.settings.token.get_secret_value()
        told = self.client.get("read token", "/debug_token", input_token=token).get("data") or {}
        if lacking := [scope for scope in SCOPES if scope not in (told.get("scopes") or ())]:
            yield wrong(f"the token lacks {', '.join(lacking)}: make one that has them")
        ends = int(told.get("expires_at") or 0)
        if ends and (at := datetime.fromtimestamp(ends, UTC)) - datetime.now(UTC) < _SOON:
            yield warning(
                f"the token ends on {at:%Y-%m-%d}: a system user's token can be made without an end"
            )

    def _pages(self) -> Iterator[Finding]:
        place = f"sources.{self.setup.name}.pages"
        there, what = self._managed, "a page the token manages"
        yield from unknown_words(place, self.settings.pages, there, what)
        if not (self.settings.pages or there):
            yield wrong(f"the token manages no page: give it one, or name pages under {place}")
        for page_id in self.settings.pages or there:
            yield from self._page(page_id)

    def _page(self, page_id: str) -> Iterator[Finding]:
        try:
            forms = list(
                self.client.edge(
                    "list forms", f"/{page_id}/leadgen_forms", fields=FORM_FIELDS, limit="100"
                )
            )
        except ConnectorError as refusal:
            yield wrong(f"page {page_id}: {refusal}")
            return
        self._forms.extend(forms)
        if not forms:
            yield warning(f"page {page_id} has no lead form")

    def _leads(self) -> Iterator[Finding]:
        """Try to read a lead of each form: what lists forms need not be let see their leads."""
        for form in self._forms:
            path = f"/{form['id']}/leads"
            try:
                self.client.get("read leads", path, fields="id", limit="1")
            except ConnectorError as refusal:
                yield wrong(f"form {form['id']}: {refusal}")

    def _fields(self) -> Iterator[Finding]:
        """Compare the questions that are mapped with those the forms ask."""
        if not self._forms:
            return
        keys = (str(q.get("key") or "") for form in self._forms for q in _questions(form))
        asked = set(filter(None, keys))
        yield from unasked_questions(self.setup.name, self.setup.fields, asked, _QUESTION)

    def _quota(self) -> Iterator[Finding]:
        """Tell how much of its hour each page has used, as the last answers said."""
        for page_id, used in _used(self.client.told.get(_USAGE)).items():
            text = f"page {page_id}: {used} % of the calls for its leads are used"
            yield warning(f"{text}: other apps read it too") if used >= _MUCH else fine(text)

    def _clock(self) -> Iterator[Finding]:
        return clock_findings(self.client.ahead, "Meta")


def _questions(form: Json) -> list[Json]:
    return [q for q in form.get("questions") or () if isinstance(q, dict)]


def _used(header: str | None) -> Mapping[str, int]:
    """The share used by page, in per cent."""
    try:
        told: Any = json.loads(header or "{}")
        return {
            str(page): max(int(entry.get("call_count") or 0) for entry in entries)
            for page, entries in told.items()
            if entries
        }
    except (ValueError, AttributeError, TypeError):
        return {}
