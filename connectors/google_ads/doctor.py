"""What a person should look after in the accounts, the token or the settings: a sentence each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

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
from connectors.google_ads.answers import BY_TYPE
from connectors.google_ads.client import GoogleAdsClient, Json
from connectors.google_ads.settings import GoogleAdsSettings
from connectors.setup import SourceSetup
from leads.errors import ConnectorError
from leads.record import RawRecord

_MINUTES_A_DAY = 1440
_ACCOUNT = "SELECT customer.id, customer.manager FROM customer"
_ANSWERED = "answered by any lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Asks account by account; one that refuses hides none of the others."""

    client: GoogleAdsClient
    settings: GoogleAdsSettings
    setup: SourceSetup
    leads: Callable[[str], list[Json]]
    record: Callable[[Json], RawRecord]
    _answered: list[RawRecord] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        checks: tuple[Check, ...] = (
            ("accounts", self._accounts),
            ("leads", self._leads),
            ("fields", self._fields),
            ("webhook key", self._key),
            ("quota", self._quota),
            ("clock", self._clock),
        )
        return examine((("login", self._login),), checks)

    def _login(self) -> Iterator[Finding]:
        self.client.log_in()
        yield fine("the refresh token is good")

    def _accounts(self) -> Iterator[Finding]:
        for customer_id in self.settings.customer_ids:
            try:
                rows = list(self.client.search("read account", customer_id, _ACCOUNT))
            except ConnectorError as refusal:
                yield wrong(f"account {customer_id}: {refusal}")
                continue
            if any(row["customer"].get("manager") for row in rows):
                yield wrong(f"{customer_id} is a manager account: name those it manages")

    def _leads(self) -> Iterator[Finding]:
        for customer_id in self.settings.customer_ids:
            try:
                self._answered.extend(map(self.record, self.leads(customer_id)))
            except ConnectorError as refusal:
                yield wrong(f"account {customer_id}: {refusal}")

    def _fields(self) -> Iterator[Finding]:
        """The API tells no form's questions, so that only answers show what is asked."""
        asked = {question for raw in self._answered for question in raw.body["answers"]}
        if asked:
            fields = self.setup.fields
            yield from unasked_questions(self.setup.name, fields, asked, _ANSWERED, also=BY_TYPE)

    def _key(self) -> Iterator[Finding]:
        if self.settings.webhook_key is None:
            yield warning(
                "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY is not set: leads are found by polling alone"
            )

    def _quota(self) -> Iterator[Finding]:
        spent = len(self.settings.customer_ids) * _MINUTES_A_DAY
        limit = self.settings.operations_a_day
        text = f"a poll each minute is {spent:,} operations a day, of {limit:,} allowed"
        yield wrong(text) if spent > limit else fine(text)

    def _clock(self) -> Iterator[Finding]:
        return clock_findings(self.client.ahead, "Google")
