"""One lead against everybody eligible: its worth, less the price of its days and a full desk."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.learning.logistic import FloatArray, IntArray, sigmoid
from routing.learning.model import LikelihoodModel
from routing.learning.prices import Objective, Prices

BoolArray = npt.NDArray[np.bool_]
# From here on a desk counts as filling up: the last slots are kept for who is worth more there.
BUSY = 0.7
# At a full desk, of what a lead is worth on average.
PENALTY = 0.05
_CHUNK = 50_000
NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """By owner, in the order of the scorer's `owners`; `priced` is -inf where not eligible."""

    chances: FloatArray
    worth: FloatArray
    charge: FloatArray  # price of the days it is expected to stay open, less the floor's bonus
    penalty: FloatArray
    priced: FloatArray
    best: int  # NOBODY where nobody is eligible
    usual: float  # the chance with somebody of whom nothing is known


class Scorer:
    """The model and prices of some owners, made ready once for many leads."""

    def __init__(
        self,
        model: LikelihoodModel,
        prices: Prices,
        owners: tuple[str, ...],
        objective: Objective = Objective.CONVERSIONS,
    ) -> None:
        self.model, self.owners, self.objective = model, owners, objective
        self._rows = model.rows_of(owners)
        charged = {name: n for n, name in enumerate(prices.owners)}
        place = [charged.get(owner, NOBODY) for owner in owners]
        # Who has no price yet pays what people pay on average: a new desk is no free desk.
        self._per_day = _at(prices.per_day, place)
        self._bonus = _at(prices.bonus, place)
        self._unit = prices.unit

    def score(
        self,
        segment: str,
        features: FloatArray,
        *,
        money: float,
        load: FloatArray,
        eligible: BoolArray | None = None,
    ) -> Scores:
        """
        Score one lead; `load` is open leads per slot.

        Hard rules, hours and caps are the caller's: who is not `eligible` is never the best; None:
        everybody is.
        Between equals `best` is the first; lots between them are the caller's, too.
        """
        all_known = sigmoid(self.model.logits(segment, features))
        chances = all_known[self._rows]
        days = self.model.open_days.expected(chances)
        worth = self._worth(chances, days, money)
        charge = self._per_day * days - self._bonus
        penalty = penalties(load, self._unit)
        priced = worth - charge - penalty
        if eligible is not None:
            priced[~eligible] = -np.inf
        return Scores(
            chances=chances,
            worth=worth,
            charge=charge,
            penalty=penalty,
            priced=priced,
            best=_best(priced),
            usual=float(all_known[-1]),
        )

    def own_logits(self, owner: int, segment: str, features: FloatArray) -> FloatArray:
        """Say what of the logit of one owner is their own."""
        return self.model.own_logits(int(self._rows[owner]), segment, features)

    def _worth(self, chances: FloatArray, days: FloatArray, money: float) -> FloatArray:
        match self.objective:
            case Objective.CONVERSIONS:
                return chances
            case Objective.VALUE:
                return chances * money
            case Objective.VALUE_PER_DAY:
                return chances * money / np.maximum(days, 1.0)


def penalties(load: FloatArray, unit: float) -> FloatArray:
    """Answer what a desk as full as `load` costs: nothing up to BUSY, the PENALTY when full."""
    return np.asarray(np.maximum(0.0, load - BUSY) * (PENALTY * unit / (1 - BUSY)))


def best_pairs(priced: FloatArray, room: IntArray) -> list[tuple[int, int]]:
    """
    Give many leads (rows) at once, the best pair first, until desks are full.

    Answers lead and owner of each pair in that order; for a lead that is not among them no desk
    with room was eligible (-inf). Whoever decides the leads one by one in this order, each for the
    best desk that has room, makes the same pairs: what is worth more to a lead was full by then.
    """
    leads, owners = priced.shape
    waits, left = np.ones(leads, dtype=np.bool_), room.copy()
    made: list[tuple[int, int]] = []
    flat = priced.ravel()
    order = np.argsort(-flat, kind="stable")[: int(np.isfinite(flat).sum())]
    for begin in range(0, len(order), _CHUNK):
        row, owner = np.divmod(order[begin : begin + _CHUNK], owners)
        alive = waits[row] & (left[owner] > 0)
        for lead, taker in zip(row[alive].tolist(), owner[alive].tolist(), strict=True):
            if waits[lead] and left[taker] > 0:
                waits[lead] = False
                left[taker] -= 1
                made.append((lead, taker))
    return made


def _best(priced: FloatArray) -> int:
    best = int(priced.argmax()) if len(priced) else NOBODY
    return NOBODY if best == NOBODY or priced[best] == -np.inf else best


def _at(known: FloatArray, place: list[int]) -> FloatArray:
    usual = float(known.mean()) if len(known) else 0.0
    return np.append(known, usual)[place]
