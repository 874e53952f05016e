"""What a person should look after in the portal or the settings: a sentence each, with the cure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.base import Intake, SourceSetup
from connectors.hubspot import directory
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.settings import HubSpotSettings
from connectors.hubspot.versions import supported_until
from leads.errors import AuthError
from leads.record import CrmOwner

_ENDS_SOON = timedelta(days=183)
_MOST_SKEW = timedelta(seconds=60)
_LITTLE_LEFT = 0.1
_TEXT = ("string", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Asks for what it judges; the client remembers what the answers say beside their bodies."""

    client: HubSpotClient
    settings: HubSpotSettings
    setup: SourceSetup
    schema: ContactSchema
    now: Callable[[], datetime]

    def findings(self) -> Iterator[str]:
        self.schema.known()
        yield from self._credential()
        yield from self._properties()
        yield from self._task_property()
        yield from self._owners()
        yield from self._scopes()
        yield from self._version()
        yield from self._limits()
        yield from self._skew()

    def _place(self, key: str) -> str:
        return f"sources.{self.setup.name}.{key}"

    def _credential(self) -> Iterator[str]:
        place = self._place("connection.credential")
        token = self.settings.token.get_secret_value()
        if self.settings.credential == "service_key":
            yield (
                f"{place} is service_key: HubSpot sends no webhooks for service keys, so leads are "
                "found by polling alone; use an app where seconds count"
            )
        elif not self.settings.base_url and not token.startswith("pat-"):
            yield (
                "FIRSTTOUCH_HUBSPOT_TOKEN does not begin with pat-: an OAuth token ends after 30 "
                "minutes and is not renewed; use a private app's token or a service key"
            )

    def _properties(self) -> Iterator[str]:
        if problem := self.schema.unique_problem():
            yield problem
        for role, name in self.setup.notes.items():
            place = self._place(f"write.{role}")
            if not self.schema.is_writable(name):
                yield f"{place}: {name} is a read-only property; name one that can be written"
            elif self.schema.known()[name].get("type") not in _TEXT:
                kind = self.schema.known()[name]["type"]
                yield f"{place}: {name} is of type {kind}; a note needs a text property"

    def _task_property(self) -> Iterator[str]:
        name = self.settings.task_key_property
        if name is None:
            return
        place = self._place("connection.task_key_property")
        known = {p["name"]: p for p in self.client.properties("tasks")}
        if name not in known:
            yield f"{place}: tasks have no property {name}; create it, as a unique text property"
        elif not known[name].get("hasUniqueValue"):
            yield f"{place}: {name} is not unique, so a task could be made twice; make it unique"

    def _owners(self) -> Iterator[str]:
        directory.resolve_unowned(self.client, self.setup.intake, self.setup.name)
        if any(self.setup.intake.owners):
            left = [o for o in directory.owners(self.client) if not o.is_active]
            yield from (
                f"{self._place('intake.owners')}: {name} is deactivated in HubSpot; new leads will "
                "not be given to it"
                for name in _named(self.setup.intake, left)
            )

    def _scopes(self) -> Iterator[str]:
        """Only what is read beside contacts: without those, nothing above would have passed."""
        for kind in (*self.settings.activities, "deals"):
            body = {"limit": 1, "properties": ["hs_object_id"]}
            try:
                self.client.search(kind, f"read {kind}", body)
            except AuthError as error:
                without = "outcomes" if kind == "deals" else "first touches"
                yield f"{error.problem}: {kind} cannot be read for {without}. {_cure(self, kind)}"

    def _version(self) -> Iterator[str]:
        until = supported_until(self.settings.api_version)
        if until - self.now() < _ENDS_SOON:
            yield (
                f"{self._place('connection.api_version')}: HubSpot supports "
                f"{self.settings.api_version} until {until:%Y-%m-%d}; set a newer one"
            )

    def _limits(self) -> Iterator[str]:
        quota, told = self.client.quota, self.client.told
        if quota and quota.share_left < _LITTLE_LEFT:
            yield (
                f"{quota.used:,} of the {quota.limit:,} API calls of the day are used; see in "
                "HubSpot which apps use them up"
            )
        allowed = told.get("max", "")
        if allowed.isdecimal() and int(allowed) < self.settings.calls_per_window:
            yield (
                f"{self._place('connection.calls_per_window')} is "
                f"{self.settings.calls_per_window}, but HubSpot allows {allowed} in ten seconds; "
                f"set it to {allowed}"
            )

    def _skew(self) -> Iterator[str]:
        skew = self.client.skew
        if skew is not None and abs(skew) > _MOST_SKEW:
            yield (
                f"this machine's clock is {skew.total_seconds():+.0f} s off HubSpot's: webhooks "
                "are refused from 300 s on; set it by a time server"
            )


def _named(intake: Intake, owners: list[CrmOwner]) -> Iterator[str]:
    for owner in owners:
        names = {name.lower() for name in directory.names_of(owner)}
        yield from (name for name in intake.owners if name and name.lower() in names)


def _cure(doctor: Doctor, kind: str) -> str:
    if kind == "deals":
        return "Add the scope to the app"
    place = f"sources.{doctor.setup.name}.connection.activities"
    return f"Add the scope to the app, or leave {kind} out of {place}"
