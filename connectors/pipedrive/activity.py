"""First touches and outcomes: activities done on leads, and the deals that leads became."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from connectors.pipedrive.client import Json, PipedriveClient
from connectors.pipedrive.directory import deals_of_leads
from connectors.pipedrive.intake import owner_of
from connectors.pipedrive.mapping import changed_at, moment, since_text
from connectors.pipedrive.settings import PipedriveSettings
from leads.activity import Outcome, OutcomeKind, Touch, TouchKind

_KINDS: Mapping[str, TouchKind] = {
    "call": TouchKind.CALL,
    "email": TouchKind.EMAIL,
    "meeting": TouchKind.MEETING,
    "lunch": TouchKind.MEETING,
}


def touches(
    client: PipedriveClient, settings: PipedriveSettings, since: datetime
) -> Iterator[Touch]:
    """
    Yield the activities that were marked as done, by whom they are.

    E-mails sent from Pipedrive's own mailbox are no activities, and are not counted.
    """
    start = since - timedelta(seconds=settings.look_back_seconds)
    pages = client.pages(
        "read activities",
        "activities",
        done="true",
        updated_since=since_text(start),
        sort_by="update_time",
        sort_direction="asc",
        limit=str(settings.page_size),
    )
    for page in pages:
        yield from (_touch(each) for each in page if each.get("lead_id") and owner_of(each))


def outcomes(
    client: PipedriveClient, settings: PipedriveSettings, since: datetime
) -> Iterator[Outcome]:
    """A lead is converted when it becomes a deal, which is won or lost later."""
    start = since - timedelta(seconds=settings.look_back_seconds)
    for deal in deals_of_leads(client, start, settings.page_size):
        yield _outcome(deal, OutcomeKind.CONVERTED, "add_time")
        if deal.get("status") == "won":
            yield _outcome(deal, OutcomeKind.WON, "won_time")
        elif deal.get("status") == "lost":
            yield _outcome(deal, OutcomeKind.LOST, "lost_time")


def _touch(activity: Json) -> Touch:
    recorded = changed_at(activity)
    done = activity.get("marked_as_done_time")
    return Touch(
        record_id=str(activity["lead_id"]),
        at=moment(str(done)) if done else recorded,
        kind=_KINDS.get(str(activity.get("type")), TouchKind.TASK),
        evidence=f"activity:{activity['id']}",
        recorded_at=recorded,
        owner=owner_of(activity),
    )


def _outcome(deal: Json, kind: OutcomeKind, at: str) -> Outcome:
    recorded = changed_at(deal)
    amount = None if kind is OutcomeKind.CONVERTED else _decimal(deal.get("value"))
    return Outcome(
        record_id=str(deal["source_lead_id"]),
        at=moment(str(deal[at])) if deal.get(at) else recorded,
        kind=kind,
        evidence=str(deal["id"]),
        recorded_at=recorded,
        owner=owner_of(deal),
        amount=amount,
        currency=str(deal["currency"]) if amount is not None and deal.get("currency") else None,
    )


def _decimal(value: object) -> Decimal | None:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
