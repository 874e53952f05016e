"""What a change of the rules would have changed: the same leads under two configurations."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from leads.keys import OwnerId

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """
    Where one lead ends under one configuration.

    `seen_in_time`: the owner is at work before the lead's SLA is due. `over`: the caps that the
    owner's open leads are then above, of both configurations ("before", "after").
    """

    owner: OwnerId
    pool: str | None
    rule: str | None
    is_fallback: bool
    seen_in_time: bool
    over: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One lead under both, and when; None where a configuration sets it aside or ignores it."""

    lead: str
    at: datetime | None
    before: Placement | None
    after: Placement | None

    @property
    def is_moved(self) -> bool:
        return _owner(self.before) != _owner(self.after)

    @property
    def is_a_turn(self) -> bool:
        """Whether it moves within one pool only: the rotation falls otherwise after a change."""
        if self.before is None or self.after is None or self.before.pool is None:
            return False
        return self.is_moved and self.before.pool == self.after.pool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerShare:
    """One owner's leads, and their share (0..1) of all that were given to somebody."""

    owner: OwnerId
    before: int
    after: int
    share_before: float
    share_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Counts of leads under one configuration; `over` by whose cap it is."""

    owned: int
    aside: int
    fallback: int
    late: int
    over: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`moves` are pairs of owners with their leads, most first; `turns` moved within one pool."""

    leads: int
    moved: int
    turns: int
    before: Side
    after: Side
    shares: tuple[OwnerShare, ...]
    moves: tuple[tuple[OwnerId | None, OwnerId | None, int], ...]
    newly_fallback: tuple[Pair, ...]
    no_longer_fallback: tuple[Pair, ...]
    changed: tuple[Pair, ...]


def compare(pairs: Iterable[Pair]) -> Comparison:
    """Count what differs; keeps every pair that moved."""
    pairs = list(pairs)
    moved = tuple(pair for pair in pairs if pair.is_moved)
    moves = Counter((_owner(pair.before), _owner(pair.after)) for pair in moved)
    return Comparison(
        leads=len(pairs),
        moved=len(moved),
        turns=sum(pair.is_a_turn for pair in moved),
        before=_side([pair.before for pair in pairs]),
        after=_side([pair.after for pair in pairs]),
        shares=_shares(pairs),
        moves=tuple((a, b, count) for (a, b), count in _ordered(moves)),
        newly_fallback=tuple(p for p in pairs if _falls(p.after) and not _falls(p.before)),
        no_longer_fallback=tuple(p for p in pairs if _falls(p.before) and not _falls(p.after)),
        changed=moved,
    )


def headlines(found: Comparison) -> list[str]:
    """Say in a sentence each who would get a lead instead, and what would fall back."""
    if not found.leads:
        return ["No lead was there to compare."]
    a, b = found.before, found.after
    falls, stays = len(found.newly_fallback), len(found.no_longer_fallback)
    share = found.moved / found.leads
    fallback = f"The fallback gets {b.fallback:,} instead of {a.fallback:,}"
    return [
        f"{found.moved:,} of {found.leads:,} leads ({share:.0%}) would go to somebody else.",
        *_aside(found),
        f"{found.moved - found.turns:,} of them leave their pool; {found.turns:,} stay in it.",
        f"{fallback}: {falls:,} newly, {stays:,} no longer.",
    ]


def _aside(found: Comparison) -> Iterator[str]:
    """Say how many nobody gets: the other numbers do not add up to all leads without them."""
    before, after = found.before.aside, found.after.aside
    if before or after:
        count = f"{after:,}" if before == after else f"{after:,} instead of {before:,}"
        are = "is" if before == after == 1 else "are"
        yield (
            f"{count} of {found.leads:,} {are} set aside (or ignored, as tests are): nobody's, and "
            "in no share below."
        )


def limits(found: Comparison, names: tuple[str, str]) -> list[str]:
    """Say what the change does to SLAs and caps; `names` are the configurations'."""
    a, b, (today, proposed) = found.before, found.after, names
    return [
        f"Owners off work until the SLA is due: {b.late:,} instead of {a.late:,} leads.",
        f"Above the caps of {proposed}: {_instead(found, 'after')}.",
        f"Above the caps of {today}: {_instead(found, 'before')}.",
    ]


def _instead(found: Comparison, whose: str) -> str:
    return f"{found.after.over[whose]:,} instead of {found.before.over[whose]:,} leads"


def _owner(placement: Placement | None) -> OwnerId | None:
    return placement.owner if placement else None


def _falls(placement: Placement | None) -> bool:
    return placement is not None and placement.is_fallback


def _ordered(counts: Counter[Key]) -> list[tuple[Key, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], str(entry[0])))


def _side(placements: Sequence[Placement | None]) -> Side:
    owned = [placement for placement in placements if placement]
    return Side(
        owned=len(owned),
        aside=len(placements) - len(owned),
        fallback=sum(each.is_fallback for each in owned),
        late=sum(not each.seen_in_time for each in owned),
        over={whose: sum(whose in each.over for each in owned) for whose in ("before", "after")},
    )


def _shares(pairs: Sequence[Pair]) -> tuple[OwnerShare, ...]:
    before = Counter(pair.before.owner for pair in pairs if pair.before)
    after = Counter(pair.after.owner for pair in pairs if pair.after)
    totals = before.total() or 1, after.total() or 1
    return tuple(
        OwnerShare(
            owner=owner,
            before=before[owner],
            after=after[owner],
            share_before=before[owner] / totals[0],
            share_after=after[owner] / totals[1],
        )
        for owner, _ in _ordered(before + after)
    )
