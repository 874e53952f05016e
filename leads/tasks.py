"""A task for the rep who was given a lead."""

from dataclasses import dataclass
from datetime import datetime

from leads.keys import CrmOwnerId

CRM_TASK = "crm_task"
"""The channel that is a task in the CRM the lead is owned in: once, by the assignment's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepTask:
    """
    Ask `owner` to act on `record_id` before `due`.

    `key` names the assignment (our delivery's id): there is never a second task with the same key.
    """

    key: str
    record_id: str
    owner: CrmOwnerId
    subject: str
    body: str
    due: datetime
