"""The resources that can be asked for, and what may be done with each of their fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LEAD = "lead_form_submission_data"


class Kind(StrEnum):
    """How a field compares."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    FLAG = "flag"
    MESSAGES = "messages"  # repeated objects: neither compared nor sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    kind: Kind
    sortable: bool

    @property
    def filterable(self) -> bool:
        return self.kind is not Kind.MESSAGES

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands in an answer, which has camelCase names."""
        return tuple(camel(part) for part in self.name.split("."))


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


# Of a lead only these two can be sorted by: the reference says so of each field.
_TABLE = f"""
{LEAD} resource_name:text id:text+ asset:text campaign:text ad_group:text ad_group_ad:text
{LEAD} gclid:text submission_date_time:moment+
{LEAD} lead_form_submission_fields:messages custom_lead_form_submission_fields:messages
campaign resource_name:text id:number+ name:text+ status:text+
asset resource_name:text id:number+ name:text+ type:text+
ad_group resource_name:text id:number+ name:text+
customer resource_name:text id:number+ descriptive_name:text+ time_zone:text+ manager:flag+
customer currency_code:text+ status:text+
"""


def _read(table: str) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for line in table.strip().splitlines():
        resource, *columns = line.split()
        for column in columns:
            name, _, kind = column.partition(":")
            full = f"{resource}.{name}"
            fields[full] = Field(
                name=full, kind=Kind(kind.rstrip("+")), sortable=kind.endswith("+")
            )
    return fields


FIELDS: Mapping[str, Field] = _read(_TABLE)
SELECTABLE_WITH: Mapping[str, frozenset[str]] = {
    LEAD: frozenset({LEAD, "ad_group", "asset", "campaign", "customer"}),
    "campaign": frozenset({"campaign", "customer"}),
    "asset": frozenset({"asset", "customer"}),
    "customer": frozenset({"customer"}),
}
"""The resource of FROM, and those whose fields may stand beside its own."""
