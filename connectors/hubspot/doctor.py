"""What a person should look after in the portal or the settings: a sentence each, with the cure."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.clocks import clock_findings
from connectors.creation_findings import CreationChecks
from connectors.findings import Check, Finding, examine, fine, unknown_words, warning, wrong
from connectors.hubspot import directory, twins
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.kinds import CONTACTS, IntakeObject
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.settings import HubSpotSettings
from connectors.hubspot.versions import supported_until
from connectors.setup import Intake, SourceSetup
from leads.errors import AuthError
from leads.record import CrmOwner

_ENDS_SOON = timedelta(days=183)
_LITTLE_LEFT = 0.1
_TEXT = ("string", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Asks for what it judges; the client remembers what the answers say beside their bodies."""

    client: HubSpotClient
    settings: HubSpotSettings
    setup: SourceSetup
    schema: ContactSchema
    kind: IntakeObject = CONTACTS
    now: Callable[[], datetime]

    def findings(self) -> Iterator[Finding]:
        checks: tuple[Check, ...] = (
            ("credential", self._credential),
            ("fields", self._fields),
            ("notes", self._notes),
            ("native sync", self._native_sync),
            ("unique property", self._unique),
            ("created records", self._created),
            ("intake words", self._words),
            ("intake owners", self._owners),
            ("tasks", self._task_property),
            ("scopes", self._scopes),
            ("API version", self._version),
            ("quota", self._limits),
            ("clock", self._skew),
            ("portal", self._portal),
        )
        return examine((("login", self._login),), checks)

    def _login(self) -> Iterator[Finding]:
        self.schema.there()
        yield fine("the portal answers, and the token is good")

    def _place(self, key: str) -> str:
        return f"sources.{self.setup.name}.{key}"

    def _credential(self) -> Iterator[Finding]:
        place = self._place("connection.credential")
        token = self.settings.token.get_secret_value()
        if self.settings.credential == "service_key":
            yield warning(
                f"{place} is service_key: HubSpot sends no webhooks for service keys, so leads are "
                "found by polling alone; use an app where seconds count"
            )
        elif not self.settings.base_url and not token.startswith("pat-"):
            yield warning(
                "FIRSTTOUCH_HUBSPOT_TOKEN does not begin with pat-: an OAuth token ends after 30 "
                "minutes and is not renewed; use a private app's token or a service key"
            )

    def _fields(self) -> Iterator[Finding]:
        there, what = self.schema.there().keys(), f"a property of {self.kind.name}"
        for name, property_name in self.setup.fields.items():
            place = self._place(f"fields.{name}")
            yield from unknown_words(place, (property_name,), there, what)

    def _native_sync(self) -> Iterator[Finding]:
        """Look at what tells of the Salesforce copy: without it every pair would be two leads."""
        wanted, there = twins.names(self.setup.native_sync), self.schema.there()
        known = [name for name in wanted if name in there]
        place = self._place("native_sync.ids")
        if wanted and not known:
            yield wrong(
                f"{place}: the portal has none of {', '.join(wanted)}; switch the Salesforce sync "
                "on, or remove native_sync"
            )
        elif known:
            yield fine(f"{place}: {', '.join(known)} tells of the Salesforce copy")

    def _notes(self) -> Iterator[Finding]:
        """Look at where reason, rule and method are written: there, writable, and text."""
        there, what = self.schema.of_intake(), f"a property of {self.kind.name}"
        for role, name in self.setup.notes.items():
            place = self._place(f"write.{role}")
            if name not in there:
                yield from unknown_words(place, (name,), there.keys(), what)
            elif not self.schema.is_writable(name):
                yield wrong(
                    f"{place}: {name} is a read-only property; name one that can be written"
                )
            elif there[name].get("type") not in _TEXT:
                kind = there[name]["type"]
                yield wrong(f"{place}: {name} is of type {kind}; a note needs a text property")

    def _unique(self) -> Iterator[Finding]:
        """Look at what makes a creation happen once; only where contacts are created."""
        if not self.setup.receives:
            name = self.settings.unique_property
            yield fine(f"{name} is not needed: no source has {self.setup.name} as its destination")
        elif self.kind is not CONTACTS:
            place = self._place("intake.object")
            yield wrong(
                f"{place} is {self.kind.name}: leads from elsewhere are created as contacts"
            )
        elif problem := self.schema.unique_problem():
            yield wrong(problem)

    def _created(self) -> Iterator[Finding]:
        return CreationChecks(
            setup=self.setup,
            targets=self.schema.targets(),
            there=self.schema.there().keys(),
            about=self.schema.about,
            a_field="a property of contacts",
            fields="properties",
        ).findings()

    def _words(self) -> Iterator[Finding]:
        """Compare what the configuration calls statuses and stages with the portal's options."""
        intake, settings = self.setup.intake, self.settings
        yield from self._options("intake.statuses", intake.statuses, self.kind.status)
        yield from self._options("intake.lifecycle", intake.lifecycle, self.kind.stage)
        stages = (
            (("open_lifecycle", settings.open_lifecycle),)
            if self.kind is CONTACTS
            else (("closed_stages", settings.closed_stages),)
        )
        for key, words in stages:
            place = f"connection.{key}"
            if not settings.model_fields_set & {key}:
                continue  # a default is a guess at every portal, and not this one's mistake
            yield from self._options(place, words, self.kind.stage)

    def _options(self, key: str, words: Collection[str], name: str) -> Iterator[Finding]:
        options = self.schema.of_intake().get(name, {}).get("options") or ()
        there = [str(option["value"]) for option in options]
        if there:  # a property that lists none takes any word
            yield from unknown_words(self._place(key), words, there, f"a value of {name}")

    def _task_property(self) -> Iterator[Finding]:
        name = self.settings.task_key_property
        if name is None:
            return
        place = self._place("connection.task_key_property")
        known = {p["name"]: p for p in self.client.properties("tasks")}
        if name not in known:
            yield wrong(f"{place}: tasks have no property {name}; create it, as unique text")
        elif not known[name].get("hasUniqueValue"):
            yield warning(f"{place}: {name} is not unique, so a task could be made twice")

    def _owners(self) -> Iterator[Finding]:
        directory.resolve_unowned(self.client, self.setup.intake, self.setup.name)
        if any(self.setup.intake.owners):
            left = [o for o in directory.owners(self.client) if not o.is_active]
            place = self._place("intake.owners")
            for name in _named(self.setup.intake, left):
                yield warning(f"{place}: {name} is deactivated in HubSpot; no new lead will be its")

    def _scopes(self) -> Iterator[Finding]:
        """Only what is read beside contacts: without those, nothing above would have passed."""
        for kind in dict.fromkeys((self.kind.name, *self.settings.activities, "deals")):
            body = {"limit": 1, "properties": ["hs_object_id"]}
            try:
                self.client.search(kind, f"read {kind}", body)
            except AuthError as error:
                if kind == self.kind.name:
                    yield wrong(f"{error}: {kind} cannot be read. Add the scope to the app")
                    continue
                without = "outcomes" if kind == "deals" else "first touches"
                cure = _cure(self, kind)
                yield warning(f"{error.problem}: {kind} cannot be read for {without}. {cure}")

    def _version(self) -> Iterator[Finding]:
        until = supported_until(self.settings.api_version)
        if until - self.now() < _ENDS_SOON:
            yield warning(
                f"{self._place('connection.api_version')}: HubSpot supports "
                f"{self.settings.api_version} until {until:%Y-%m-%d}; set a newer one"
            )

    def _limits(self) -> Iterator[Finding]:
        quota, told = self.client.quota, self.client.told
        if quota and quota.share_left < _LITTLE_LEFT:
            yield warning(
                f"{quota.used:,} of the {quota.limit:,} API calls of the day are used; see in "
                "HubSpot which apps use them up"
            )
        elif quota:
            yield fine(f"{quota.used:,} of the {quota.limit:,} API calls of the day are used")
        allowed = told.get("max", "")
        if allowed.isdecimal() and int(allowed) < self.settings.calls_per_window:
            yield warning(
                f"{self._place('connection.calls_per_window')} is "
                f"{self.settings.calls_per_window}, but HubSpot allows {allowed} in ten seconds; "
                f"set it to {allowed}"
            )

    def _portal(self) -> Iterator[Finding]:
        """Compare whose webhooks are obeyed with whose contacts are read."""
        stated = self.settings.portal_id
        if stated is None:
            return
        there = self.client.account().get("portalId")
        if str(there) != str(stated):
            yield wrong(
                f"{self._place('connection.portal_id')} is {stated}, but the token is of portal "
                f"{there}: its webhooks are not obeyed; set it to {there}, or remove it"
            )

    def _skew(self) -> Iterator[Finding]:
        return clock_findings(self.client.skew, "HubSpot", "webhooks are refused from 300 s on")


def _named(intake: Intake, owners: list[CrmOwner]) -> Iterator[str]:
    for owner in owners:
        names = {name.lower() for name in directory.names_of(owner)}
        yield from (name for name in intake.owners if name and name.lower() in names)


def _cure(doctor: Doctor, kind: str) -> str:
    if kind == "deals":
        return "Add the scope to the app"
    place = f"sources.{doctor.setup.name}.connection.activities"
    return f"Add the scope to the app, or leave {kind} out of {place}"
