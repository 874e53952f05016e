"""Accounts, campaigns, lead forms and leads, and how the API shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
"""One result, with every field that has a value; the API leaves out those that have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`manager_id`: the manager account it is reached through. A manager has no campaigns."""

    id: str
    name: str
    time_zone: str
    manager_id: str | None = None
    is_manager: bool = False
    is_enabled: bool = True

    def node(self) -> Row:
        return {
            "resourceName": f"customers/{self.id}",
            "id": self.id,
            "descriptiveName": self.name,
            "timeZone": self.time_zone,
            "currencyCode": "EUR",
            "manager": self.is_manager,
            "status": "ENABLED",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    id: str
    customer_id: str
    name: str

    def node(self) -> Row:
        name = f"customers/{self.customer_id}/campaigns/{self.id}"
        return {"resourceName": name, "id": self.id, "name": self.name, "status": "ENABLED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A lead form is an asset."""

    id: str
    customer_id: str
    name: str

    def node(self) -> Row:
        name = f"customers/{self.customer_id}/assets/{self.id}"
        return {"resourceName": name, "id": self.id, "name": self.name, "type": "LEAD_FORM"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """
    One submission. `submitted` has whole seconds, so that ties are ordinary.

    `fields`: standard and category questions by type; `custom`: by the question's text. A
    Performance Max campaign has an asset group instead of an ad group.
    """

    id: str
    customer_id: str
    form_id: str
    campaign_id: str
    submitted: datetime
    fields: tuple[tuple[str, str], ...]
    custom: tuple[tuple[str, str], ...] = ()
    ad_group_id: str | None = None
    ad_id: str | None = None
    gclid: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def node(self, time_zone: str, *, with_offset: bool) -> Row:
        here = f"customers/{self.customer_id}"
        told: dict[str, Any] = {
            "resourceName": f"{here}/leadFormSubmissionData/{self.id}",
            "id": self.id,
            "asset": f"{here}/assets/{self.form_id}",
            "campaign": f"{here}/campaigns/{self.campaign_id}",
            "submissionDateTime": stamp(self.submitted, time_zone, with_offset=with_offset),
            "leadFormSubmissionFields": [
                {"fieldType": kind, "fieldValue": value} for kind, value in self.fields
            ],
        }
        if self.custom:
            told["customLeadFormSubmissionFields"] = [
                {"questionText": question, "fieldValue": value} for question, value in self.custom
            ]
        if self.ad_group_id:
            told["adGroup"] = f"{here}/adGroups/{self.ad_group_id}"
        if self.ad_group_id and self.ad_id:
            told["adGroupAd"] = f"{here}/adGroupAds/{self.ad_group_id}~{self.ad_id}"
        if self.gclid:
            told["gclid"] = self.gclid
        return {**told, **self.extra}


def stamp(at: datetime, time_zone: str, *, with_offset: bool = True) -> str:
    """The API's time: the account's own, whole seconds, with an offset that has a colon."""
    text = at.astimezone(ZoneInfo(time_zone)).replace(microsecond=0).isoformat(" ")
    return text if with_offset else text[:19]
