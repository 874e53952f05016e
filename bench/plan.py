"""Which measurements there are, in the order of bench/RESULTS.md, and what is small for each."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """`python -m bench.NAME`; with `quick`, only to see that it works: its figures mean little."""

    name: str
    quick: Sequence[str] = ()

    def words(self, *, is_quick: bool) -> list[str]:
        return ["-m", f"bench.{self.name}", *(self.quick if is_quick else ())]


PLAN = (
    Measurement(name="decide", quick=("--leads", "200")),
    Measurement(name="store", quick=("--leads", "500", "2000")),
    Measurement(name="empty_tick", quick=("--leads", "60")),
    Measurement(name="polling", quick=("--minutes", "4")),
    Measurement(name="webhooks", quick=("--seconds", "4")),
    Measurement(name="backlog", quick=("--leads", "400", "1000")),
    Measurement(name="memory", quick=("--ticks", "40")),
    Measurement(name="rotation", quick=("--leads", "1000", "4000")),
    Measurement(name="year", quick=("--leads", "1000", "4000")),
    Measurement(name="simulate", quick=("--leads", "500", "2000")),
    Measurement(name="workers", quick=("--leads", "800")),
    Measurement(name="prefect_cost", quick=("--ticks", "3")),
    Measurement(name="aging", quick=("--open", "5000", "10000")),
    Measurement(name="lint", quick=("--rules", "50", "200")),
    Measurement(name="matching", quick=("--accounts", "5000", "20000")),
    Measurement(name="owner_window", quick=("--leads", "200")),
    Measurement(name="report", quick=("--leads", "5000", "20000")),
    Measurement(name="sandbox", quick=("--leads", "200", "1000")),
    Measurement(name="likeliest", quick=("--closed", "500", "--seeds", "1")),
)
