"""Who may own leads in the account, who means "nobody yet", and how much each has in hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.pipedrive.client import Json, PipedriveClient, rows_of
from connectors.pipedrive.failures import NAME
from connectors.pipedrive.intake import owner_of
from connectors.pipedrive.mapping import changed_at, moment, since_text, stamp, whole_second
from connectors.pipedrive.paging import LeadChanges, has_more, place_of
from connectors.pipedrive.settings import PipedriveSettings
from connectors.setup import Intake
from connectors.unowned import unowned_by
from leads.keys import CrmOwnerId
from leads.record import CrmOwner, Cursor, TimeZones, WorkItem, WorkPage


def owners(client: PipedriveClient) -> list[CrmOwner]:
    """Users, active or not; Pipedrive has no queues."""
    return [_owner(user) for user in client.rows("list users", "/v1/users")]


def _owner(user: Json) -> CrmOwner:
    email = user.get("email")
    return CrmOwner(
        crm_id=str(user["id"]),
        name=str(user.get("name") or email or user["id"]),
        email=str(email) if email else None,
        is_active=bool(user.get("active_flag")) and not user.get("is_deleted"),
        is_queue=False,
    )


def time_zones(client: PipedriveClient) -> TimeZones:
    """Each user's; the account has none of its own."""
    users = client.rows("list users", "/v1/users")
    zones = {str(user["id"]): str(user["timezone_name"]) for user in users if _has_zone(user)}
    return TimeZones(account=None, owners=zones)


def _has_zone(user: Json) -> bool:
    return bool(user.get("timezone_name"))


def resolve_unowned(
    client: PipedriveClient, intake: Intake, source: str
) -> frozenset[CrmOwnerId | None]:
    """
    Find the ids of the users that the intake names. None stays None, and asks nothing.

    Raises ContractError naming those the account does not have.
    """

    def ids(_: Sequence[str]) -> dict[str, list[CrmOwnerId]]:
        known: dict[str, list[CrmOwnerId]] = {}
        for owner in owners(client):
            for name in {owner.name.lower(), (owner.email or owner.name).lower()}:
                known.setdefault(name, []).append(CrmOwnerId(owner.crm_id))
        return known

    remedy = "Write a user's full name or e-mail: there are no queues, and no lead is nobody's"
    lacks = "the account has no such user"
    return unowned_by(intake, source, ids, crm=NAME, lacks=lacks, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """
    A lead is work until it is archived, or becomes a deal.

    Either takes it out of the list of leads, so that two more lists are asked: of archived leads
    the newest, and of deals those that were leads.
    """

    client: PipedriveClient
    settings: PipedriveSettings
    now: Callable[[], datetime]

    def since(self, cursor: Cursor | None) -> Iterator[WorkPage]:
        begun = self.now()
        place = place_of(cursor, self.settings, begun)
        for items in self._lists(whole_second(place.begin), with_ended=cursor is not None):
            newest = max(item.changed_at for item in items if item.changed_at)
            # What one list tells while another is read must not hide what that one has since.
            yield WorkPage(changes=tuple(items), resume_from=place.reached(min(newest, begun)))
        if place.settles():
            yield WorkPage(changes=(), resume_from=place.cursor)

    def _lists(self, start: datetime, *, with_ended: bool) -> Iterator[list[WorkItem]]:
        if with_ended:
            ended = sorted([*self._archived(start), *self._converted(start)], key=_when)
            if ended:
                yield ended
        changes = LeadChanges(self.client, "read workload", self.settings.page_size)
        for found in changes.since(start):
            yield [_work(lead, is_open=not lead.get("is_archived")) for lead in found]

    def _archived(self, start: datetime) -> Iterator[WorkItem]:
        """Newest first, as this list knows no `updated_since`: until they are too old."""
        operation, at, is_more = "read archived leads", 0, True
        while is_more:
            body = self.client.get(
                operation,
                "/v1/leads/archived",
                sort="update_time DESC",
                start=str(at),
                limit=str(self.settings.page_size),
            )
            page = rows_of(body, operation)
            fresh = [lead for lead in page if changed_at(lead) >= start]
            yield from (_work(lead, is_open=False) for lead in fresh)
            at, is_more = at + len(page), bool(page) and len(fresh) == len(page) and has_more(body)

    def _converted(self, start: datetime) -> Iterator[WorkItem]:
        for deal in deals_of_leads(self.client, start, self.settings.page_size):
            yield WorkItem(
                crm=NAME,
                record_id=str(deal["source_lead_id"]),
                owner=owner_of(deal),
                is_open=False,
                changed_at=moment(str(deal["add_time"])),
            )


def deals_of_leads(client: PipedriveClient, start: datetime, page_size: int) -> Iterator[Json]:
    """Yield deals that were leads, oldest change first."""
    pages = client.pages(
        "read deals",
        "deals",
        updated_since=since_text(start),
        sort_by="update_time",
        sort_direction="asc",
        limit=str(page_size),
    )
    for page in pages:
        yield from (deal for deal in page if deal.get("source_lead_id"))


def _work(lead: Json, *, is_open: bool) -> WorkItem:
    return WorkItem(
        crm=NAME,
        record_id=str(lead["id"]),
        owner=owner_of(lead),
        is_open=is_open,
        changed_at=changed_at(lead),
    )


def _when(item: WorkItem) -> tuple[str, str]:
    return (stamp(item.changed_at) if item.changed_at else "", item.record_id)


def inactive(found: Sequence[CrmOwner], owner: CrmOwnerId) -> bool:
    """Whether nobody active has this id."""
    return not any(each.crm_id == owner and each.is_active for each in found)
