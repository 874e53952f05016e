"""A sandbox Google Ads: accounts under a manager, their campaigns, lead forms and leads."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.app import Ground
from sandbox.google.records import Campaign, Customer, Form, Lead
from sandbox.google.tokens import Tokens
from sandbox.whose import Whose, unknown

_TOKEN_LIFE = timedelta(hours=1)


class GoogleAdsAccounts:
    """
    Thread-safe. Switches:

    `retention`: how long a lead can be read. `with_offset`: whether submission times show one.
    `literals_in`: the time zone in which a query's literals are read; None is the account's own.
    `page_size`, `chunk_size`: rows in a page of search and in a chunk of searchStream.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.lock = threading.RLock()
        self.tokens = Tokens(_TOKEN_LIFE)
        self.customers: dict[str, Customer] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.forms: dict[str, Form] = {}
        self.leads: dict[str, Lead] = {}
        self.retention = timedelta(days=60)
        self.with_offset = True
        self.literals_in: str | None = None
        self.whose: Whose = unknown
        self.page_size, self.chunk_size = 1000, 100
        self._next_id = 4100770045213

    def add_customer(self, customer_id: str, name: str, **more: Any) -> None:
        """`more`: time_zone, manager_id, is_manager, is_enabled."""
        with self.lock:
            self.customers[customer_id] = Customer(
                id=customer_id, name=name, **{"time_zone": "UTC", **more}
            )

    def add_campaign(self, customer_id: str, campaign_id: str, name: str) -> None:
        with self.lock:
            self.campaigns[campaign_id] = Campaign(
                id=campaign_id, customer_id=customer_id, name=name
            )

    def add_form(self, customer_id: str, form_id: str, name: str) -> None:
        with self.lock:
            self.forms[form_id] = Form(id=form_id, customer_id=customer_id, name=name)

    def add_lead(
        self,
        form_id: str,
        campaign_id: str,
        fields: Sequence[tuple[str, str]],
        *,
        created: datetime | None = None,
        custom: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> str:
        """One submission; answers its id. `more`: ad_group_id, ad_id, gclid, extra."""
        if form_id not in self.forms or campaign_id not in self.campaigns:
            raise ValueError(f"there is no form {form_id} or no campaign {campaign_id}: add both")
        with self.lock:
            self._next_id += 1013
            lead = Lead(
                id=str(self._next_id),
                customer_id=self.forms[form_id].customer_id,
                form_id=form_id,
                campaign_id=campaign_id,
                submitted=(created or self.ground.clock.now()).replace(microsecond=0),
                fields=tuple((kind, value) for kind, value in fields),
                custom=tuple((question, value) for question, value in custom),
                **more,
            )
            self.leads[lead.id] = lead
        self.ground.log("created", "leads", (lead.id,), by="world")
        return lead.id

    def leads_of(self, customer_id: str) -> list[Lead]:
        """What can still be read, in no order that anybody may rely on."""
        since = self.ground.clock.now() - self.retention
        own = (lead for lead in self.leads.values() if lead.customer_id == customer_id)
        return sorted((lead for lead in own if lead.submitted >= since), key=lambda x: x.id[::-1])
