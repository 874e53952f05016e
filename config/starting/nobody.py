"""Which owners of a CRM seem to mean "nobody yet", and where its leads could end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from config.starting.seen import SeenCrm
from leads.normalise.text import clean
from leads.record import CrmOwner

_MACHINES: Final = re.compile(
    r"\b(integration|api|import|imports|system|automation|sync|robot|bot|web ?site|web ?forms?)\b",
    re.IGNORECASE,
)
_DESKS: Final = re.compile(r"desk|inbound|fallback|triage|unassigned|default|catch", re.IGNORECASE)
_BLANK: Final = "no owner"
_TO_NAME: Final = "TODO the user whose leads are nobody's"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody:
    """`name` is as an intake states it, None for blank."""

    name: str | None
    crm_id: str | None
    leads: int


def nobody_yet(crm: SeenCrm, desk: CrmOwner | None) -> list[Nobody]:
    """Answer blank, queues with leads, and users named like machines; but not `desk`."""
    owned = crm.owned()
    found = [Nobody(name=None, crm_id=None, leads=owned[None])] if owned[None] else []
    for owner in crm.owners:
        if not owner.is_active or (desk and owner.crm_id == desk.crm_id):
            continue
        name = f"queue:{owner.name}" if owner.is_queue else owner.name
        if (owner.is_queue or is_machine(owner)) and owned[owner.crm_id]:
            found.append(Nobody(name=name, crm_id=owner.crm_id, leads=owned[owner.crm_id]))
    return sorted(found, key=lambda each: (-each.leads, each.name or ""))


def stated(crm: SeenCrm, found: Sequence[Nobody]) -> list[str | None]:
    """
    Answer what the intake states of them.

    Where nothing was found, blank; where that is nobody, a name that no user has: whoever goes on
    without having written another is told of it before anything is read.
    """
    names = [each.name for each in found]
    return names or [_TO_NAME if crm.is_always_owned else None]


def is_machine(owner: CrmOwner) -> bool:
    return not owner.is_queue and bool(_MACHINES.search(owner.name))


def a_desk(crm: SeenCrm) -> CrmOwner | None:
    """
    Answer a queue where leads could end: one named like it, else the least busy.

    A busy queue is where new leads wait. None where the CRM has no queue but such a one.
    """
    queues = [owner for owner in crm.owners if owner.is_queue and owner.is_active]
    named = [queue for queue in queues if _DESKS.search(queue.name)]
    owned = crm.owned()
    idle = [queue for queue in queues if len(queues) > 1 or not owned[queue.crm_id]]
    return min(named or idle, key=lambda q: (owned[q.crm_id], q.name), default=None)


def in_words(nobody: Nobody) -> str:
    return clean(nobody.name or _BLANK)
