"""Owners and pools for rules that are imported: those that are there, and those to be added."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from config.importing.ground import Ground, KnownOwner, match_owner
from config.model_rules import ACCOUNT_OWNER
from config.yaml_flow import flow
from config.yaml_text import Plain
from connectors.rule_sheet import Assignee
from leads.normalise.text import clean, plain

DESK: Final = "inbound-desk"
_LOGIN: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LONGEST: Final = 100
_Entry = dict[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewOwner:
    id: str
    name: str
    email: str
    crm: dict[str, str]
    is_queue: bool


@dataclass(slots=True)
class Roster:
    """Resolves assignees; `matched` counts those that the configuration knew."""

    ground: Ground
    matched: set[str] = field(default_factory=set)
    _known: list[KnownOwner] = field(default_factory=list)
    _new: dict[tuple[str, str], _NewOwner] = field(default_factory=dict)
    _pools: dict[tuple[str, ...], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _last_queue: str = ""

    def __post_init__(self) -> None:
        self._known = self.ground.owners()
        self._taken = self.ground.names("owners") | self.ground.names("pools") | {ACCOUNT_OWNER}

    def target(self, assign: Sequence[Assignee], crm: str, called: str) -> str:
        """Answer what a rule assigns to: an owner's id, or a pool for a rotation among several."""
        ids = tuple(dict.fromkeys(self._owner(each, crm) for each in assign))
        if assign[-1].is_queue:
            self._last_queue = ids[-1]
        if len(ids) == 1:
            return ids[0]
        if ids not in self._pools:
            self._pools[ids] = self._free(called)
        return self._pools[ids]

    def a_queue(self) -> str:
        """Answer an owner where leads can end: the last queue that rules assign to."""
        known = next((owner.id for owner in self._known if owner.is_queue), "")
        if self._last_queue or known:
            return self._last_queue or known
        desk = _NewOwner(id=self._free(DESK), name="Inbound desk", email="", crm={}, is_queue=True)
        self._new["", DESK] = desk
        return desk.id

    def to_complete(self) -> list[str]:
        """Answer the new owners that nobody knows the CRM id of."""
        return [owner.id for owner in self._new.values() if not owner.crm]

    def owner_lines(self) -> Iterator[str]:
        for owner in self._new.values():
            entry: _Entry = {"id": owner.id, "name": owner.name}
            entry |= {"email": owner.email} if owner.email else {}
            entry |= {"kind": "queue"} if owner.is_queue else {}
            entry |= {"crm": dict(owner.crm)} if owner.crm else {}
            todo = "" if owner.crm else "  # TODO crm: its id in each CRM"
            yield f"  - {flow(entry)}{todo}"

    def pool_lines(self) -> Iterator[str]:
        for members, name in self._pools.items():
            yield f"  {flow(name)}: {flow({'members': list(members), 'strategy': 'round_robin'})}"

    def _owner(self, assignee: Assignee, crm: str) -> str:
        ways = filter(None, (assignee.crm_id, assignee.email, assignee.name))
        matches = (match_owner(self._known, way, crm) for way in ways)
        known = next((each for each in matches if each is not None), None)
        if known is not None and known.is_queue == assignee.is_queue:
            self.matched.add(known.id)
            return known.id
        key = (crm, assignee.name)
        if key not in self._new:
            self._new[key] = self._made(assignee, crm)
        return self._new[key].id

    def _made(self, assignee: Assignee, crm: str) -> _NewOwner:
        name = clean(assignee.name, _LONGEST)
        is_login = bool(_LOGIN.fullmatch(name)) and not assignee.is_queue
        said = name.partition("@")[0] if is_login else name
        return _NewOwner(
            id=self._free(said),
            name=name,
            email=name if is_login else assignee.email,
            crm={crm: assignee.crm_id} if assignee.crm_id else {},
            is_queue=assignee.is_queue,
        )

    def _free(self, said: str) -> str:
        """Make a short name of it that is nobody's yet."""
        base = plain(said).replace(" ", "-")[: _LONGEST - 4] or "owner"
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}-{number}", number + 1
        self._taken.add(name)
        return name
