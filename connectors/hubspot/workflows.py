"""HubSpot workflows that give contacts an owner, as the Automation API v4 tells them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.hubspot.failures import NAME
from connectors.hubspot.mapping import OWNER
from connectors.hubspot.workflow_filters import Filters
from connectors.hubspot.workflow_users import rotation
from connectors.rule_sheet import (
    Assignee,
    Every,
    Opposite,
    RuleSheet,
    Some,
    StatedRule,
    Statement,
    Untold,
)
from connectors.vendor_text import as_text
from leads.errors import ConfigError
from leads.record import CrmOwner

_ROTATE, _SET_PROPERTY = "0-11", "0-5"
_CONTACTS: Final = "0-1"
_OVERWRITE: Final = "overwrite_current_owner"
_LONGEST_WAY: Final = 200
_NO_FLOW: Final = "no workflow with actions in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How an action is reached: what holds by then, which actions it came by, what they set."""

    when: tuple[Statement, ...]
    actions: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()
    is_owned: bool = False


def read_workflows(
    content: bytes,
    file: str,
    fields: Mapping[str, str],
    users: Mapping[str, CrmOwner] | None = None,
) -> RuleSheet:
    """
    Read one workflow (GET /automation/v4/flows/ID), a list of them, or an answer with `results`.

    `users` are the portal's owners by their user ids, which rotations name; None: nobody was asked.
    Raises ConfigError for a file that is none of these.
    """
    filters = Filters(fields)
    found: list[StatedRule] = []
    notes: list[str] = []
    for flow in _flows(content, file):
        title = _title(flow)
        place = f"{file}: workflow {title}"
        if not flow.get("isEnabled"):
            notes.append(f"{place}: it is switched off: left out")
            continue
        reader = _Workflow(flow=flow, title=title, place=place, filters=filters, users=users)
        found.extend(reader.rules())
        notes.extend(reader.notes)
    if users is None and any(not to.crm_id for rule in found for to in rule.assign):
        notes.append("a rotation names users by other ids than owners have: --online asks for them")
    if filters.asks_for_no_owner:
        notes.append("contacts without an owner: that is what sources.hubspot.intake.owners states")
    return RuleSheet(
        crm=NAME,
        rules=tuple(found),
        custom=filters.custom,
        figures=frozenset(filters.figures),
        notes=tuple(notes),
    )


def _flows(content: bytes, file: str) -> list[dict[str, Any]]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ConfigError([f"{file}{line}: not readable as JSON"]) from None
    listed = told.get("results", [told]) if isinstance(told, dict) else told
    flows = listed if isinstance(listed, list) else []
    known = [f for f in flows if isinstance(f, dict) and isinstance(f.get("actions"), list)]
    if not flows or len(known) < len(flows):
        lacks = next((_title(f) for f in flows if isinstance(f, dict) and f not in known), "")
        text = f"workflow {lacks} has no list of actions" if known else _NO_FLOW
        raise ConfigError([f"{file}: {text}; save what GET /automation/v4/flows/ID answers"])
    return known


def _title(flow: Mapping[str, Any]) -> str:
    return str(flow.get("name") or flow.get("id") or "unnamed")


@dataclass(slots=True, kw_only=True)
class _Workflow:
    flow: Mapping[str, Any]
    title: str
    place: str
    filters: Filters
    users: Mapping[str, CrmOwner] | None
    notes: list[str] = field(default_factory=list)
    _found: list[StatedRule] = field(default_factory=list)
    _actions: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def rules(self) -> list[StatedRule]:
        actions = [each for each in self.flow["actions"] if isinstance(each, dict)]
        self._actions = {str(action.get("actionId")): action for action in actions}
        kind = self.flow.get("objectTypeId")
        about: tuple[Statement, ...] = ()
        if kind != _CONTACTS:
            about = (Untold(why=f"the workflow is about objects of the kind {kind}, not contacts"),)
        start = _Way(when=(*about, self._enrolled()))
        self._walk(str(self.flow.get("startActionId")), start)
        self.notes.extend(self._beside(actions))
        if not self._found:
            self.notes.append(f"{self.place}: it gives nobody an owner")
        return self._found

    def _beside(self, actions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        kinds = {str(each.get("actionTypeId")) for each in actions if each.get("actionTypeId")}
        if others := sorted(kinds - {_ROTATE}):
            yield f"{self.place}: of the actions {', '.join(others)} only the owner is imported"
        told = [each.get("fields") for each in actions if each.get("actionTypeId") == _ROTATE]
        if any(isinstance(f, dict) and as_text(f.get(_OVERWRITE)) == "true" for f in told):
            yield f"{self.place}: it takes leads from their owners; here only the intake says whose"

    def _enrolled(self) -> Statement:
        told = self.flow.get("enrollmentCriteria")
        kind = told.get("type") if isinstance(told, dict) else None
        if kind == "LIST_BASED" and isinstance(told, dict):
            return self.filters.branch(told.get("listFilterBranch"), frozenset())
        return Untold(why=f"contacts are enrolled by {kind or 'hand'}, not by what they are")

    def _walk(self, action_id: str, way: _Way) -> bool:
        """Follow a way to its end; answer whether each contact on it gets an owner."""
        action = self._actions.get(action_id)
        if action is None:
            return way.is_owned
        if action_id in way.actions or len(way.actions) > _LONGEST_WAY:
            self._emit(action_id, way, (), ("the workflow runs in a circle",))
            return True
        on = _Way(
            when=way.when,
            actions=(*way.actions, action_id),
            changed=way.changed,
            is_owned=way.is_owned,
        )
        match action.get("type"):
            case "SINGLE_CONNECTION" | None:
                return self._step(action_id, action, on)
            case "LIST_BRANCH" | "STATIC_BRANCH":
                return self._branches(action, on)
            case kind:
                self._emit(action_id, on, (), (f"a branch of the kind {kind} is not followed",))
                return True

    def _step(self, action_id: str, action: Mapping[str, Any], way: _Way) -> bool:
        fields = action.get("fields")
        told = fields if isinstance(fields, dict) else {}
        kind = str(action.get("actionTypeId"))
        target = told.get("target_property" if kind == _ROTATE else "property_name")
        if kind in (_ROTATE, _SET_PROPERTY) and target == OWNER:
            assign, problems = self._rotated(told) if kind == _ROTATE else _set(told)
            if way.is_owned:
                problems = (*problems, "the owner is set more than once on this way")
            self._emit(action_id, way, assign, problems)
            way = _further(way, OWNER, is_owned=True)
        elif target:
            way = _further(way, str(target), is_owned=way.is_owned)
        return self._walk(_next(action.get("connection")), way)

    def _rotated(self, told: Mapping[str, Any]) -> tuple[tuple[Assignee, ...], tuple[str, ...]]:
        users, teams = _listed(told.get("user_ids")), _listed(told.get("team_ids"))
        found = rotation(users, teams, self.users)
        self.notes += [f"{self.place}: {note}" for note in found.notes]
        return found.assign, found.problems

    def _branches(self, action: Mapping[str, Any], way: _Way) -> bool:
        """A branch is for whom no earlier one took: said, unless rules have them all by then."""
        others: list[Statement] = []
        is_whole = True
        for when, connection in self._cases(action, way):
            side = _Way(
                when=(*way.when, *(Opposite(part=each) for each in others), when),
                actions=way.actions,
                changed=way.changed,
                is_owned=way.is_owned,
            )
            if not self._walk(_next(connection), side) or way.is_owned:
                others.append(when)
                is_whole = is_whole and way.is_owned
        rest = _Way(
            when=(*way.when, *(Opposite(part=each) for each in others)),
            actions=way.actions,
            changed=way.changed,
            is_owned=way.is_owned,
        )
        return self._walk(_next(action.get("defaultBranch")), rest) and is_whole

    def _cases(self, action: Mapping[str, Any], way: _Way) -> Iterator[tuple[Statement, Any]]:
        for each in _dicts(action.get("listBranches")):
            yield self.filters.branch(each.get("filterBranch"), way.changed), each.get("connection")
        asked = action.get("inputValue")
        name = asked.get("propertyName") if isinstance(asked, dict) else None
        for each in _dicts(action.get("staticBranches")):
            value = str(each.get("branchValue"))
            when: Statement = Untold(why="a branch by what an earlier action found")
            if name:
                when = self.filters.equals(str(name), value, way.changed)
            yield when, each.get("connection")

    def _emit(
        self,
        action_id: str,
        way: _Way,
        assign: tuple[Assignee, ...],
        problems: Sequence[str],
    ) -> None:
        self._found.append(
            StatedRule(
                name=f"{self.title} {len(self._found) + 1}",
                place=f"{self.place}, action {action_id}",
                when=_simple(way.when),
                assign=assign,
                problems=tuple(problems),
            )
        )


def _listed(told: Any) -> list[str]:
    return [str(each) for each in (told if isinstance(told, list) else [told]) if each]


def _set(told: Mapping[str, Any]) -> tuple[tuple[Assignee, ...], tuple[str, ...]]:
    value = told.get("value")
    owner = value.get("staticValue") if isinstance(value, dict) else None
    if not owner:
        return (), ("the owner is taken from another field",)
    return (Assignee(name=str(owner), crm_id=str(owner)),), ()


def _further(way: _Way, changed: str, *, is_owned: bool) -> _Way:
    return _Way(
        when=way.when, actions=way.actions, changed=way.changed | {changed}, is_owned=is_owned
    )


def _simple(when: tuple[Statement, ...]) -> Statement:
    """Leave out what matches every lead, and branches of one part."""
    parts = [bare for each in when if (bare := _bare(each)) != Every(parts=())]
    return parts[0] if len(parts) == 1 else Every(parts=tuple(parts))


def _bare(told: Statement) -> Statement:
    match told:
        case Every(parts=parts):
            return _simple(parts)
        case Some(parts=[only]):
            return _bare(only)
        case Some(parts=parts):
            bare = tuple(map(_bare, parts))
            return Every(parts=()) if Every(parts=()) in bare else Some(parts=bare)
        case Opposite(part=part):
            return Opposite(part=_bare(part))
        case _:
            return told


def _next(connection: Any) -> str:
    return str(connection.get("nextActionId")) if isinstance(connection, dict) else ""


def _dicts(found: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in (found if isinstance(found, list) else ()) if isinstance(each, dict))
