"""What all objects of one portal share: its clock, owners and limits, and a test's switches."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.app import Ground
from sandbox.hubspot.limits import RateLimits
from sandbox.hubspot.links import Links
from sandbox.hubspot.records import Owner

BatchFailure = Literal["recorded", "whole", "multi_status"]
PORTAL_ID = 44004400


@dataclass(kw_only=True)
class RecordList:
    """A list of contacts: by id, since when each is in it."""

    id: str
    name: str
    created: datetime
    members: dict[str, datetime] = field(default_factory=dict)
    deleted: datetime | None = None


@dataclass(eq=False)
class Account(ABC):
    """
    Thread-safe by `lock`. Switches:

    `batch_failure`: what one bad input does to a batch write. `whole`: the batch is refused.
    `multi_status`: the others are written and the answer is a 207. `recorded`, the default, is
    what recorded answers show: an unknown id gives a 207; an invalid value refuses the whole
    batch unless every input carries an `objectWriteTraceId`.
    `updates_by_email`: whether a batch update finds contacts by `idProperty: email`, as the
    reference says; a report of 2024 (hubspot-api-nodejs #548) had it refused as not unique.
    `refused_ids`: id to the code it is always refused with. `silent_ids`: ids that a batch update
    leaves out of its answer without a word. `search_lag`: seconds until a search sees a change,
    `search_lags` for one record by its id. `limits`: the rate limits. `meanwhile`: what people do
    right after each of the next batch reads. `missing_scopes`: what the token may not do, as the
    name of an object or of another part of a path. `access_tokens`: OAuth's, and when each ends.
    """

    ground: Ground
    lock: AbstractContextManager[bool] = field(default_factory=threading.RLock)
    owners: dict[str, Owner] = field(default_factory=dict)
    links: Links = field(default_factory=Links)
    limits: RateLimits = field(default_factory=RateLimits)
    search_lag: float = 0.0
    search_lags: dict[str, float] = field(default_factory=dict)
    batch_failure: BatchFailure = "recorded"
    updates_by_email: bool = True
    refused_ids: dict[str, str] = field(default_factory=dict)
    silent_ids: set[str] = field(default_factory=set)
    missing_scopes: set[str] = field(default_factory=set)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    access_tokens: dict[str, datetime] = field(default_factory=dict)
    lists: dict[str, RecordList] = field(default_factory=dict)
    _next_id: int = 101

    @abstractmethod
    def has_contact(self, record_id: str) -> bool:
        """Whether the portal has this contact, and it was not archived."""

    def new_id(self) -> str:
        # Ids of unequal length, as in a portal that has grown: text order is not number order.
        self._next_id += 50
        return str(self._next_id - 50)
