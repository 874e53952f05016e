"""What is the same of every CRM: its records as leads, its intake, who counts as nobody there."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Protocol

from connectors.http import Caller
from connectors.malformed import is_malformed, refuse_malformed
from connectors.setup import SourceSetup
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.record import AccountPage, Cursor, PeoplePage, RawRecord


class CrmClient(Protocol):
    """What talks to the CRM."""

    @property
    def caller(self) -> Caller: ...
    def close(self) -> None: ...


class CrmMirror(Protocol):
    """What reads of a CRM what matching keeps of it."""

    def accounts(self, since: Cursor | None) -> Iterator[AccountPage]: ...
    def people(self, since: Cursor | None) -> Iterator[PeoplePage]: ...


def lead_key(text: object) -> LeadKey | None:
    """Read what our own field of a created record holds: whatever else people write there."""
    try:
        return LeadKey.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None


class CrmRecords(ABC):
    """A part of a CRM's connector, which says in `_`-methods what only it knows."""

    _mirror: CrmMirror

    def __init__(self, setup: SourceSetup, client: CrmClient) -> None:
        self.name = setup.name
        self._setup, self._asked = setup, client
        self._unowned: frozenset[CrmOwnerId | None] | None = None
        self._lock = threading.Lock()

    @abstractmethod
    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]: ...

    @abstractmethod
    def _why_not(self, raw: RawRecord) -> str | None:
        """Answer why a record in its right shape is outside the intake; None: it is inside."""

    @abstractmethod
    def _handed_back(self, raw: RawRecord) -> str | None: ...

    @abstractmethod
    def _resolve_unowned(self) -> frozenset[CrmOwnerId | None]:
        """Ask the CRM for the ids of the owners that the intake names."""

    def normalise(self, raw: RawRecord) -> Lead:
        refuse_malformed(raw)
        key = LeadKey(self.name, raw.source_id)
        return lead_from(key, self.text_of(raw), self._setup.vocabulary)

    def is_intake(self, raw: RawRecord) -> str | None:
        if is_malformed(raw):
            return None  # what it says of itself is not to be believed: it is set aside
        return self._why_not(raw)

    def handed_back(self, raw: RawRecord) -> str | None:
        return None if is_malformed(raw) else self._handed_back(raw)

    def unowned(self) -> frozenset[CrmOwnerId | None]:
        """Ask once: whichever thread comes first, for all."""
        with self._lock:
            if self._unowned is None:
                self._unowned = self._resolve_unowned()
            return self._unowned

    def accounts(self, since: Cursor | None) -> Iterator[AccountPage]:
        return self._mirror.accounts(since)

    def people(self, since: Cursor | None) -> Iterator[PeoplePage]:
        return self._mirror.people(since)

    def finds(self, record_id: str) -> bool:  # noqa: ARG002  (a CRM of one kind of people)
        return True

    def close(self) -> None:
        self._asked.close()

    def take_calls(self) -> int:
        return self._asked.caller.calls.take()
