"""What is known beside the configuration when it is examined: the day, the CRMs, the leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from leads.record import CrmOwner
from routing.lint.fields import Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    `owners` is who may own records in each CRM that was asked, or whose list is kept; `fills` how
    full each source's latest leads were. `unseen` says what was not looked at, and how it would be.
    """

    today: date | None = None
    owners: Mapping[str, tuple[CrmOwner, ...]] = field(default_factory=dict)
    fills: Mapping[str, Fill] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
