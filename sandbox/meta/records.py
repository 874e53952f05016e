"""Pages, forms, ads and leads as the business keeps them, and the fields each node has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Node = Mapping[str, Any]
"""All fields of an object that have a value; the Graph leaves out those that have none."""

_LEAD = (
    "ad_id ad_name adset_id adset_name campaign_id campaign_name created_time "
    "custom_disclaimer_responses field_data form_id home_listing id is_organic partner_name "
    "platform post post_submission_check_result retailer_item_id vehicle"
)
_FORM = (
    "allow_organic_lead block_display_for_non_targeted_viewer context_card created_time creator "
    "expired_leads_count follow_up_action_text follow_up_action_url id is_optimized_for_quality "
    "leads_count legal_content locale name organic_leads_count page page_id privacy_policy_url "
    "question_page_custom_headline questions status thank_you_page tracking_parameters"
)
LEAD_FIELDS = frozenset(_LEAD.split())
FORM_FIELDS = frozenset(_FORM.split())
PAGE_FIELDS = frozenset(("access_token", "category", "id", "name", "tasks"))
AD_FIELDS = frozenset(("adset_id", "campaign_id", "id", "name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    id: str
    name: str

    def node(self) -> Node:
        return {
            "access_token": "sandbox-meta-token",
            "category": "Software",
            "name": self.name,
            "id": self.id,
            "tasks": ["ADVERTISE", "ANALYZE", "MANAGE_LEADS"],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    id: str
    name: str
    adset_id: str
    adset_name: str
    campaign_id: str
    campaign_name: str

    def node(self) -> Node:
        return {
            "id": self.id,
            "name": self.name,
            "adset_id": self.adset_id,
            "campaign_id": self.campaign_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One answer to a form. `created` has whole seconds, so that ties are ordinary."""

    id: str
    form_id: str
    created: datetime
    field_data: tuple[Mapping[str, Any], ...]
    ad: Ad | None = None
    organic: bool = False
    is_test: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def node(self) -> Node:
        told: dict[str, Any] = {
            "created_time": stamp(self.created),
            "id": self.id,
            "form_id": self.form_id,
            "field_data": list(self.field_data),
            "is_organic": self.organic,
            "platform": "fb",
        }
        if self.ad:
            told |= {
                "ad_id": self.ad.id,
                "ad_name": self.ad.name,
                "adset_id": self.ad.adset_id,
                "adset_name": self.ad.adset_name,
                "campaign_id": self.ad.campaign_id,
                "campaign_name": self.ad.campaign_name,
            }
        return {**told, **self.extra}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    id: str
    page_id: str
    name: str
    locale: str
    created: datetime
    questions: tuple[Mapping[str, Any], ...]
    status: str = "ACTIVE"

    def node(self, leads_count: int, organic: int, expired: int) -> Node:
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "locale": self.locale,
            "created_time": stamp(self.created),
            "page_id": self.page_id,
            "leads_count": leads_count,
            "organic_leads_count": organic,
            "expired_leads_count": expired,
            "questions": [dict(question) for question in self.questions],
        }


def stamp(at: datetime) -> str:
    """The Graph's time: whole seconds and an offset without a colon."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
