"""The order in which a backfill is planned: what a model gives away, best pairs first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.decide import Batch, batch_of
from flows.modelling.in_force import asks
from flows.wiring import Wiring
from leads.decision import Match
from leads.keys import OwnerId
from routing.capacity import most_open
from routing.policy import Policy
from store.backfill_rows import Entry
from store.rows import WaitingLead

AT_ONCE = 5_000
"""Of so many leads the best pairs are found together: with 1,000 owners that takes about 100 MB."""
_ENDLESS = 10**6


@dataclass(frozen=True, slots=True)
class _Asked:
    """A lead's place in the order, and what the model says of it now."""

    place: int
    match: Match


def best_pairs_first(
    wiring: Wiring, before: Sequence[Entry], entries: Sequence[Entry]
) -> list[Entry]:
    """
    Put those that a model gives away in the order in which greedy over all pairs would give them.

    Each is then decided by itself, for whoever is the best of those with room left. That makes the
    same pairs, but for what a desk that fills up meanwhile is charged; and each decision is
    explained and replayed like any other. They change places among themselves alone. Whoever is
    known, or stands twice, keeps theirs: the earlier record decides.
    """
    if not asks(wiring.engine.policy):
        return list(entries)
    now = wiring.now()
    with wiring.store.desk(now) as desk:
        waiting = [
            WaitingLead(lead=e.lead, owner_seen=e.owner_seen, first_seen=now) for e in entries
        ]
        batch = batch_of(wiring, desk, waiting)
        if batch.book.matcher is None:
            return list(entries)
        once = _unknown(batch, entries)
    for each in before:
        if each.decision is not None:
            batch.book.apply(each.decision)
    asked = [_Asked(at, match) for at in once if (match := _match(wiring, batch, entries[at]))]
    ordered = list(entries)
    moved = _greedily(asked, batch, wiring.configuration.policy)
    for to, of in zip(sorted(moved), moved, strict=True):
        ordered[to] = entries[of]
    return ordered


def _unknown(batch: Batch, entries: Sequence[Entry]) -> list[int]:
    """Answer the places of those whom nobody knows, and who are here once."""
    keys = [batch.recognise.keys(each.lead) for each in entries]
    met = Counter(key for own in keys for key in own)
    return [
        at
        for at, (own, each) in enumerate(zip(keys, entries, strict=True))
        if all(met[key] == 1 for key in own) and batch.recognise.person(each.lead) is None
    ]


def _match(wiring: Wiring, batch: Batch, entry: Entry) -> Match | None:
    """Ask what a model says of a lead as things stand; None where none gives it away."""
    lead, now = entry.lead, wiring.now()
    crm = wiring.engine.policy.crm_of.get(lead.key.source)
    standing = batch.book.standing(account=batch.recognise.account(lead), crm=crm, at=now)
    made = wiring.engine.decide(lead, standing, now, matcher=batch.book.matcher)
    return made.saw.match if made.saw else None


def _greedily(asked: Sequence[_Asked], batch: Batch, policy: Policy) -> list[int]:
    """Answer the places in the order of the best pairs; who gets nobody's room comes last."""
    if not asked:
        return []
    # Only who has a model in force waits for numpy to be loaded.
    import numpy as np

    from routing.learning.score import best_pairs

    owners = dict.fromkeys(owner for each in asked for owner in each.match.owners)
    column = {owner: n for n, owner in enumerate(owners)}
    priced = np.full((len(asked), len(column)), -np.inf)
    for row, each in enumerate(asked):
        priced[row, [column[owner] for owner in each.match.owners]] = each.match.priced
    room = np.array(list(_rooms(owners, batch, policy)), dtype=np.int64)
    taken = dict.fromkeys(row for row, _ in best_pairs(priced, room))
    left = [row for row in range(len(asked)) if row not in taken]
    return [asked[row].place for row in (*taken, *left)]


def _rooms(owners: Iterable[OwnerId], batch: Batch, policy: Policy) -> Iterator[int]:
    for owner in owners:
        free = most_open(policy.owners[owner]) - batch.book.open_leads.get(owner, 0.0)
        yield int(min(max(0.0, free), _ENDLESS))
