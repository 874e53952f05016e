"""Identifiers: one type for each, so that none can be passed where another belongs."""

from dataclasses import dataclass
from typing import NewType, Self

OwnerId = NewType("OwnerId", str)
"""An owner's id in our configuration: `ana`."""

CrmOwnerId = NewType("CrmOwnerId", str)
"""The same owner's id in one CRM: a Salesforce User or Group id, a HubSpot owner id."""

PoolName = NewType("PoolName", str)
RuleName = NewType("RuleName", str)
PolicyHash = NewType("PolicyHash", str)
RunId = NewType("RunId", str)


@dataclass(frozen=True, slots=True, order=True)
class LeadKey:
    """One record at one source; written `salesforce:00Qxx0000012345AAA`."""

    source: str
    source_id: str

    def __str__(self) -> str:
        return f"{self.source}:{self.source_id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `source:id`. Raises ValueError when there is no colon or a side is empty."""
        source, colon, source_id = text.partition(":")
        if not (colon and source and source_id):
            raise ValueError(
                f"{text!r} is not a lead key: write SOURCE:ID, as in salesforce:00Q..."
            )
        return cls(source, source_id)
