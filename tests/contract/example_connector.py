"""The smallest whole connector: one file, for a web shop's enquiries. docs/add-a-connector.md."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Annotated, Any

import httpx
from pydantic import Field, SecretStr

from connectors.connection import Connection, read_connection
from connectors.findings import Finding, examine, fine
from connectors.http import Caller, sort_status
from connectors.malformed import is_malformed, refuse_malformed, set_aside
from connectors.setup import SourceSetup
from connectors.vendor_text import as_text, digest
from leads.errors import ContractError, TransientError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.record import Cursor, Page, RawRecord

NAME, CREDENTIALS = "shop", "Check FIRSTTOUCH_SHOP_TOKEN"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
STANDARD = {"created_at": "sent", "email": "mail", "last_name": "name", "company": "firm"}


class ShopSettings(Connection):
    """Without `base_url` there is no shop to ask: each has an address of its own."""

    base_url: str
    token: SecretStr
    page_size: Annotated[int, Field(ge=2, le=100)] = 100

    @classmethod
    def from_environment(
        cls, connection: Mapping[str, Any], environ: Mapping[str, str]
    ) -> "ShopSettings":
        secrets = {"token": "FIRSTTOUCH_SHOP_TOKEN", "base_url": "FIRSTTOUCH_SHOP_BASE_URL"}
        return read_connection(cls, NAME, connection, environ, secrets)


class Shop:
    """LeadSource. The cursor is the last change read: whole seconds, so that ties are ordinary."""

    def __init__(self, settings: ShopSettings, setup: SourceSetup) -> None:
        self.name, self._setup, self._size = setup.name, setup, settings.page_size
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
        at, last_id = self._start(since), ""
        while rows := self._list("pull", changed_from=at, after_id=last_id, limit=str(self._size)):
            whole = [row for row in rows if not _lacks(row)]
            if not whole:
                raise ContractError(NAME, "pull", "no enquiry of a whole page can be read")
            at, last_id = str(whole[-1]["changed"]), str(whole[-1]["id"])
            yield Page(records=tuple(map(_raw, rows)), resume_from=Cursor(at))
            if len(rows) < self._size:
                return  # a minute in which nothing came costs one request

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        if ids:
            yield from map(_raw, self._list("fetch", ids=",".join(ids)))

    def normalise(self, raw: RawRecord) -> Lead:
        refuse_malformed(raw)
        key = LeadKey(self.name, raw.source_id)
        return lead_from(key, self.text_of(raw), self._setup.vocabulary)

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        names = {**STANDARD, **self._setup.fields}
        return {ours: as_text(raw.body.get(theirs)) for ours, theirs in names.items()}

    def is_intake(self, raw: RawRecord) -> str | None:
        if is_malformed(raw):
            return None
        if str(raw.body.get("sent") or "") < self._go_live():
            return "sent before the go-live"
        return "a test of the shop's own" if raw.body.get("test") else None

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        del raw
        return None  # an enquiry has no owner: it is created, owned, in the destination

    def check(self) -> Iterator[Finding]:
        return examine((("login", self._login),), ())

    def close(self) -> None:
        self._http.close()

    def _start(self, since: Cursor | None) -> str:
        if since is None:
            return self._go_live()
        if not INSTANT.fullmatch(since):
            raise ContractError(NAME, "pull", "the cursor is none of the shop's")
        return since

    def _go_live(self) -> str:
        at = self._setup.intake.created_after
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""

    def _login(self) -> Iterator[Finding]:
        self._list("log in", limit="1")
        yield fine("the shop answers, and knows the token")

    def _list(self, operation: str, **query: str) -> list[dict[str, Any]]:
        def once() -> list[dict[str, Any]]:
            answer = self._http.get("/enquiries", params=query)
            if not answer.is_success:
                status = answer.status_code
                raise sort_status(
                    status,
                    connector=NAME,
                    operation=operation,
                    remedy=CREDENTIALS if status in (401, 403) else "",
                    headers=answer.headers,
                )
            rows = answer.json()
            if not isinstance(rows, list):
                raise TransientError(NAME, operation, "the answer is not a list")
            return rows

        return self._caller.repeat(operation, once)


def _lacks(row: Mapping[str, Any]) -> str:
    """Answer what is missing without which it has no place among the others, or nothing."""
    return next((part for part in ("id", "changed") if not row.get(part)), "")


def _raw(row: Mapping[str, Any]) -> RawRecord:
    if lacks := _lacks(row):
        return set_aside(str(row.get("id") or ""), f"the enquiry has no {lacks}", row)
    return RawRecord(source_id=str(row["id"]), version=digest(row), body=row)
