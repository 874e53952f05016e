"""Whom a rotation names: users, by ids that owners do not have; the portal tells who they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.rule_sheet import Assignee
from leads.record import CrmOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Who takes turns. `problems` keep the rule from being translated, `notes` do not."""

    assign: tuple[Assignee, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def by_user(owners: Iterable[CrmOwner]) -> dict[str, CrmOwner]:
    """Whoever is active comes before somebody of the same user who was deactivated."""
    return {
        each.user_id: each
        for each in sorted(owners, key=lambda owner: owner.is_active)
        if each.user_id
    }


def rotation(
    users: Sequence[str], teams: Sequence[str], known: Mapping[str, CrmOwner] | None
) -> Rotation:
    """Name users, and whoever is in teams, as owners; where nobody was asked, users by their id."""
    if not users and not teams:
        return Rotation(problems=("it rotates among nobody",))
    if known is None:
        return _unasked(users, teams)
    named, in_teams = _named(users, known), [_in_team(team, known) for team in teams]
    assign = [each for part in (named, *in_teams) for each in part.assign]
    problems = [problem for part in in_teams for problem in part.problems]
    if users and not assign and not problems:
        problems.append("everybody it rotates among is deactivated")
    return Rotation(
        assign=tuple(dict.fromkeys(assign)),
        problems=tuple(problems),
        notes=tuple(note for part in (named, *in_teams) for note in part.notes),
    )


def _unasked(users: Sequence[str], teams: Sequence[str]) -> Rotation:
    among = f"it rotates among the teams {', '.join(teams)}: --online asks who is in them"
    return Rotation(
        assign=tuple(Assignee(name=f"HubSpot user {user}") for user in users),
        problems=(among,) if teams else (),
    )


def _named(users: Sequence[str], known: Mapping[str, CrmOwner]) -> Rotation:
    assign: list[Assignee] = []
    notes: list[str] = []
    for user in users:
        owner = known.get(user)
        if owner is None:
            assign.append(Assignee(name=f"HubSpot user {user}"))
            notes.append(f"no owner of the portal has the user id {user}")
        elif owner.is_active:
            assign.append(_assignee(owner))
        else:
            notes.append(f"the user {user} is deactivated in HubSpot, and is left out")
    return Rotation(assign=tuple(assign), notes=tuple(notes))


def _in_team(team: str, known: Mapping[str, CrmOwner]) -> Rotation:
    """Find who is in it as HubSpot's rotation does: a further member of a team gets nothing."""
    members = [each for each in known.values() if each.is_active and team in each.main_teams]
    if not members:
        return Rotation(problems=(f"nobody active has {team} as their main team",))
    note = (
        f"of the team {team} its main members of today are taken ({len(members)}): without a seat "
        "they got none in HubSpot, and whoever joins it later is to be added to the pool"
    )
    return Rotation(assign=tuple(map(_assignee, members)), notes=(note,))


def _assignee(owner: CrmOwner) -> Assignee:
    return Assignee(name=owner.name, crm_id=owner.crm_id, email=owner.email or "")
