"""The Lead: the 54 fields of a recorded describe, and those an org adds."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sandbox.salesforce.schema import Column, Entity, read_columns

_FIELDS = """
Id                     id              --F-SGD Lead ID
IsDeleted              boolean         --F-SGD Deleted
MasterRecordId         reference       --FNSG- Master Record ID -> MasterRecord: Lead
LastName               string(80)      CUF-SG- Last Name
FirstName              string(40)      CUFNSG- First Name
Salutation             picklist(40)    CUFNSG- Salutation
Name                   string(121)     --F-SG- Full Name
Title                  string(128)     CUFNSG- Title
Company                string(255)     CUF-SG- Company
Street                 textarea(255)   CUFNSG- Street
City                   string(40)      CUFNSG- City
State                  string(80)      CUFNSG- State/Province
PostalCode             string(20)      CUFNSG- Zip/Postal Code
Country                string(80)      CUFNSG- Country
Latitude               double(18,15)   CUFNS-- Latitude
Longitude              double(18,15)   CUFNS-- Longitude
GeocodeAccuracy        picklist(40)    CUFNSG- Geocode Accuracy
Address                address         --FN--- Address
Phone                  phone(40)       CUFNSG- Phone
MobilePhone            phone(40)       CUFNSG- Mobile Phone
Fax                    phone(40)       CUFNSG- Fax
Email                  email(80)       CUFNSG- Email
Website                url(255)        CUFNSG- Website
PhotoUrl               url(255)        --FNSG- Photo URL
Description            textarea(32000) CU-N--- Description
LeadSource             picklist(255)   CUFNSG- Lead Source
Status                 picklist(255)   CUF-SGD Status
Industry               picklist(255)   CUFNSG- Industry
Rating                 picklist(255)   CUFNSG- Rating
AnnualRevenue          currency(18)    CUFNS-- Annual Revenue
NumberOfEmployees      int(8)          CUFNSG- Employees
OwnerId                reference       CUF-SGD Owner ID -> Owner: Group, User
IsConverted            boolean         C-F-SGD Converted
ConvertedDate          date            --FNSG- Converted Date
ConvertedAccountId     reference       --FNSG- Converted Account ID -> ConvertedAccount: Account
ConvertedContactId     reference       --FNSG- Converted Contact ID -> ConvertedContact: Contact
ConvertedOpportunityId reference       --FNSG- Converted Opportunity ID -> ConvertedOpportunity: Opportunity
IsUnreadByOwner        boolean         CUF-SGD Unread By Owner
CreatedDate            datetime        --F-S-D Created Date
CreatedById            reference       --F-SGD Created By ID -> CreatedBy: User
LastModifiedDate       datetime        --F-S-D Last Modified Date
LastModifiedById       reference       --F-SGD Last Modified By ID -> LastModifiedBy: User
SystemModstamp         datetime        --F-S-D System Modstamp
LastActivityDate       date            --FNSG- Last Activity
LastViewedDate         datetime        --FNS-- Last Viewed Date
LastReferencedDate     datetime        --FNS-- Last Referenced Date
Jigsaw                 string(20)      CUFNSG- Data.com Key
JigsawContactId        string(20)      --FNSG- Jigsaw Contact ID -> JigsawContact: JigsawContact
CleanStatus            picklist(40)    CUFNSG- Clean Status
CompanyDunsNumber      string(9)       CUFNSG- Company D-U-N-S Number
DandbCompanyId         reference       CUFNSG- D&B Company ID -> DandbCompany: DandBCompany
EmailBouncedReason     string(255)     -UFNSG- Email Bounced Reason
EmailBouncedDate       datetime        -UFNS-- Email Bounced Date
IndividualId           reference       CUFNSG- Individual ID -> Individual: Individual
"""  # noqa: E501 - one line a field is what makes the table readable

_CHOICES = """
Salutation: Mr.|Ms.|Mrs.|Dr.|Prof.|Mx.
LeadSource: Web|Phone Inquiry|Partner Referral|Purchased List|Other
Status: Open - Not Contacted|Working - Contacted|Closed - Converted|Closed - Not Converted
Industry: Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities|Other
Rating: Hot|Warm|Cold
GeocodeAccuracy: Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown
CleanStatus: Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped
"""  # noqa: E501 - one line a picklist

_CHANGES: Mapping[str, Mapping[str, Any]] = {
    "IsDeleted": {"default": False},
    "IsConverted": {"default": False},
    "IsUnreadByOwner": {"default": False},
    "JigsawContactId": {"refers_to": ()},
    "Status": {"default": "Open - Not Contacted"},
    "GeocodeAccuracy": {"restricted": True},
    "CleanStatus": {"restricted": True},
}

CONVERTED_STATUS = "Closed - Converted"
NAME_PARTS = ("FirstName", "LastName")
ADDRESS_PARTS = (
    "City",
    "Country",
    "GeocodeAccuracy",
    "Latitude",
    "Longitude",
    "PostalCode",
    "State",
    "Street",
)

STANDARD_CUSTOM: Mapping[str, str] = {
    "Product_Interest__c": "picklist",
    "Routing_Reason__c": "string",
    "Routing_Rule__c": "string",
    "Routing_Method__c": "string",
    "Firsttouch_Id__c": "string unique external_id",
    "Company_Size__c": "string(40)",
    "Firsttouch_Source__c": "string(40)",
    "Firsttouch_Channel__c": "string(80)",
    "Firsttouch_Campaign__c": "string",
    "Firsttouch_Form__c": "string",
    "Firsttouch_Click_Id__c": "string",
    "Firsttouch_Consent__c": "string(10)",
}
"""What an admin adds to an org before the product is switched on."""

_CUSTOM_SIZE = {"int": 18, "double": 18, "currency": 18, "percent": 18, "textarea": 32000}
_ALIASES = {"number": "double", "text": "string", "checkbox": "boolean"}
_UNGROUPED = frozenset({"double", "currency", "percent", "datetime"})


_CODES = """
CountryCode picklist(10) CUFNSG- Country Code
StateCode   picklist(10) CUFNSG- State/Province Code
"""
_COUNTRIES = {"DE": "Germany", "ES": "Spain", "FR": "France", "GB": "UK", "US": "United States"}
_STATES = {"CA": "California", "NY": "New York", "TX": "Texas"}
"""What an admin has switched on of the lists, and renamed; a code is not told of a label."""


def lead_entity(custom_fields: Mapping[str, str], *, place_picklists: bool = False) -> Entity:
    """
    Describe this org's Lead. `place_picklists`: state and country picklists are switched on.

    A custom field's type may carry a length and the words `unique` and `external_id`:
    `"string(40) unique external_id"`.
    """
    columns = dict(_standard_columns())
    if place_picklists:
        columns |= _listed_places(columns)
    for name, kind in {**STANDARD_CUSTOM, **custom_fields}.items():
        columns[name] = custom_column(name, kind)
    children = (
        ("CampaignMember", "LeadId", "CampaignMembers"),
        ("Event", "WhoId", "Events"),
        ("LeadFeed", "ParentId", "Feeds"),
        ("LeadHistory", "LeadId", "Histories"),
        ("LeadShare", "LeadId", "Shares"),
        ("OutgoingEmail", "WhoId", None),
        ("Task", "WhoId", "Tasks"),
    )
    return Entity(
        name="Lead",
        label="Lead",
        plural="Leads",
        prefix="00Q",
        columns=columns,
        createable=True,
        updateable=True,
        deletable=True,
        children=children,
    )


def custom_column(name: str, kind: str) -> Column:
    if not name.endswith("__c"):
        raise ValueError(f"custom field {name!r}: an API name ends with __c")
    first, *words = kind.split()
    base, _, size = first.rstrip(")").partition("(")
    base = _ALIASES.get(base, base)
    is_long = base == "textarea"
    flags = ("CU-N---" if is_long else "CUFNS--") if base in _UNGROUPED or is_long else "CUFNSG-"
    if base == "boolean":
        flags = "CUF-SGD"
    line = f"{name} {base}({size or _CUSTOM_SIZE.get(base, 255)}) {flags} {_label(name)}"
    changes: dict[str, Any] = {"unique": "unique" in words, "external_id": "external_id" in words}
    if base == "boolean":
        changes["default"] = False
    return read_columns(line, **{name: changes})[name]


def _listed_places(columns: Mapping[str, Column]) -> dict[str, Column]:
    lists = {"Country": _COUNTRIES, "State": _STATES}
    coded = {
        f"{name}Code": {"choices": tuple(listed), "restricted": True}
        for name, listed in lists.items()
    }
    named = {
        name: replace(columns[name], labels=tuple(listed.values()))
        for name, listed in lists.items()
    }
    return {**named, **read_columns(_CODES, **coded)}


@cache
def _standard_columns() -> Mapping[str, Column]:
    return read_columns(_FIELDS, **_changes())


def _changes() -> dict[str, dict[str, Any]]:
    changes = {name: dict(change) for name, change in _CHANGES.items()}
    for line in _CHOICES.strip().splitlines():
        name, _, words = line.partition(": ")
        changes.setdefault(name, {})["choices"] = tuple(words.split("|"))
    return changes


def _label(name: str) -> str:
    return name.removesuffix("__c").replace("_", " ")
