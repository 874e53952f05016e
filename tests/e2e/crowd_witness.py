"""
What a crowd did, by the log of its commits, which the database itself keeps.

Triggers write it: each reservation made and ended, each open record as it is mirrored. Whatever
changes either does so alone (the store's lock), so that the log's order is that of the commits.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, text

from leads.decision import Decision
from leads.keys import OwnerId, PoolName
from sandbox.hubspot.portal import HubSpotPortal
from store import codec
from store.schema import decision
from store.store import Store

_KEY = {"sqlite": "INTEGER", "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY"}
_TABLE = "CREATE TABLE seen_commit (seq {key} PRIMARY KEY, what TEXT, record TEXT, who TEXT)"
_FUNCTION = """
CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO seen_commit (what, record, who) VALUES (TG_ARGV[0], NEW.record_id, NEW.owner);
RETURN NULL; END $$
"""
_RESERVED, _ENDED, _OPEN, _SHUT = "reserved", "ended", "open", "shut"
_EVENTS = (
    (_RESERVED, "INSERT", "reservation", "TRUE"),
    (_ENDED, "UPDATE", "reservation", "OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL"),
    *((_OPEN, event, "work", "NEW.is_open") for event in ("INSERT", "UPDATE")),
    *((_SHUT, event, "work", "NOT NEW.is_open") for event in ("INSERT", "UPDATE")),
)
_EXACT = 1e-6


@dataclass(slots=True)
class Hands:
    """Who holds which record, reserved or open in the CRM, from one commit to the next."""

    crm_owners: Mapping[str, str]
    _reserved: dict[str, str] = field(default_factory=dict)
    _open: dict[str, str] = field(default_factory=dict)
    _held: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def see(self, what: str, record: str, who: str) -> str:
        """Answer whose hands it changed; of an open record, `who` is the CRM's word for them."""
        kept = self._reserved if what in (_RESERVED, _ENDED) else self._open
        owner = who if kept is self._reserved else self.crm_owners.get(who, "")
        if before := kept.pop(record, ""):
            self._held[before] -= Counter({record: 1})
        if what in (_RESERVED, _OPEN):
            kept[record] = owner
            self._held[owner][record] += 1
        return owner

    def of(self, owner: str) -> int:
        return len(self._held[owner])


def keep_log(store: Store) -> None:
    dialect = store._db.engine.dialect.name
    is_sqlite = dialect == "sqlite"
    with store._db.engine.begin() as connection:
        connection.execute(text(_TABLE.format(key=_KEY[dialect])))
        if not is_sqlite:
            connection.execute(text(_FUNCTION))
        for number, (what, on, table, when) in enumerate(_EVENTS):
            each = "BEGIN INSERT INTO seen_commit (what, record, who) " if is_sqlite else ""
            does = (
                f"{each}VALUES ('{what}', NEW.record_id, NEW.owner); END"
                if is_sqlite
                else f"EXECUTE FUNCTION note_commit('{what}')"
            )
            begin = f"CREATE TRIGGER seen_{number} AFTER {on} ON {table} FOR EACH ROW"
            connection.execute(text(f"{begin} WHEN ({when}) {does}"))


def over_caps(
    store: Store, caps: Mapping[str, int], crm_ids: Mapping[str, str]
) -> tuple[int, list[str], Mapping[str, int]]:
    """Answer how many commits were looked at, who was over their cap after which, and the most."""
    hands, most = Hands({crm_id: owner for owner, crm_id in crm_ids.items()}), Counter[str]()
    wrong, seen = [], 0
    with store._db.engine.connect() as connection:
        log = text("SELECT seq, what, record, who FROM seen_commit ORDER BY seq")
        for seq, what, record, who in connection.execute(log):
            owner, seen = hands.see(what, record, who or ""), seen + 1
            most[owner] = max(most[owner], hands.of(owner))
            if hands.of(owner) > caps.get(owner, hands.of(owner)):
                wrong.append(f"{owner} has {hands.of(owner)} of {caps[owner]} after {seq}")
    return seen, wrong, most


def decisions(store: Store) -> Sequence[Decision]:
    """All of them, in the order of their commits."""
    with store._db.engine.connect() as connection:
        documents = connection.execute(select(decision.c.document).order_by(decision.c.id))
        return [codec.loads(each, Decision) for each in documents.scalars()]


def unserial(made: Sequence[Decision]) -> list[str]:
    """Decisions that saw another rotation than all those before them had left."""
    left: dict[PoolName, dict[OwnerId, list[float]]] = {}
    wrong = []
    for each in made:
        assert each.saw is not None
        for pool, seen in each.saw.rotation.items():
            for owner, tally in seen.items():
                due = left.get(pool, {}).get(owner, [0.0, 0])
                if abs(tally.entitled - due[0]) > _EXACT or tally.assigned != due[1]:
                    wrong.append(f"{each.lead} saw {owner} at {tally}, who was at {due}")
        _accrue(left, each)
    return wrong


def _accrue(left: dict[PoolName, dict[OwnerId, list[float]]], made: Decision) -> None:
    for accrual in made.accruals:
        tallies = left.setdefault(accrual.pool, {})
        for owner, share in accrual.shares.items():
            tallies.setdefault(owner, [0.0, 0])[0] += share
        if accrual.charged is not None:
            tallies.setdefault(accrual.charged, [0.0, 0])[1] += 1


def furthest(made: Sequence[Decision], pool: str) -> float:
    """How far any member ever was from what they were due."""
    left: dict[PoolName, dict[OwnerId, list[float]]] = {}
    most = 0.0
    for each in made:
        _accrue(left, each)
        tallies = left.get(PoolName(pool), {}).values()
        most = max([most, *(abs(due - had) for due, had in tallies)])
    return most


def written_twice(portal: HubSpotPortal) -> dict[str, int]:
    """Contacts that were not given an owner exactly once."""
    log = portal.ground.journal.entries("hubspot", "owner_written")
    counts = Counter(record for entry in log for record in entry.ids)
    return {each: counts[each] for each in portal.contacts if counts[each] != 1}


def strays(
    portal: HubSpotPortal, made: Sequence[Decision], crm_ids: Mapping[str, str]
) -> Iterator[str]:
    """Contacts whose owner is not whom their one decision names."""
    decided = Counter(each.lead.source_id for each in made)
    owners = {each.lead.source_id: crm_ids[each.owner] for each in made}
    for record_id, contact in portal.contacts.items():
        if decided[record_id] != 1 or contact.state.values["hubspot_owner_id"] != owners[record_id]:
            yield record_id
