"""Whom a rotation names: users, by ids that owners do not have; the portal tells who they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.rule_sheet import Assignee
from leads.record import CrmOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Who takes turns. `problems` keep the rule from being translated, `notes` do not."""

    assign: tuple[Assignee, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def by_user(owners: Iterable[CrmOwner]) -> dict[str, CrmOwner]:
    """Whoever is active comes before somebody of the same user who was deactivated."""
    return {
        each.user_id: each
        for each in sorted(owners, key=lambda owner: owner.is_active)
        if each.user_id
    }


def rotation(user_ids: Iterable[object], known: Mapping[str, CrmOwner] | None) -> Rotation:
    """Name users as owners; without `known`, where nobody was asked, by their ids alone."""
    assign: list[Assignee] = []
    notes: list[str] = []
    for user_id in map(str, user_ids):
        owner = known.get(user_id) if known is not None else None
        if owner is None:
            assign.append(Assignee(name=f"HubSpot user {user_id}"))
        elif owner.is_active:
            email = owner.email or ""
            assign.append(Assignee(name=owner.name, crm_id=owner.crm_id, email=email))
        else:
            notes.append(f"the user {user_id} is deactivated in HubSpot, and is left out")
        if owner is None and known is not None:
            notes.append(f"no owner of the portal has the user id {user_id}")
    is_nobody = bool(notes) and not assign
    problems = ("everybody it rotates among is deactivated",) if is_nobody else ()
    return Rotation(assign=tuple(assign), problems=problems, notes=tuple(notes))
