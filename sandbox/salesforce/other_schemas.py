"""The objects around the Lead, with the fields the sandbox keeps of each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.salesforce.lead_schema import custom_column
from sandbox.salesforce.schema import Entity, read_columns

_AUDIT = """
CreatedDate      datetime  --F-S-D Created Date
CreatedById      reference --F-SGD Created By ID -> CreatedBy: User
LastModifiedDate datetime  --F-S-D Last Modified Date
LastModifiedById reference --F-SGD Last Modified By ID -> LastModifiedBy: User
SystemModstamp   datetime  --F-S-D System Modstamp
"""

_USER = """
Id                id          --F-SGD User ID
Username          string(80)  CUF-SG- Username
LastName          string(80)  CUF-SG- Last Name
FirstName         string(40)  CUFNSG- First Name
Name              string(121) --F-SG- Full Name
Title             string(80)  CUFNSG- Title
Department        string(80)  CUFNSG- Department
Email             email(128)  CUF-SG- Email
Alias             string(8)   CUF-SG- Alias
IsActive          boolean     CUF-SGD Active
TimeZoneSidKey    picklist(40) CUF-SG- Time Zone
UserRoleId        reference   CUFNSG- Role ID -> UserRole: UserRole
ProfileId         reference   CUF-SG- Profile ID -> Profile: Profile
UserType          picklist(40) --FNSG- User Type
LanguageLocaleKey picklist(40) CUF-SG- Language
ManagerId         reference   CUFNSG- Manager ID -> Manager: User
LastLoginDate     datetime    --FNS-- Last Login
"""

_GROUP = """
Id            id          --F-SGD Group ID
Name          string(40)  CUF-SG- Name
DeveloperName string(80)  CUFNSG- Developer Name
RelatedId     reference   --FNSG- Related ID -> Related: User, UserRole
Type          picklist(40) C-F-SG- Type
Email         email(255)  CUFNSG- Email
OwnerId       reference   --F-SG- Owner ID -> Owner: Organization, User
"""

_QUEUE = """
Id          id           --F-SGD Queue Sobject ID
QueueId     reference    C-F-SG- Group ID -> Queue: Group
SobjectType picklist(40) C-F-SG- Sobject Type
CreatedById reference    --F-SGD Created By ID -> CreatedBy: User
SystemModstamp datetime  --F-S-D System Modstamp
"""

_TASK = """
Id                id              --F-SGD Activity ID
WhoId             reference       CUFNSG- Name ID -> Who: Contact, Lead
WhatId            reference       CUFNSG- Related To ID -> What: Account, Opportunity
Subject           combobox(255)   CUFNSG- Subject
ActivityDate      date            CUFNSG- Due Date Only
Status            picklist(255)   CUF-SGD Status
Priority          picklist(255)   CUF-SGD Priority
OwnerId           reference       CUF-SGD Assigned To ID -> Owner: Group, User
Description       textarea(32000) CU-N--- Description
TaskSubtype       picklist(40)    C-FNSG- Task Subtype
IsClosed          boolean         --F-SGD Closed
IsDeleted         boolean         --F-SGD Deleted
IsReminderSet     boolean         CUF-SGD Reminder Set
ReminderDateTime  datetime        CUFNS-- Reminder Date/Time
CompletedDateTime datetime        CUFNS-- Completed Date
"""

_EVENT = """
Id                id              --F-SGD Activity ID
WhoId             reference       CUFNSG- Name ID -> Who: Contact, Lead
WhatId            reference       CUFNSG- Related To ID -> What: Account, Opportunity
Subject           combobox(255)   CUFNSG- Subject
StartDateTime     datetime        CUFNS-- Start Date Time
EndDateTime       datetime        CUFNS-- End Date Time
OwnerId           reference       CUF-SGD Assigned To ID -> Owner: User
IsDeleted         boolean         --F-SGD Deleted
"""

_OPPORTUNITY = """
Id                  id            --F-SGD Opportunity ID
IsDeleted           boolean       --F-SGD Deleted
AccountId           reference     CUFNSG- Account ID -> Account: Account
Name                string(120)   CUF-SG- Name
StageName           picklist(255) CUF-SG- Stage
Amount              currency(18)  CUFNS-- Amount
CloseDate           date          CUF-SG- Close Date
IsClosed            boolean       --F-SGD Closed
IsWon               boolean       --F-SGD Won
OwnerId             reference     CUF-SGD Owner ID -> Owner: User
"""

_ACCOUNT = """
Id             id          --F-SGD Account ID
IsDeleted      boolean     --F-SGD Deleted
Name           string(255) CUF-SG- Account Name
Website        url(255)    CUFNSG- Website
Phone          phone(40)   CUFNSG- Account Phone
Industry       picklist(255) CUFNSG- Industry
BillingCountry string(80)  CUFNSG- Billing Country
OwnerId        reference   CUF-SGD Owner ID -> Owner: User
"""

_CONTACT = """
Id             id          --F-SGD Contact ID
IsDeleted      boolean     --F-SGD Deleted
AccountId      reference   CUFNSG- Account ID -> Account: Account
LastName       string(80)  CUF-SG- Last Name
FirstName      string(40)  CUFNSG- First Name
Name           string(121) --F-SG- Full Name
Email          email(80)   CUFNSG- Email
Phone          phone(40)   CUFNSG- Business Phone
MobilePhone    phone(40)   CUFNSG- Mobile Phone
MailingCountry string(80)  CUFNSG- Mailing Country
MailingState   string(80)  CUFNSG- Mailing State/Province
OwnerId        reference   CUF-SGD Owner ID -> Owner: User
"""

_HISTORY = """
Id          id           --F-SGD History ID
IsDeleted   boolean      --F-SGD Deleted
LeadId      reference    --F-SG- Lead ID -> Lead: Lead
CreatedById reference    --F-SGD Created By ID -> CreatedBy: User
CreatedDate datetime     --F-S-D Created Date
Field       picklist(255) --F-SG- Changed Field
DataType    picklist(40) --FNSG- Datatype
OldValue    anyType      ---N--- Old Value
NewValue    anyType      ---N--- New Value
"""

_ORGANIZATION = """
Id                  id           --F-SGD Organization ID
Name                string(80)   -UF-SG- Name
OrganizationType    picklist(40) --FNSG- Edition
InstanceName        string(5)    --FNSG- Instance Name
IsSandbox           boolean      --F-SGD Is Sandbox
TimeZoneSidKey      picklist(40) -UF-SG- Time Zone
LanguageLocaleKey   picklist(40) -UF-SG- Language
DefaultLocaleSidKey picklist(40) -UF-SG- Locale
"""

_ASSIGNMENT_RULE = """
Id          id            --F-SGD Assignment Rule ID
Name        string(120)   --FNSG- Name
SobjectType picklist(40)  --FNSG- SObject Type
Active      boolean       --F-SGD Active
"""

_ACCESS = """
Id                id        --F-SGD ID
UserId            reference --F-SG- User ID -> User: User
RecordId          reference --F-SG- Record ID -> Record: Lead
HasReadAccess     boolean   --F-SGD Has Read Access
HasEditAccess     boolean   --F-SGD Has Edit Access
HasTransferAccess boolean   --F-SGD Has Transfer Access
"""

_NAME = """
Id        id          --F-SGD Name ID
Name      string(255) --FNSG- Name
FirstName string(40)  --FNSG- First Name
LastName  string(80)  --FNSG- Last Name
Type      picklist(40) --F-SG- Type
Email     email(80)   --FNSG- Email
IsActive  boolean     --F-SGD Active
Title     string(80)  --FNSG- Title
Username  string(80)  --FNSG- Username
"""


_CHILDREN: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    "Account": (
        ("Contact", "AccountId", "Contacts"),
        ("Event", "WhatId", "Events"),
        ("Opportunity", "AccountId", "Opportunities"),
        ("Task", "WhatId", "Tasks"),
    ),
    "Contact": (("Event", "WhoId", "Events"), ("Task", "WhoId", "Tasks")),
    "Opportunity": (("Event", "WhatId", "Events"), ("Task", "WhatId", "Tasks")),
}


def _read(
    name: str, label: str, prefix: str | None, table: str, *, writeable: bool = False
) -> Entity:
    changes: dict[str, dict[str, Any]] = {
        "Status": {"default": "Not Started"},
        "Priority": {"default": "Normal"},
        "IsReminderSet": {"default": False},
    }
    return Entity(
        name=name,
        label=label,
        plural=f"{label}s",
        prefix=prefix,
        columns=read_columns(table, **changes),
        createable=writeable,
        updateable=writeable,
        deletable=writeable,
        children=_CHILDREN.get(name, ()),
    )


OTHER_ENTITIES = (
    _read("User", "User", "005", _USER + _AUDIT),
    _read("Group", "Group", "00G", _GROUP + _AUDIT),
    _read("QueueSobject", "Queue Sobject", "03g", _QUEUE),
    _read("Task", "Task", "00T", _TASK + _AUDIT, writeable=True),
    _read("Event", "Event", "00U", _EVENT + _AUDIT),
    _read("Opportunity", "Opportunity", "006", _OPPORTUNITY + _AUDIT),
    _read("Account", "Account", "001", _ACCOUNT + _AUDIT),
    _read("Contact", "Contact", "003", _CONTACT + _AUDIT),
    _read("LeadHistory", "Lead History", "017", _HISTORY),
    _read("UserRecordAccess", "User Record Access", None, _ACCESS),
    _read("Organization", "Organization", "00D", _ORGANIZATION + _AUDIT),
    _read("AssignmentRule", "Assignment Rule", "01Q", _ASSIGNMENT_RULE + _AUDIT),
)


def other_entities(activity_fields: Mapping[str, str]) -> tuple[Entity, ...]:
    """Answer them with an admin's own fields on the activities, typed as a Lead's are."""
    added = {name: custom_column(name, kind) for name, kind in activity_fields.items()}
    return tuple(
        replace(entity, columns={**entity.columns, **added})
        if entity.name in {"Task", "Event"}
        else entity
        for entity in OTHER_ENTITIES
    )


NAME_ENTITY = _read("Name", "Name", None, _NAME)
"""What a reference that may lead to several objects is seen through: `Owner.Name`."""
