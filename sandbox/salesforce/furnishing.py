"""The records an org has besides its leads: itself, its people, its queues."""

from typing import Any

ORGANIZATION = "00DfT0000000001UAA"
FOUNDED = "2024-01-15T09:00:00.000+0000"


def organization() -> dict[str, Any]:
    return {
        "Id": ORGANIZATION,
        "Name": "Sandbox Ltd",
        "OrganizationType": "Enterprise Edition",
        "InstanceName": "SBX1",
        "IsSandbox": True,
        "TimeZoneSidKey": "GMT",
        "LanguageLocaleKey": "en_US",
        "DefaultLocaleSidKey": "en_US",
    }


def user(record_id: str, name: str, email: str, *, active: bool, zone: str) -> dict[str, Any]:
    first, _, last = name.rpartition(" ")
    return {
        "Id": record_id,
        "Name": name,
        "FirstName": first or None,
        "LastName": last,
        "Email": email,
        "Username": email,
        "Alias": last[:8].lower(),
        "IsActive": active,
        "TimeZoneSidKey": zone,
        "LanguageLocaleKey": "en_US",
        "UserType": "Standard",
    }


def queue(record_id: str, name: str) -> dict[str, Any]:
    return {
        "Id": record_id,
        "Name": name,
        "DeveloperName": name.replace(" ", "_"),
        "Type": "Queue",
        "OwnerId": ORGANIZATION,
    }


def completed_call(lead_id: str, owner: str, subject: str, when: str) -> dict[str, Any]:
    return {
        "WhoId": lead_id,
        "OwnerId": owner,
        "Subject": subject,
        "Status": "Completed",
        "Priority": "Normal",
        "TaskSubtype": "Call",
        "IsClosed": True,
        "IsDeleted": False,
        "IsReminderSet": False,
        "ActivityDate": when[:10],
        "CompletedDateTime": when,
    }
