"""What a measurement found: a row of bench/RESULTS.md, handed over as a line of JSON."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "FIRSTTOUCH_BENCH_FINDINGS"
"""Names the file to which findings go; `python -m bench` sets it, and reads it at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One figure. `budget` says what is asked, `growth` what a second, larger size does to it.

    `bound` is what keeps it from being better; `is_kept` whether the budget is kept.
    """

    what: str
    budget: str
    found: str
    growth: str
    bound: str
    is_kept: bool = True


def hand_over(*findings: Finding) -> bool:
    """Append them where `python -m bench` looks for them; answer whether all budgets are kept."""
    if path := os.environ.get(FILE):
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(each)) + "\n" for each in findings)
    return all(each.is_kept for each in findings)


def handed_over(lines: Iterable[str]) -> Iterator[Finding]:
    """Read them back."""
    for line in lines:
        yield Finding(**json.loads(line))


def times(growth: float, larger: str) -> str:
    """Say what something of the larger size costs against one of the smaller."""
    return f"{growth:.2f} times {larger}"
