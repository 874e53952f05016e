"""Owners, forms, campaigns and leads as LinkedIn keeps them, and how it shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Node = dict[str, Any]
ACCOUNT, ORGANIZATION = "sponsoredAccount", "organization"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """An ad account or a company page. `kind` is `sponsoredAccount` or `organization`."""

    kind: str
    id: str
    name: str

    @property
    def urn(self) -> str:
        return f"urn:li:{self.kind}:{self.id}"

    def as_json(self) -> Node:
        return {self.kind: self.urn}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    id: str
    name: str

    @property
    def urn(self) -> str:
        return f"urn:li:sponsoredCampaign:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`questions`, `hidden` and `consents` are as the API shows them."""

    id: int
    owner: Owner
    name: str
    locale: str
    created: datetime
    questions: tuple[Mapping[str, Any], ...]
    hidden: tuple[Mapping[str, str], ...] = ()
    consents: tuple[Mapping[str, Any], ...] = ()

    @property
    def versioned_urn(self) -> str:
        return f"urn:li:versionedLeadGenForm:(urn:li:leadGenForm:{self.id},1)"

    def node(self) -> Node:
        language, _, country = self.locale.partition("_")
        created = milliseconds(self.created)
        return {
            "reviewInfo": {
                "rejectionReasons": [],
                "lastUpdated": created,
                "reviewStatus": "APPROVED",
            },
            "owner": self.owner.as_json(),
            "hiddenFields": [dict(field) for field in self.hidden],
            "versionId": 1,
            "created": created,
            "creationLocale": {"country": country, "language": language},
            "name": self.name,
            "id": self.id,
            "lastModified": created,
            "state": "PUBLISHED",
            "content": {
                "questions": [dict(question) for question in self.questions],
                "description": {"localized": {self.locale: self.name}},
                "headline": {"localized": {self.locale: self.name}},
                "legalInfo": {
                    "consents": [dict(consent) for consent in self.consents],
                    "legalInfoId": self.id,
                    "privacyPolicyUrl": "https://www.example.com/privacy",
                },
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One answer to a form. `answers` are as the API shows them, in the form's order."""

    id: str
    form: Form
    lead_type: str
    submitted: datetime
    answers: tuple[Mapping[str, Any], ...]
    consents: tuple[Mapping[str, Any], ...] = ()
    campaign: Campaign | None = None
    is_test: bool = False

    @property
    def urn(self) -> str:
        return f"urn:li:leadGenFormResponse:{self.id}"

    def node(self, answers: Sequence[Mapping[str, Any]]) -> Node:
        """Everything there is to show, with the answers in the order given."""
        told: Node = {
            "owner": self.form.owner.as_json(),
            "ownerInfo": {f"{self.form.owner.kind}Info": {"name": self.form.owner.name}},
            "submitter": f"urn:li:person:{self.id[:10]}",
            "leadType": self.lead_type,
            "versionedLeadGenFormUrn": self.form.versioned_urn,
            "id": self.id,
            "submittedAt": milliseconds(self.submitted),
            "testLead": self.is_test,
            "formResponse": {
                "answers": [dict(answer) for answer in answers],
                "consentResponses": [dict(consent) for consent in self.consents],
            },
            "form": self.form.node(),
        }
        return {**told, **self._advertised()}

    def _advertised(self) -> Node:
        if self.campaign is None:
            return {}
        creative = f"urn:li:sponsoredCreative:{self.campaign.id}7"
        known = {"id": self.campaign.urn, "name": self.campaign.name, "type": "SPONSORED_UPDATES"}
        return {
            "leadMetadata": {"sponsoredLeadMetadata": {"campaign": self.campaign.urn}},
            "leadMetadataInfo": {"sponsoredLeadMetadataInfo": {"campaign": known}},
            "associatedEntity": {"associatedCreative": creative},
            "associatedEntityInfo": {"associatedCreative": {"id": creative}},
        }


def milliseconds(at: datetime) -> int:
    """Since 1970: the only form in which LinkedIn tells a time."""
    return round(at.timestamp() * 1000)


def question(
    form_id: int, number: int, text: str, locale: str, *, asks: str = "", name: str = ""
) -> Node:
    """
    One question of a form.

    `asks`: a predefinedField; or options, split by `|`, of a multiple choice; or nothing for free
    text. `name` is in the language of whoever made the form, which need not be the form's.
    """
    told: Node = {
        "questionId": int(f"{number}0{form_id}"),
        "question": {"localized": {locale: text}},
        "responseEditable": True,
        "responseRequired": True,
        "name": name or f"Custom question {number}",
        "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}},
    }
    if "|" in asks:
        options = [
            {"id": n, "text": {"localized": {locale: option}}}
            for n, option in enumerate(asks.split("|"))
        ]
        return {**told, "questionDetails": {"multipleChoiceQuestionDetails": {"options": options}}}
    return {**told, "predefinedField": asks} if asks else told
