"""`python -m tests.day [FOLDER]`: a whole day in some minutes; its report is in FOLDER."""

import sys
from pathlib import Path

from flows.commands.report import write_report
from flows.reporting import make_report
from reports.report import digest
from tests.day.play import play
from tests.day.verdict import judge


def main(folder: Path) -> None:
    played = play(folder, leads=300, waiting=60, hours=(0, 24), seed=7, tell=_tell)
    desk = played.scene.desk
    try:
        now = played.end
        report = make_report(desk.store, desk.wiring.configuration, played.begin, now)
        page = write_report(report, folder / "report")
        for line in ("", f"{page} is written", *digest(report), "", *judge(played)):
            _tell(line)
    finally:
        desk.close()


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/day"))
