"""
What a day of each owner's time is worth: the prices of a steady-state plan of recent leads.

The plan gives every recent lead to somebody so that the value is greatest, nobody has more open at
once than their slots, and everybody gets a floor of leads. It is a linear program; its dual has a
price on a day of an owner's slot, and a bonus a lead for who is short of the floor. Both are found
by gradient steps: a plan for a thousand owners takes about a second and needs no solver.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np

from routing.learning.logistic import FloatArray

_STEPS, _KEPT = 300, 0.9
# How far apart two owners' worth is before a lead goes to the better one, in parts of what a lead
# is worth on average: at the first step and at the last.
_BLUR, _SHARP = 0.3, 0.01


class Objective(StrEnum):
    """What a given lead is worth: a win, its money, or its money per day it stays open."""

    CONVERSIONS = "conversions"
    VALUE = "value"
    VALUE_PER_DAY = "value_per_day"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """
    By owner: `per_day` is charged for each day a lead is expected to be open, `bonus` paid a lead.

    `unit` is what a recent lead was worth on average; a load penalty is a part of it.
    """

    owners: tuple[str, ...]
    per_day: FloatArray
    bonus: FloatArray
    unit: float

    def as_mapping(self) -> dict[str, object]:
        """Return it as plain JSON values."""
        return {
            "owners": list(self.owners),
            "per_day": self.per_day.tolist(),
            "bonus": self.bonus.tolist(),
            "unit": self.unit,
        }

    @classmethod
    def from_mapping(cls, read: Mapping[str, object]) -> Self:
        """Read what `as_mapping` returned."""
        owners, unit = read["owners"], read["unit"]
        assert isinstance(owners, list)
        assert isinstance(unit, float)
        return cls(
            owners=tuple(owners),
            per_day=np.array(read["per_day"], dtype=np.float64),
            bonus=np.array(read["bonus"], dtype=np.float64),
            unit=unit,
        )

    @classmethod
    def none(cls, owners: tuple[str, ...]) -> Self:
        """Return prices of nought: everybody's time is free."""
        free = np.zeros(len(owners))
        return cls(owners=owners, per_day=free, bonus=free, unit=0.0)


def values(
    chances: FloatArray, money: FloatArray, days: FloatArray, objective: Objective
) -> FloatArray:
    """Answer what each lead (row) is worth with each owner (column); `money` is one a lead."""
    match objective:
        case Objective.CONVERSIONS:
            return chances
        case Objective.VALUE:
            return chances * money[:, None]
        case Objective.VALUE_PER_DAY:
            return chances * money[:, None] / np.maximum(days, 1.0)


def solve(
    worth: FloatArray,
    days: FloatArray,
    *,
    owners: tuple[str, ...],
    slots: FloatArray,
    leads_per_day: float,
    eligible: FloatArray | None = None,
    floor: float = 0.0,
) -> Prices:
    """
    Price owners' days from recent leads (rows) by owners (columns).

    `worth` is what a lead is worth with an owner, `days` how long it is expected to stay open,
    `slots` how many an owner may have open (infinite: no cap), `eligible` is 0 where the rules bar
    an owner, `floor` the share of an equal split that everybody is to get.
    """
    allowed = np.ones_like(worth) if eligible is None else eligible
    has_taker, span = allowed.any(axis=1), len(worth) / leads_per_day
    worth, days, allowed = worth[has_taker], days[has_taker], allowed[has_taker]
    if len(worth) == 0:
        return Prices.none(owners)
    unit = float((worth * allowed).sum() / max(allowed.sum(), 1.0))
    room = slots * span
    least = floor * _equal_split(allowed)
    per_day, bonus = _descend(worth / (unit or 1.0), days, allowed, room, least)
    return Prices(owners=owners, per_day=per_day * unit, bonus=bonus * unit, unit=unit)


def bound(worth: FloatArray, days: FloatArray, room: FloatArray) -> float:
    """Answer what no plan of these leads can be worth more than, with `room` in owners' days."""
    unit = float(worth.mean()) or 1.0
    price, _ = _descend(worth / unit, days, np.ones_like(worth), room, np.zeros(len(room)))
    best = (worth - unit * price * days).max(axis=1)
    return float(best.sum() + unit * price @ np.where(price > 0, room, 0.0))


def _equal_split(allowed: FloatArray) -> FloatArray:
    choices = allowed.sum(axis=1, keepdims=True)
    return np.asarray((allowed / np.maximum(choices, 1.0)).sum(axis=0))


def _descend(
    worth: FloatArray, days: FloatArray, allowed: FloatArray, room: FloatArray, least: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """
    Step prices up where a plan is over its room, down where under; average the last of them.

    A lead is split among the owners it is worth nearly as much with, ever less evenly. Given whole
    to the best, leads worth the same to all would go to one owner at a time, and prices with them.
    """
    net = worth + np.where(allowed > 0, 0.0, -np.inf)
    fair, usual = len(worth) / worth.shape[1], float(days.mean())
    price, bonus = np.zeros(worth.shape[1]), np.zeros(worth.shape[1])
    kept, kept_bonus, count = np.zeros_like(price), np.zeros_like(bonus), 0
    for step in range(_STEPS):
        blur = _BLUR * (_SHARP / _BLUR) ** (step / _STEPS)
        share = _split(net - price * days + bonus, blur)
        over, short = (share * days).sum(axis=0) - room, least - share.sum(axis=0)
        price = np.maximum(0.0, price + over * (blur / fair / usual**2))
        bonus = np.maximum(0.0, bonus + short * (blur / fair))
        if step >= _STEPS * _KEPT:
            kept, kept_bonus, count = kept + price, kept_bonus + bonus, count + 1
    return kept / count, kept_bonus / count


def _split(net: FloatArray, blur: float) -> FloatArray:
    share = np.exp((net - net.max(axis=1, keepdims=True)) / blur)
    return np.asarray(share / share.sum(axis=1, keepdims=True))
