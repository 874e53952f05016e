"""What a person should look after in the app, the token or the accounts: a sentence each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from connectors.clocks import clock_findings
from connectors.findings import (
    Check,
    Finding,
    examine,
    fine,
    unasked_questions,
    warning,
    wrong,
)
from connectors.linkedin_ads.client import Json, LeadSyncClient
from connectors.linkedin_ads.failures import NotPermitted
from connectors.linkedin_ads.questions import localized
from connectors.linkedin_ads.settings import LinkedInAdsSettings
from connectors.linkedin_ads.wire import Listing
from connectors.setup import SourceSetup
from leads.errors import ConnectorError

_FORMS_AT_ONCE = 100
_MINUTES_A_DAY = 1440
_HOUR = 3_600_000
_QUESTION = "a question of any form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Asks owner by owner; one that refuses hides none of the others."""

    client: LeadSyncClient
    settings: LinkedInAdsSettings
    setup: SourceSetup
    listings: Callable[[], Sequence[Listing]]
    now: Callable[[], datetime]
    _listed: list[Listing] = field(default_factory=list)
    _forms: list[Json] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        checks: tuple[Check, ...] = (
            ("token", self._token),
            ("leads", self._leads),
            ("forms", self._owners),
            ("fields", self._fields),
            ("quota", self._quota),
            ("clock", self._clock),
        )
        return examine((("login", self._login),), checks)

    def _login(self) -> Iterator[Finding]:
        """One request that any good token may make; a version that is gone is told by it too."""
        self._listed.extend(self.listings())
        for listing in self._listed[:1]:
            with suppress(NotPermitted):  # one owner's, and told of below
                self.client.page("list forms", "/leadForms", listing.forms_query(), 0, 1)
        if not self._listed:
            place = f"sources.{self.setup.name}.connection.accounts"
            yield wrong(f"the token sees no ad account: let its owner in, or name them in {place}")

    def _token(self) -> Iterator[Finding]:
        settings = self.settings
        if not (settings.refresh_token and settings.client_id and settings.client_secret):
            yield warning(
                "the token cannot be renewed: set FIRSTTOUCH_LINKEDIN_ADS_REFRESH_TOKEN, "
                "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_ID and FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET, or "
                "a person must grant access again when it ends"
            )

    def _leads(self) -> Iterator[Finding]:
        """Try each list: what lists forms need not be let see their leads."""
        for listing in self._listed:
            try:
                now = round(self.now().timestamp() * 1000)
                query = listing.leads_query(now - _HOUR, now)
                self.client.page("read leads", "/leadFormResponses", query, 0, 1)
            except ConnectorError as refusal:
                yield wrong(f"{listing}: {refusal}")

    def _owners(self) -> Iterator[Finding]:
        for listing in {listing.owner: listing for listing in self._listed}.values():
            owner = f"{listing.kind} {listing.owner_id}"
            try:
                forms = list(self._forms_of(listing))
            except ConnectorError as refusal:
                yield wrong(f"{owner}: {refusal}")
                continue
            self._forms.extend(forms)
            if not forms:
                yield warning(f"{owner} has no lead form")

    def _forms_of(self, listing: Listing) -> Iterator[Json]:
        start, query = 0, listing.forms_query()
        while True:
            page = self.client.page("list forms", "/leadForms", query, start, _FORMS_AT_ONCE)
            yield from page["elements"]
            if len(page["elements"]) < _FORMS_AT_ONCE:
                return
            start += _FORMS_AT_ONCE

    def _fields(self) -> Iterator[Finding]:
        """Compare the questions that are mapped with those the forms ask, in any language."""
        if not self._forms:
            return
        asked = {word for form in self._forms for word in _asked(form) if word}
        yield from unasked_questions(self.setup.name, self.setup.fields, asked, _QUESTION)

    def _quota(self) -> Iterator[Finding]:
        """LinkedIn publishes no limits; what is asked a day can be told."""
        calls = len(self._listed) * _MINUTES_A_DAY
        yield fine(
            f"a poll each minute is {calls:,} calls a day, one a list; LinkedIn shows in the app's "
            "Analytics how many are allowed, and answers 429 until 00:00 UTC beyond"
        )

    def _clock(self) -> Iterator[Finding]:
        return clock_findings(self.client.ahead, "LinkedIn")


def _asked(form: Json) -> Iterator[str]:
    """What an answer may be mapped by: LinkedIn's own name, the text, a hidden field's name."""
    for question in (form.get("content") or {}).get("questions") or ():
        yield str(question.get("predefinedField") or "")
        locale = form.get("creationLocale") or {}
        yield localized(
            question.get("question"), f"{locale.get('language')}_{locale.get('country')}"
        )
    yield from (str(hidden.get("name") or "") for hidden in form.get("hiddenFields") or ())
