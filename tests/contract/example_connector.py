"""The smallest whole connector: one file, for a web shop's enquiries. docs/add-a-connector.md."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from connectors.connection import Connection, read_connection
from connectors.findings import Finding, examine, fine
from connectors.http import Caller, sort_status
from connectors.setup import SourceSetup
from connectors.vendor_text import as_text, digest
from leads.errors import TransientError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.record import Cursor, Page, RawRecord

NAME, PAGE = "shop", 100
STANDARD = {"created_at": "sent", "email": "mail", "last_name": "name", "company": "firm"}


class ShopSettings(Connection):
    """Without `base_url` there is no shop to ask: each has an address of its own."""

    base_url: str
    token: SecretStr

    @classmethod
    def from_environment(
        cls, connection: Mapping[str, Any], environ: Mapping[str, str]
    ) -> "ShopSettings":
        secrets = {"token": "FIRSTTOUCH_SHOP_TOKEN", "base_url": "FIRSTTOUCH_SHOP_BASE_URL"}
        return read_connection(cls, NAME, connection, environ, secrets)


class Shop:
    """LeadSource. The cursor is the last change read: whole seconds, so that ties are ordinary."""

    def __init__(self, settings: ShopSettings, setup: SourceSetup) -> None:
        self.name, self._setup = setup.name, setup
        self._caller = Caller(NAME, settings.patience)
        self._http = httpx.Client(
            base_url=settings.base_url,
            headers={"Authorization": f"Bearer {settings.token.get_secret_value()}"},
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
            trust_env=False,
        )

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        # Asked again from the last change, with what shares its second told by id: an edit
        # meanwhile moves a record to the end, and no page's offset is there to be shifted.
        at, last_id = since or "", ""
        while rows := self._list("pull", changed_from=at, after_id=last_id, limit=str(PAGE)):
            at, last_id = str(rows[-1]["changed"]), str(rows[-1]["id"])
            yield Page(records=tuple(map(_raw, rows)), resume_from=Cursor(at))

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        if ids:
            yield from map(_raw, self._list("fetch", ids=",".join(ids)))

    def normalise(self, raw: RawRecord) -> Lead:
        key = LeadKey(self.name, raw.source_id)
        return lead_from(key, self.text_of(raw), self._setup.vocabulary)

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        names = {**STANDARD, **self._setup.fields}
        return {ours: as_text(raw.body.get(theirs)) for ours, theirs in names.items()}

    def is_intake(self, raw: RawRecord) -> str | None:
        return "a test of the shop's own" if raw.body.get("test") else None

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        del raw
        return None  # an enquiry has no owner: it is created, owned, in the destination

    def check(self) -> Iterator[Finding]:
        return examine((("login", self._login),), ())

    def close(self) -> None:
        self._http.close()

    def _login(self) -> Iterator[Finding]:
        self._list("log in", limit="1")
        yield fine("the shop answers, and knows the token")

    def _list(self, operation: str, **query: str) -> list[dict[str, Any]]:
        def once() -> list[dict[str, Any]]:
            answer = self._http.get("/enquiries", params=query)
            if not answer.is_success:
                status, headers = answer.status_code, answer.headers
                raise sort_status(status, connector=NAME, operation=operation, headers=headers)
            rows = answer.json()
            if not isinstance(rows, list):
                raise TransientError(NAME, operation, "the answer is not a list")
            return rows

        return self._caller.repeat(operation, once)


def _raw(row: Mapping[str, Any]) -> RawRecord:
    return RawRecord(source_id=str(row["id"]), version=digest(row), body=row)
