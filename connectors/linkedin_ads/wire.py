"""
Rest.li addresses, by hand: parentheses, colons and commas are structure and stand as they are.

A client library's `params=` would encode them, and LinkedIn would refuse the request.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

FIELDS = (
    "ownerInfo,associatedEntityInfo,leadMetadataInfo,owner,leadType,versionedLeadGenFormUrn,id,"
    "submittedAt,testLead,formResponse,form:(hiddenFields,creationLocale,name,id,content)"
)
LEAD_ID = re.compile(r"\w+(?:-\w+)*-\d+", re.ASCII)
"""As it is documented, a UUID and a number; the letters are not looked at."""

ACCOUNTS_SEARCH = "q=search&search=(status:(values:List(ACTIVE)),test:false)&fields=id,name,test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of leads that LinkedIn keeps: one owner's, of one type. `kind` as in its URN."""

    kind: str
    owner_id: str
    lead_type: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner_id}/{self.lead_type}"

    @property
    def owner(self) -> str:
        """The owner as a parameter: the URN inside it is encoded, once."""
        urn = quote(f"urn:li:{self.kind}:{self.owner_id}", safe="")
        return f"({self.kind}:{urn})"

    def leads_query(self, start: int, end: int) -> str:
        """Those submitted from `start` until before `end`, in milliseconds; tests too."""
        return (
            f"q=owner&owner={self.owner}&leadType=(leadType:{self.lead_type})"
            f"&limitedToTestLeads=false&submittedAtTimeRange=(start:{start},end:{end})"
            f"&fields={FIELDS}"
        )

    def forms_query(self) -> str:
        return f"q=owner&owner={self.owner}"
