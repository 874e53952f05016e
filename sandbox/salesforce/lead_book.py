"""How a lead comes to be and changes, whoever does it: its name, stamps and history follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.salesforce.lead_schema import NAME_PARTS
from sandbox.salesforce.records import Records, Row
from sandbox.salesforce.schema import Entity
from sandbox.salesforce.soql.dates import wire_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one row of LeadHistory says."""

    field: str
    kind: str | None = None
    old: str | None = None
    new: str | None = None


class LeadBook:
    """Writes leads into the records."""

    def __init__(
        self,
        entity: Entity,
        records: Records,
        now: Callable[[], datetime],
        name_of: Callable[[str], str | None],
    ) -> None:
        self._records, self._now, self._name_of = records, now, name_of
        columns = entity.columns.values()
        self._defaults = {c.name: c.default for c in columns if c.default is not None}

    def insert(self, fields: Mapping[str, Any], *, by: str, at: datetime | None = None) -> Row:
        when = wire_datetime(at or self._now())
        lead = {"OwnerId": by, **self._defaults, **audit(when, by), **fields}
        row = self._records.insert("Lead", {**lead, "Name": _full_name(lead)})
        self._remember(row["Id"], by, when, Change(field="created"))
        return row

    def change(self, lead_id: str, changes: Mapping[str, Any], *, by: str) -> Row:
        """Apply changes; the stamps move even when nothing else does."""
        old, now = self._records.of("Lead")[lead_id], wire_datetime(self._now())
        stamps = {"LastModifiedDate": now, "LastModifiedById": by, "SystemModstamp": now}
        name = _full_name({**old, **changes})
        row = self._records.change("Lead", lead_id, {**changes, **stamps, "Name": name})
        for change in self._told(old, row):
            self._remember(lead_id, by, now, change)
        return row

    def _told(self, old: Row, new: Row) -> list[Change]:
        told = []
        was, now_is = old["OwnerId"], new["OwnerId"]
        if was != now_is:
            # One change of owner leaves two rows: the names, and the ids.
            names = self._name_of(was), self._name_of(now_is)
            told.append(Change(field="Owner", kind="Text", old=names[0], new=names[1]))
            told.append(Change(field="Owner", kind="EntityId", old=was, new=now_is))
        if old["Status"] != new["Status"]:
            told.append(
                Change(field="Status", kind="DynamicEnum", old=old["Status"], new=new["Status"])
            )
        if new["IsConverted"] and not old["IsConverted"]:
            told.append(Change(field="leadConverted"))
        return told

    def _remember(self, lead_id: str, by: str, when: str, change: Change) -> None:
        self._records.insert(
            "LeadHistory",
            {
                "LeadId": lead_id,
                "Field": change.field,
                "DataType": change.kind,
                "OldValue": change.old,
                "NewValue": change.new,
                "CreatedById": by,
                "CreatedDate": when,
                "IsDeleted": False,
            },
        )


def audit(when: str, by: str) -> dict[str, str]:
    """Answer the five system fields of a record made at `when`."""
    return {
        "CreatedDate": when,
        "CreatedById": by,
        "LastModifiedDate": when,
        "LastModifiedById": by,
        "SystemModstamp": when,
    }


def _full_name(lead: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (lead.get(part) for part in NAME_PARTS)))
