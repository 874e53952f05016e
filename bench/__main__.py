"""
Every measurement, one after the other, and their findings in bench/RESULTS.md.

    python -m bench                        # all of them: the better part of an hour
    python -m bench --quick                # small sizes, to see that they work; into var/
    python -m bench --only decide store    # some; into var/

One that is over its budget, or breaks down, keeps none of the others from being measured.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.finding import FILE, handed_over
from bench.machine import commit, cores_and_version
from bench.plan import PLAN, Measurement
from bench.results import Measured, Occasion, page

CHECKOUT = Path(__file__).resolve().parents[1]
RESULTS = CHECKOUT / "bench" / "RESULTS.md"
TRIED = CHECKOUT / "var" / "bench-results.md"


def main() -> int:
    """Measure, write the page, and answer 1 when a budget is not kept."""
    asked = _arguments()
    is_whole = not (asked.quick or asked.only)
    chosen = [each for each in PLAN if not asked.only or each.name in asked.only]
    occasion = Occasion(
        machine=cores_and_version(),
        day=datetime.now(UTC).date(),
        commit=commit(CHECKOUT),
        is_quick=asked.quick,
    )
    measured = [measure(each, is_quick=asked.quick) for each in chosen]
    path = asked.out or (RESULTS if is_whole else TRIED)
    path.parent.mkdir(exist_ok=True)
    path.write_text(page(measured, occasion), encoding="utf-8")
    failed = [each.name for each in measured if each.has_failed]
    print(f"{path} is written")
    if failed:
        print(f"over budget, or broken down: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def measure(measurement: Measurement, *, is_quick: bool) -> Measured:
    """Run one in a process of its own; what it prints is seen, what it found is read."""
    print(f"== bench.{measurement.name}", flush=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "findings.jsonl"
        command = [sys.executable, *measurement.words(is_quick=is_quick)]
        code = _run(command, {**os.environ, FILE: str(path)})
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    print(flush=True)
    return Measured(
        name=measurement.name,
        findings=tuple(handed_over(lines)),
        code=code,
        load=os.getloadavg()[0],
    )


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)  # noqa: S603  (ours)
    return ended.returncode


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    names = [each.name for each in PLAN]
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work?")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--out", type=Path, help="another file to write")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
