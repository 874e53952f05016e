"""A business on LinkedIn, in memory: its accounts and pages, their forms, campaigns and leads."""

import random
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.app import Ground
from sandbox.linkedin.errors import not_found
from sandbox.linkedin.quota import DailyQuota
from sandbox.linkedin.records import ORGANIZATION, Campaign, Form, Lead, Node, Owner
from sandbox.linkedin.webhooks import Subscription
from sandbox.whose import Whose, unknown

RETENTION = timedelta(days=365)
TOKEN, REFRESH_TOKEN = "sandbox-linkedin-token", "sandbox-linkedin-refresh-token"
CLIENT_ID, CLIENT_SECRET = "sandbox-linkedin-client", "sandbox-linkedin-secret"


class LinkedInBusiness:
    """
    Thread-safe. Switches:

    `denied`: URNs of owners this token may not read. `is_unordered`: leads come in no order; else
    the newest first. `tells_total`: paging has a total. `decorates`: `form:(...)` is obeyed.
    `meanwhile` is called once, as soon as a page of leads is on its way: somebody withdraws one.
    `quota.limit`: calls a day to each endpoint. `oldest_version`: older ones are no longer active.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.lock = threading.RLock()
        self.owners: dict[str, Owner] = {}
        self.forms: dict[int, Form] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.leads: dict[str, Lead] = {}
        self.subscriptions: dict[int, Subscription] = {}
        self.tokens = {TOKEN}
        self.revoked: set[str] = set()
        self.expired: set[str] = set()
        self.denied: set[str] = set()
        self.quota = DailyQuota()
        self.whose: Whose = unknown
        self.is_unordered = False
        self.tells_total = True
        self.decorates = True
        self.oldest_version = "202512"
        self.meanwhile: Callable[[], object] | None = None
        self.shuffler = random.Random("linkedin order")
        self._ids = random.Random("linkedin ids")

    def add_owner(self, kind: str, owner_id: str, name: str) -> Owner:
        owner = Owner(kind=kind, id=owner_id, name=name)
        with self.lock:
            self.owners[owner.urn] = owner
        return owner

    def add_campaign(self, campaign_id: str, name: str) -> None:
        with self.lock:
            self.campaigns[campaign_id] = Campaign(id=campaign_id, name=name)

    def add_form(
        self,
        owner: str,
        form_id: int,
        name: str,
        questions: Sequence[Mapping[str, Any]],
        *,
        locale: str = "en_US",
        hidden: Mapping[str, str] | None = None,
        consents: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """`owner` is a URN. The questions are as the API shows them."""
        if owner not in self.owners:
            raise ValueError(f"form {form_id}: there is no owner {owner}; add it first")
        with self.lock:
            self.forms[form_id] = Form(
                id=form_id,
                owner=self.owners[owner],
                name=name,
                locale=locale,
                created=self.ground.clock.now(),
                questions=tuple(questions),
                hidden=tuple({"name": n, "value": v} for n, v in (hidden or {}).items()),
                consents=tuple(consents),
            )

    def add_lead(
        self,
        form_id: int,
        answers: Mapping[int, str | Sequence[int]],
        *,
        created: datetime | None = None,
        campaign_id: str | None = None,
        consents: Mapping[int, bool] | None = None,
        lead_type: str = "",
        is_test: bool = False,
    ) -> str:
        """One filled-in form; `answers` has a text, or ids of options, by the question's id."""
        form = self.forms[form_id]
        usual = "COMPANY" if form.owner.kind == ORGANIZATION else "SPONSORED"
        lead = Lead(
            id=self._new_id(),
            form=form,
            lead_type=lead_type or usual,
            submitted=created or self.ground.clock.now(),
            answers=tuple(_answer(key, given) for key, given in answers.items()),
            consents=tuple(
                {"consentId": key, "accepted": given} for key, given in (consents or {}).items()
            ),
            campaign=self.campaigns[campaign_id] if campaign_id else None,
            is_test=is_test,
        )
        with self.lock:
            self.leads[lead.id] = lead
        by = "test" if is_test else "world"
        self.ground.log("created", "leadFormResponses", (lead.id,), by=by)
        return lead.id

    def person_deletes(self, lead_id: str) -> Lead:
        """The member withdraws it: it is gone from every list at once."""
        with self.lock:
            lead = self.leads.pop(lead_id)
        self.ground.log("person", "leadFormResponses", (lead_id,), deleted=True)
        return lead

    def leads_of(self, owner: Owner, lead_type: str, start: int, end: int) -> list[Lead]:
        """Those submitted from `start` until before `end` (ms), newest first or in no order."""
        since = self.ground.clock.now() - RETENTION
        found = [
            lead
            for lead in reversed(self.leads.values())
            if lead.form.owner == owner
            and lead.lead_type == lead_type
            and lead.submitted >= since
            and start <= lead.submitted.timestamp() * 1000 < end
        ]
        if self.is_unordered:
            return sorted(found, key=lambda lead: lead.id)
        return sorted(found, key=lambda lead: lead.submitted, reverse=True)

    def live_lead(self, lead_id: str) -> Lead | None:
        lead = self.leads.get(lead_id)
        is_old = lead and lead.submitted < self.ground.clock.now() - RETENTION
        return None if is_old else lead

    def subscribe(self, webhook: str, owner: Owner, lead_type: str) -> int:
        """Answer the subscription's id; the webhook has passed its challenge."""
        with self.lock:
            number = 1 + max(self.subscriptions, default=0)
            self.subscriptions[number] = Subscription(
                id=number, webhook=webhook, owner=owner, lead_type=lead_type
            )
        return number

    def unsubscribe(self, number: str) -> Node | None:
        """Raises LinkedInError when there is no such subscription; the answer has no body."""
        if not number.isdecimal() or self.subscriptions.pop(int(number), None) is None:
            raise not_found("leadNotifications")
        return None

    def new_token(self) -> str:
        with self.lock:
            token = f"{TOKEN}-{len(self.tokens) + 1}"
            self.tokens.add(token)
        return token

    def _new_id(self) -> str:
        with self.lock:
            drawn = uuid.UUID(int=self._ids.getrandbits(128), version=4)
            return f"{drawn}-{self._ids.randint(2, 9)}"


def _answer(question_id: int, given: str | Sequence[int]) -> dict[str, Any]:
    if isinstance(given, str):
        details: dict[str, Any] = {"textQuestionAnswer": {"answer": given}}
    else:
        details = {"multipleChoiceAnswer": {"options": list(given)}}
    return {"questionId": question_id, "answerDetails": details}
