"""How much each owner has in hand: open leads and, where asked for, open opportunities."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connectors.salesforce import paging
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME
from connectors.salesforce.settings import SalesforceSettings
from leads.record import Cursor, WorkItem, WorkKind, WorkPage

_BETWEEN = ";"
"""Between the places to resume: the leads' first, then the opportunities'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One object that takes up its owner's time. `open_only` is what a first reading asks for."""

    entity: str
    fields: tuple[str, ...]
    open_only: str
    is_over: Callable[[Row, tuple[str, ...]], bool]
    kind: WorkKind = WorkKind.LEAD


def _is_over(row: Row, closed: tuple[str, ...]) -> bool:
    return bool(row["IsConverted"] or row["IsDeleted"] or (row["Status"] or "").startswith(closed))


_STAMPS = ("Id", "OwnerId", "IsDeleted", "SystemModstamp")
_LEADS = _Work(
    entity="Lead",
    fields=(*_STAMPS, "Status", "IsConverted"),
    open_only="IsConverted = false",
    is_over=_is_over,
)
_OPPORTUNITIES = _Work(
    entity="Opportunity",
    fields=(*_STAMPS, "IsClosed"),
    open_only="IsClosed = false",
    is_over=lambda row, _: bool(row["IsClosed"] or row["IsDeleted"]),
    kind=WorkKind.OPPORTUNITY,
)


def changes(
    client: SalesforceClient, settings: SalesforceSettings, since: Cursor | None
) -> Iterator[WorkPage]:
    """
    Yield what changed, object by object; each page resumes all of them.

    What is deleted stays visible to queryAll, and so leaves its owner's count.
    """
    parts = (_LEADS, _OPPORTUNITIES) if settings.opportunities else (_LEADS,)
    told = (since or "").split(_BETWEEN)
    places = [*told, *[""] * len(parts)][: len(parts)]
    for number, work in enumerate(parts):
        for rows in _pages(client, settings, work, places[number]):
            places[number] = max(places[number], rows[-1]["SystemModstamp"])
            items = [_item(row, work, settings.closed_statuses) for row in rows]
            kept = items if since else [item for item in items if item.is_open]
            yield WorkPage(changes=tuple(kept), resume_from=Cursor(_BETWEEN.join(places)))


def _pages(
    client: SalesforceClient, settings: SalesforceSettings, work: _Work, place: str
) -> Iterator[list[Row]]:
    return paging.changes(
        client,
        "read workload",
        work.fields,
        conditions=() if place else (work.open_only,),
        since=paging.parse_cursor(Cursor(place)) if place else None,
        overlap=settings.overlap_seconds,
        page_size=settings.page_size,
        deleted=bool(place),
        entity=work.entity,
    )


def _item(row: Row, work: _Work, closed: tuple[str, ...]) -> WorkItem:
    return WorkItem(
        crm=NAME,
        record_id=row["Id"],
        owner=row["OwnerId"],
        is_open=not work.is_over(row, closed),
        kind=work.kind,
        changed_at=paging.read_stamp(row["SystemModstamp"]),
    )
