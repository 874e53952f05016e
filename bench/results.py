"""bench/RESULTS.md: a table of what was found, against what is asked, and what bounds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bench.finding import Finding

_HEAD = ("what", "budget", "found", "how it grows", "what bounds it", "by", "load")
_QUICK = (
    "**Small sizes** (`make bench QUICK=1`): this shows that each measurement works. "
    "Its figures, and what is over budget here, mean little.\n\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """On what, and of what, it was measured."""

    machine: str
    day: date
    commit: str
    is_quick: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one measurement found. `load` is the machine's at its end; its own part is in it."""

    name: str
    findings: Sequence[Finding]
    code: int
    load: float

    @property
    def has_failed(self) -> bool:
        return self.code != 0 or not self.findings


def page(measured: Sequence[Measured], occasion: Occasion) -> str:
    """Write the whole page; its last part names each budget that is not kept."""
    rows = [row for each in measured for row in _rows(each)]
    return (
        "# What was measured\n\n"
        "Written by `make bench`, never by hand; [docs/benchmarks.md](../docs/benchmarks.md) says "
        "what each row means.\n\n"
        f"{_QUICK if occasion.is_quick else ''}"
        f"On {occasion.machine}, {occasion.day:%Y-%m-%d}, commit {occasion.commit}. The load is "
        "that of the last minute of each measurement, its own included: ratios, counts and memory "
        "hold on a busy machine, seconds on the wall do not.\n\n"
        f"{_line(_HEAD)}{_line(['---'] * len(_HEAD))}{''.join(rows)}\n{_verdict(measured)}"
    )


def _rows(measured: Measured) -> Iterator[str]:
    by, load = f"`bench.{measured.name}`", f"{measured.load:.1f}"
    for each in measured.findings:
        found = each.found if each.is_kept else f"**{each.found}: over budget**"
        yield _line([each.what, each.budget, found, each.growth, each.bound, by, load])
    if not measured.findings:
        told = f"**found nothing: it ended with code {measured.code}**"
        yield _line([measured.name, "", told, "", "", by, load])


def _verdict(measured: Sequence[Measured]) -> str:
    over = [each.what for one in measured for each in one.findings if not each.is_kept]
    broken = [one.name for one in measured if not one.findings]
    if not over and not broken:
        return "Every budget is kept.\n"
    told = [f"Over budget: {'; '.join(over)}."] if over else []
    told += [f"Broken down: {', '.join(broken)}."] if broken else []
    return "\n\n".join(told) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
