"""What `firsttouch doctor` asks of an org: each finding one sentence that says what to change."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simple_salesforce.api import Salesforce as Api
from simple_salesforce.util import call_salesforce

from connectors.clocks import clock_findings
from connectors.findings import Check, Finding, examine, fine, warning, wrong
from connectors.salesforce import directory, soql
from connectors.salesforce.activity import Activity
from connectors.salesforce.checkup_fields import USER_NEEDS, FieldChecks
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.login import DEPRECATED
from connectors.salesforce.machines import Machines
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.tasks import Tasks
from connectors.salesforce.usage import told_left
from connectors.setup import SourceSetup
from leads.errors import ContractError
from leads.keys import CrmOwnerId

_LEADS_LOOKED_AT = 20


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

    def findings(self) -> Iterator[Finding]:
        fields = FieldChecks(schema=self.schema, settings=self.settings, setup=self.setup)
        checks: tuple[Check, ...] = (
            ("fields", fields.fields),
            ("notes", fields.notes),
            ("external id", fields.external_id),
            ("created records", fields.created),
            ("intake statuses", fields.statuses),
            ("intake owners", self._intake_owners),
            ("owner field", fields.owner_field),
            ("objects", self._objects),
            ("transfer", self._transfer),
            ("tasks", self._tasks),
            ("native assignment", self._native_rules),
            ("history", self._history),
            ("quota", self._quota),
            ("clock", self._clock),
        )
        return examine((("login", self._login), ("API version", self._version)), checks)

    def _login(self) -> Iterator[Finding]:
        self._versions()
        if self.settings.login.is_deprecated:
            yield warning(DEPRECATED)
        else:
            yield fine("the org answers, and the credentials are good")

    def _versions(self) -> list[str]:
        listed: Any = self.client.ask("list API versions", _versions)
        return [v["version"] for v in listed if isinstance(v, dict) and "version" in v]

    def _version(self) -> Iterator[Finding]:
        ours, known = self.settings.api_version, self._versions()
        if known and ours not in known:
            key = f"sources.{self.setup.name}.connection.api_version"
            yield wrong(f"{key} is {ours}, and this org answers {known[0]} to {known[-1]}: choose")

    def _intake_owners(self) -> Iterator[Finding]:
        self.unowned()
        named = {name for name in self.setup.intake.owners if name}
        for owner in directory.owners(self.client):
            if not owner.is_active and owner.name in named:
                place = f"sources.{self.setup.name}.intake.owners"
                yield warning(f"{place}: {owner.name} is deactivated; no new lead comes to be its")

    def _objects(self) -> Iterator[Finding]:
        brief: Any = self.client.ask("read Lead", lambda api: api.restful("sobjects/Lead"))
        may: Mapping[str, Any] = brief.get("objectDescribe", {})
        for what, word in (("createable", "Create"), ("updateable", "Edit")):
            if not may.get(what):
                yield wrong(
                    f"the API user may not {word.lower()} leads; {USER_NEEDS} {word} on Lead"
                )

    def _transfer(self) -> Iterator[Finding]:
        try:
            fixed = self._not_transferable()
        except ContractError:
            return  # an owner of the intake is not there, which is told by itself
        if fixed:
            yield wrong(
                f"the API user may not change the owner of {fixed} of the newest leads that wait "
                f"for one; {USER_NEEDS} Transfer Leads, or Modify All on Lead"
            )

    def _not_transferable(self) -> int:
        """How many of the newest unowned leads the API user could not give to somebody."""
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

    def _tasks(self) -> Iterator[Finding]:
        fields, key = self.tasks.fields(), self.settings.task_id_field
        if not fields.get("WhoId", {}).get("createable"):
            yield warning(f"the API user may not create tasks; {USER_NEEDS} Edit Tasks")
        elif key in fields and not fields[key].get("unique"):
            yield warning(f"Task.{key} is not unique, so a task could be made twice")

    def _native_rules(self) -> Iterator[Finding]:
        """Our own writes are safe from them; leads that others bring in are not."""
        rows = self.client.repeat_rows(
            "read assignment rules",
            "SELECT Name FROM AssignmentRule WHERE SobjectType = 'Lead' AND Active = true",
        )
        for row in rows:
            yield warning(
                f"the org's own lead assignment rule {row['Name']!r} is active and moves leads "
                "before they are routed: switch it off under Setup > Lead Assignment Rules, or "
                f"name the owners it gives leads to under sources.{self.setup.name}.intake.owners"
            )

    def _history(self) -> Iterator[Finding]:
        if not self.activity.has_history():
            yield warning(
                "LeadHistory cannot be read, so a first touch by status is told by the last change "
                "alone, past owners are unknown, and a person who took a lead in the second of our "
                "write is overwritten unseen: switch on field history for Lead's Owner and Status"
            )

    def _quota(self) -> Iterator[Finding]:
        usage = self.client.usage
        for text in usage.findings():
            yield wrong(text) if usage.is_low else warning(text)
        if usage.quota and not usage.findings():
            yield fine(told_left(usage.quota))

    def _clock(self) -> Iterator[Finding]:
        skew = self.client.usage.skew
        ahead = None if skew is None else -skew
        why = "JWT logins fail and response times are measured wrongly"
        return clock_findings(ahead, "Salesforce", why)


def _versions(api: Api) -> Any:
    url = f"https://{api.sf_instance}/services/data/"
    return call_salesforce(url, "GET", api.session, dict(api.headers)).json()
