"""Every way in which texts can match a set of words and globs, with one text for each."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_MOST_STATES = 20_000
_LETTERS = "xqzjwvkyfghbpumcdlnrsaeiot"  # the first that no pattern has stands for all of those


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """`found` has a text for each way to match; all there are when `is_complete`."""

    found: tuple[str, ...]
    is_complete: bool


def distinct_texts(patterns: Sequence[str], favourites: Sequence[str] = ()) -> Texts:
    """
    Find a text, not empty, for every set of `patterns` (case-folded) that one text can match.

    `favourites` are given where they serve as well as any other text. Exact: the patterns run side
    by side as one automaton, every state of which is visited; incomplete when there are too many.
    """
    automaton = _automaton(sorted(set(patterns)))
    known: dict[int, str] = {}
    for text in favourites:
        known.setdefault(automaton.matched(text), text)
    steps = _Walk(automaton)
    for text, matched in steps:
        known.setdefault(matched, text)
    return Texts(found=tuple(known.values()), is_complete=steps.is_complete)


@dataclass(frozen=True, slots=True)
class _Automaton:
    """
    One bit for each place in each pattern: how much of it has been read.

    `moves` has, for a letter, the places that it leads on from; `loops` the stars, which stay.
    """

    moves: dict[str, int]
    wild: int
    loops: int
    start: int
    ends: int

    def read(self, state: int, letter: str) -> int:
        onward = (state & self.moves.get(letter, self.wild)) << 1
        return self.spread(onward | (state & self.loops))

    def spread(self, state: int) -> int:
        """A star matches nothing at all as well."""
        return state | ((state & self.loops) << 1)

    def matched(self, text: str) -> int:
        state = self.start
        for letter in text:
            state = self.read(state, letter)
        return state & self.ends


def _automaton(patterns: Sequence[str]) -> _Automaton:
    moves: dict[str, int] = {}
    wild = loops = start = ends = 0
    place = 0
    for pattern in patterns:
        start |= 1 << place
        for letter in _without_double_stars(pattern):
            bit = 1 << place
            if letter == "*":
                loops |= bit
            elif letter == "?":
                wild |= bit
            else:
                moves[letter] = moves.get(letter, 0) | bit
            place += 1
        ends |= 1 << place
        place += 1
    moves = {letter: places | wild for letter, places in moves.items()}
    automaton = _Automaton(moves, wild, loops, start, ends)
    return _Automaton(moves, wild, loops, automaton.spread(start), ends)


def _without_double_stars(pattern: str) -> str:
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return pattern


@dataclass(slots=True)
class _Walk:
    """Visits every state, the shortest texts first."""

    automaton: _Automaton
    is_complete: bool = True
    _seen: set[int] = field(default_factory=set)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        machine = self.automaton
        letters = [*_another(machine.moves), *sorted(machine.moves)]
        waiting = deque([("", machine.start)])
        while waiting:
            text, state = waiting.popleft()
            for letter in letters:
                after = machine.read(state, letter)
                if after in self._seen:
                    continue
                if len(self._seen) >= _MOST_STATES:
                    self.is_complete = False
                    return
                self._seen.add(after)
                yield text + letter, after & machine.ends
                waiting.append((text + letter, after))


def _another(letters: dict[str, int]) -> str:
    """Give a letter that no pattern names; one alone, as they are all alike."""
    free = next((letter for letter in _LETTERS if letter not in letters), None)
    return free or next(chr(n) for n in range(0x3B1, 0x10FF) if chr(n) not in letters)
