"""What each way to choose an owner wins, on sales floors whose truth is known."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.finding import Finding, hand_over
from bench.likeliest_chart import Row, chart
from bench.likeliest_floor import Floor, in_turn
from bench.likeliest_policies import POLICIES, REFIT, Chances, chooser, learn
from bench.likeliest_speed import speed
from bench.likeliest_world import WORLDS, Setting, World, draw
from bench.machine import machine
from routing.learning.prices import bound

CLOSED = (500, 1_000, 4_400, 8_900)
BOUND = "bound (a plan that knows all)"
_NO_GAP = 1e-4
_OURS = "(ours)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One world at one amount of history: each policy's wins a lead, a number a seed."""

    world: str
    closed: int
    seeds: int
    wins: dict[str, list[float]]

    @property
    def title(self) -> str:
        return f"{self.world}, {self.closed:,} closed leads, {self.seeds} seeds"

    def rows(self) -> list[Row]:
        """Return each policy's name, share of the gap, its standard error, and uplift."""
        return [(name, *self.share(name), self.uplift(name)) for name in self.wins]

    def share(self, policy: str) -> tuple[float, float]:
        """Answer the share of the gap between rotation and the bound, and its standard error."""
        low, high, own = (np.array(self.wins[each]) for each in ("rotation", BOUND, policy))
        gap = float((high - low).mean())
        if gap < _NO_GAP:
            return 0.0, 0.0
        shares = (own - low) / gap
        error = float(shares.std(ddof=1)) / len(own) ** 0.5 if len(own) > 1 else 0.0
        return float(shares.mean()), error

    def uplift(self, policy: str) -> float:
        return float(np.mean(self.wins[policy]) / np.mean(self.wins["rotation"]) - 1)


def main() -> int:
    """Run, print and draw; answer 1 when a decision is over its budget."""
    asked = _arguments()
    cells = [_cell(world, closed, asked) for world in asked.world for closed in asked.closed]
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        panels = [(cell.title, cell.rows()) for cell in cells]
        (asked.out / "likeliest.svg").write_text(chart(panels), encoding="utf-8")
    hand_over(*(_finding(cell) for cell in cells))
    return 0 if speed() else 1


def _finding(cell: Cell) -> Finding:
    rows = {name: (share, uplift) for name, share, _, uplift in cell.rows() if name != BOUND}
    best = max((name for name in rows if _OURS in name), key=lambda name: rows[name][0], default="")
    rest = "; ".join(f"{name} {share:.0%}" for name, (share, _) in rows.items() if name != best)
    share, uplift = rows.get(best, (0.0, 0.0))
    return Finding(
        what=f"wins by the model, {cell.title}",
        budget="none",
        found=f"{share:.0%} of the gap between turns and a plan that knows all, "
        f"{uplift:+.0%} wins ({rest})",
        growth="docs/model-method.md has it by the closed leads there are",
        bound="how much can be learnt from so many closed leads",
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.likeliest")
    parser.add_argument("--world", nargs="+", choices=WORLDS, default=["base"])
    parser.add_argument("--closed", nargs="+", type=int, default=[4_400])
    parser.add_argument("--policy", nargs="+", choices=POLICIES, default=list(POLICIES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def _cell(world: str, closed: int, asked: argparse.Namespace) -> Cell:
    seeds = range(asked.seeds)
    policies = ["rotation", *(name for name in asked.policy if name != "rotation")]
    jobs = [(WORLDS[world], closed, seed, tuple(policies)) for seed in seeds]
    if asked.workers > 1:
        with ProcessPoolExecutor(asked.workers) as pool:
            wins = list(pool.map(one, jobs))
    else:
        wins = [one(job) for job in jobs]
    cell = Cell(
        world=world,
        closed=closed,
        seeds=len(jobs),
        wins={name: [each[name] for each in wins] for name in (*policies, BOUND)},
    )
    _tell(cell)
    return cell


def one(job: tuple[Setting, int, int, tuple[str, ...]]) -> dict[str, float]:
    """Run every policy on one drawn world; answer each one's wins a lead."""
    setting, closed, seed, policies = job
    world = draw(setting, closed, seed)
    past = Floor.of(world)
    past.run(world.start, in_turn)
    first = max(0, len(past.closed) - closed)
    kinds = {POLICIES[each].learns for each in policies}
    begun = {kind: learn(kind, past, first) for kind in kinds}
    wins = {
        each: _run(each, past.copy(), first, begun[POLICIES[each].learns], seed)
        for each in policies
    }
    wins[BOUND] = _bound(world)
    return wins


def _run(name: str, floor: Floor, first: int, chances: Chances, seed: int) -> float:
    policy, start, compared = POLICIES[name], floor.world.start, floor.world.setting.compared
    for day in range(0, compared, policy.ready_for):
        if day and day % REFIT == 0:
            chances = learn(policy.learns, floor, first)
        until = start + min(day + policy.ready_for, compared)
        floor.run(until, chooser(name, floor, chances, until, seed))
    return floor.expected_wins()


def _bound(world: World) -> float:
    rows = int(np.searchsorted(world.at, world.start))
    chances, setting = world.chances[rows:], world.setting
    days = setting.lost_days + (setting.won_days - setting.lost_days) * chances
    return bound(chances, days, world.caps.astype(np.float64) * setting.compared) / len(chances)


def _tell(cell: Cell) -> None:
    print(f"\n{cell.title}: share of the gap between rotation and the bound, wins against rotation")
    for name, share, error, uplift in cell.rows():
        print(f"  {name:<32} {share:6.1%} +- {error:5.1%}   {uplift:+6.1%}", flush=True)


if __name__ == "__main__":
    print(machine())
    sys.exit(main())
