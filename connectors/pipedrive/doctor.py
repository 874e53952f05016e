"""What a person should look after in the account or the settings: a sentence each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.clocks import clock_findings
from connectors.findings import Check, Finding, examine, fine, unknown_words, warning, wrong
from connectors.pipedrive import directory
from connectors.pipedrive.client import PipedriveClient
from connectors.pipedrive.schema import LeadSchema
from connectors.pipedrive.settings import PipedriveSettings
from connectors.setup import SourceSetup

_LITTLE_LEFT, _PAGE = 0.1, 500
_CUSTOM = re.compile(r"(person|organization)\.([0-9a-f]{40})")
_TEXT = ("varchar", "varchar_auto", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Asks for what it judges; the client remembers what the answers say beside their bodies."""

    client: PipedriveClient
    settings: PipedriveSettings
    setup: SourceSetup
    schema: LeadSchema

    def findings(self) -> Iterator[Finding]:
        checks: tuple[Check, ...] = (
            ("leads", self._leads),
            ("fields", self._fields),
            ("notes", self._notes),
            ("intake labels", self._labels),
            ("intake owners", self._owners),
            ("quota", self._budget),
            ("clock", self._skew),
        )
        return examine((("login", self._login),), checks)

    def _place(self, key: str) -> str:
        return f"sources.{self.setup.name}.{key}"

    def _login(self) -> Iterator[Finding]:
        about = self.client.get("log in", "/v1/users/me").get("data") or {}
        domain = about.get("company_domain")
        yield fine("the account answers, and knows the token")
        if domain and not (self.settings.domain or self.settings.base_url):
            yield warning(
                f"{self._place('connection.domain')} is not set: with {domain} there, requests go "
                "straight to the company's own data centre"
            )

    def _leads(self) -> Iterator[Finding]:
        self.client.rows("read leads", "/v1/leads", limit="1")
        yield fine("leads can be read; whether they may be changed is told by a change alone")

    def _fields(self) -> Iterator[Finding]:
        yield from map(wrong, self.schema.unknown())
        for key, name in self.setup.fields.items():
            custom = _CUSTOM.fullmatch(name)
            if custom and custom[2] not in self._keys(custom[1]):
                place = self._place(f"fields.{key}")
                yield wrong(f"{place}: the account's {custom[1]} fields have no key {custom[2]}")

    def _keys(self, part: str) -> set[str]:
        pages = self.client.pages(f"read {part} fields", f"{part}Fields", limit=str(_PAGE))
        return {str(each.get("field_code")) for page in pages for each in page}

    def _notes(self) -> Iterator[Finding]:
        """Look at where reason, rule and method are written: whether it is text."""
        for role, name in self.setup.notes.items():
            kind = self.schema.there().get(name, {}).get("field_type", "varchar")
            if kind not in _TEXT:
                place = self._place(f"write.{role}")
                yield wrong(f"{place}: {name} is of type {kind}; a note needs a text field")

    def _labels(self) -> Iterator[Finding]:
        intake = self.setup.intake
        stated = {"statuses": intake.statuses, "returned": intake.returned}
        if any(stated.values()):
            there = set(self.schema.every_label().values())
            for key, words in stated.items():
                place = self._place(f"intake.{key}")
                yield from unknown_words(place, words, there, "a lead label")

    def _owners(self) -> Iterator[Finding]:
        found = directory.resolve_unowned(self.client, self.setup.intake, self.setup.name)
        if found <= {None}:
            yield wrong(
                f"{self._place('intake.owners')} names nobody: no lead of Pipedrive is without an "
                "owner, so that none would be new; name the user whose leads are nobody's yet"
            )
        else:
            users = ", ".join(sorted(each for each in found if each))
            yield fine(f"leads of these users are nobody's yet: {users}")

    def _budget(self) -> Iterator[Finding]:
        quota = self.client.quota
        if quota is None:
            yield fine("no answer tells how much of the day's budget is left")
        elif quota.share_left < _LITTLE_LEFT:
            yield warning(
                f"{quota.used:,} of the day's {quota.limit:,} API tokens are used: the company "
                "shares them; poll less often, or buy more"
            )
        else:
            yield fine(f"{quota.used:,} of the day's {quota.limit:,} API tokens are used")

    def _skew(self) -> Iterator[Finding]:
        yield from clock_findings(self.client.skew, "Pipedrive")
