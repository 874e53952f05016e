"""What `firsttouch doctor` asks of an org: each finding one sentence that says what to change."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from simple_salesforce.api import Salesforce as Api
from simple_salesforce.util import call_salesforce

from connectors.base import SourceSetup
from connectors.salesforce import soql
from connectors.salesforce.activity import Activity
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.login import DEPRECATED
from connectors.salesforce.machines import Machines
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.tasks import Tasks
from leads.errors import ContractError
from leads.keys import CrmOwnerId

_WORST_SKEW = timedelta(seconds=60)
_LEADS_LOOKED_AT = 20
_USER_NEEDS = "give the API user's profile or permission set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What one connector is made of, to be looked over."""

    client: SalesforceClient
    settings: SalesforceSettings
    setup: SourceSetup
    schema: LeadSchema
    tasks: Tasks
    machines: Machines
    activity: Activity
    unowned: Callable[[], frozenset[CrmOwnerId | None]]

    def findings(self) -> Iterator[str]:
        """Raises ConnectorError when the org cannot be asked at all."""
        if self.settings.login.is_deprecated:
            yield DEPRECATED
        if problem := self._version_problem():
            yield problem
            return  # nothing else would be answered
        yield from self._fields()
        yield from _told(self.unowned)
        yield from self._permissions()
        yield from self._native_rules()
        yield from self._surroundings()
        yield from self.client.usage.findings()
        yield from _skew(self.client.usage.skew)

    def _version_problem(self) -> str | None:
        ours = self.settings.api_version
        listed: Any = self.client.ask("list API versions", _versions)
        known = [v["version"] for v in listed if isinstance(v, dict) and "version" in v]
        if not known or ours in known:
            return None
        key = f"sources.{self.setup.name}.connection.api_version"
        return f"{key} is {ours}, and this org answers {known[0]} to {known[-1]}: choose one"

    def _fields(self) -> Iterator[str]:
        problems = list(_told(self.schema.fields))
        yield from problems
        if problems:
            return
        if problem := self.schema.external_id_problem():
            yield problem
        known = self.schema.fields()
        for role, field in self.setup.notes.items():
            if not known[field].get("updateable"):
                place = f"sources.{self.setup.name}.write.{role}"
                yield f"{place}: the API user may not write {field}; {_USER_NEEDS} access to it"
        for name in ("OwnerId", self.settings.external_id_field):
            if not known.get(name, {"createable": True}).get("createable"):
                yield f"the API user may not set Lead.{name}; {_USER_NEEDS} access to it"

    def _permissions(self) -> Iterator[str]:
        brief: Any = self.client.ask("read Lead", lambda api: api.restful("sobjects/Lead"))
        may: Mapping[str, Any] = brief.get("objectDescribe", {})
        for what, word in (("createable", "Create"), ("updateable", "Edit")):
            if not may.get(what):
                yield f"the API user may not {word.lower()} leads; {_USER_NEEDS} {word} on Lead"
        fixed = self._not_transferable()
        if fixed:
            yield (
                f"the API user may not change the owner of {fixed} of the newest leads that wait "
                f"for one; {_USER_NEEDS} Transfer Leads, or Modify All on Lead"
            )
        if not self.tasks.fields().get("WhoId", {}).get("createable"):
            yield f"the API user may not create tasks; {_USER_NEEDS} Edit Tasks"

    def _not_transferable(self) -> int:
        """How many of the newest unowned leads the API user could not give to somebody."""
        if list(_told(self.unowned)):
            return 0
        owners = sorted(owner for owner in self.unowned() if owner)
        if not owners:
            return 0
        newest = self.client.repeat_rows(
            "read newest leads",
            f"SELECT Id FROM Lead WHERE OwnerId IN {soql.quoted(owners)} AND IsConverted = false"  # noqa: S608  (quoted)
            f" ORDER BY CreatedDate DESC LIMIT {_LEADS_LOOKED_AT}",
        )
        if not newest:
            return 0
        access = self.client.repeat_rows(
            "read the API user's access",
            "SELECT RecordId, HasTransferAccess FROM UserRecordAccess"  # noqa: S608  (quoted)
            f" WHERE UserId = '{self.machines.ourselves()}'"
            f" AND RecordId IN {soql.quoted(row['Id'] for row in newest)}",
        )
        return sum(not row["HasTransferAccess"] for row in access)

    def _native_rules(self) -> Iterator[str]:
        """Our own writes are safe from them; leads that others bring in are not."""
        rows = self.client.repeat_rows(
            "read assignment rules",
            "SELECT Name FROM AssignmentRule WHERE SobjectType = 'Lead' AND Active = true",
        )
        for row in rows:
            yield (
                f"the org's own lead assignment rule {row['Name']!r} is active and moves leads "
                "before they are routed: switch it off under Setup > Lead Assignment Rules, or "
                f"name the owners it gives leads to under sources.{self.setup.name}.intake.owners"
            )

    def _surroundings(self) -> Iterator[str]:
        if not self.activity.has_history():
            yield (
                "LeadHistory cannot be read, so a first touch by status is told by the last change "
                "alone and past owners are unknown: switch on field history for Lead's Owner and "
                "Status"
            )


def _versions(api: Api) -> Any:
    url = f"https://{api.sf_instance}/services/data/"
    return call_salesforce(url, "GET", api.session, dict(api.headers)).json()


def _told(ask: Callable[[], object]) -> Iterator[str]:
    """What the configuration has wrong is a finding, not a source that cannot be asked."""
    try:
        ask()
    except ContractError as error:
        yield str(error)


def _skew(skew: timedelta | None) -> Iterator[str]:
    if skew is not None and abs(skew) > _WORST_SKEW:
        seconds = abs(skew.total_seconds())
        way = "behind" if skew > timedelta(0) else "ahead of"
        yield (
            f"this machine's clock is {seconds:.0f} s {way} Salesforce's: set it by NTP, or JWT "
            "logins fail and response times are measured wrongly"
        )
