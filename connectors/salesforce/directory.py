"""Who may own leads in the org, and who means "nobody yet"."""

from collections.abc import Collection, Iterator, Sequence

from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME
from connectors.salesforce_ids import whole_id
from connectors.setup import Intake
from connectors.unowned import unowned_by
from leads.keys import CrmOwnerId
from leads.record import CrmOwner, TimeZones

_USERS = "SELECT Id, Name, Email, IsActive FROM User"
_ZONES = "SELECT Id, TimeZoneSidKey FROM User WHERE IsActive = TRUE"
_ORG = "SELECT TimeZoneSidKey FROM Organization"
_QUEUES = "SELECT Id, Name, Email FROM Group WHERE Type = 'Queue'"
QUEUE = "queue:"
_ASKED_AT_ONCE = 200


def owners(client: SalesforceClient, ids: Collection[str] | None = None) -> Iterator[CrmOwner]:
    """An org has users by the thousand: who is asked for by id is looked up so."""
    if ids is None:
        yield from _owners(client, "", "")
        return
    wanted = sorted({whole for each in ids if (whole := whole_id(each))})
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        some = soql.quoted(wanted[start : start + _ASKED_AT_ONCE])
        yield from _owners(client, f" WHERE Id IN {some}", f" AND Id IN {some}")


def _owners(client: SalesforceClient, users: str, queues: str) -> Iterator[CrmOwner]:
    for row in client.repeat_rows("list users", _USERS + users):
        yield _owner(row, is_queue=False)
    for row in client.repeat_rows("list queues", _QUEUES + queues):
        yield _owner(row, is_queue=True)


def time_zones(client: SalesforceClient) -> TimeZones:
    """Answer the org's, and that of each active user, which everybody there has."""
    told = client.repeat_rows("read the org's time zone", _ORG)
    account = next((row["TimeZoneSidKey"] for row in told), None)
    users = client.repeat_rows("list users' time zones", _ZONES)
    zones = {row["Id"]: row["TimeZoneSidKey"] for row in users if row["TimeZoneSidKey"]}
    return TimeZones(account=account, owners=zones)


def resolve_unowned(
    client: SalesforceClient, intake: Intake, source: str
) -> frozenset[CrmOwnerId | None]:
    """
    Find the ids of the owners that the intake names. None stays None.

    Raises ContractError naming those the org does not have.
    """

    def ids(names: Sequence[str]) -> dict[str, list[CrmOwnerId]]:
        users = _ids(client, "User", [n for n in names if not n.startswith(QUEUE)])
        queues = _ids(
            client, "Group", [n.removeprefix(QUEUE) for n in names if n.startswith(QUEUE)]
        )
        return users | {QUEUE + name: found for name, found in queues.items()}

    remedy = "Write a user's full name, or queue:NAME for a queue"
    lacks = "the org has no such owner"
    return unowned_by(intake, source, ids, crm=NAME, lacks=lacks, remedy=remedy)


def _owner(row: Row, *, is_queue: bool) -> CrmOwner:
    return CrmOwner(
        crm_id=row["Id"],
        name=row["Name"],
        email=row.get("Email"),
        is_active=is_queue or bool(row["IsActive"]),
        is_queue=is_queue,
    )


def _ids(
    client: SalesforceClient, entity: str, names: Sequence[str]
) -> dict[str, list[CrmOwnerId]]:
    """Ids by name in lower case: Salesforce compares without case. Names need not be unique."""
    if not names:
        return {}
    queue = " AND Type = 'Queue'" if entity == "Group" else ""
    text = f"SELECT Id, Name FROM {entity} WHERE Name IN {soql.quoted(names)}{queue}"  # noqa: S608  (quoted)
    found: dict[str, list[CrmOwnerId]] = {}
    for row in client.repeat_rows("resolve intake owners", text):
        found.setdefault(row["Name"].lower(), []).append(CrmOwnerId(row["Id"]))
    return found
