"""Trials at once: each of the processes that are asked has a town and a database of its own."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO

from flows.checkout import CHECKOUT
from tests.e2e.crash_calamities import Calamity
from tests.e2e.crash_trials import Trials, trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """As many trials at once as there are processes; `log` says how each ended."""

    processes: list[Trials]
    log: TextIO | None
    _free: SimpleQueue[Trials] = field(init=False, default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        for process in self.processes:
            self._free.put(process)

    def ask(
        self, number: int, calamity: Calamity = Calamity.KILLED, *, work: str = "day"
    ) -> dict[str, Any]:
        process = self._free.get()
        try:
            end = process.ask(number, calamity, work=work)
        finally:
            self._free.put(process)
        if self.log is not None:
            wrong = "; ".join(end["violations"]) or "whole"
            self.log.write(f"{work}, step {number}, {calamity}: {wrong}\n")
        return end

    def ask_each(
        self,
        steps: Iterable[int],
        calamity: Calamity = Calamity.KILLED,
        *,
        work: str = "day",
        is_begun: Callable[[int], bool] = lambda _done: True,
    ) -> dict[int, dict[str, Any]]:
        """Answer the end of each step by its number; `is_begun` is asked before each, by place."""

        def end(done: int, number: int) -> tuple[int, dict[str, Any]] | None:
            return (number, self.ask(number, calamity, work=work)) if is_begun(done) else None

        with ThreadPoolExecutor(len(self.processes)) as pool:
            asked = [pool.submit(end, done, number) for done, number in enumerate(steps)]
            try:
                return dict(filter(None, (each.result() for each in asked)))
            except BaseException:  # Ctrl-C, too, ends what is under way and begins no more
                pool.shutdown(wait=False, cancel_futures=True)
                raise


@contextmanager
def beside(so_many: int, database: str, folder: Path) -> Iterator[Beside]:
    """One alone keeps no log: it is soon over."""
    with ExitStack() as stack:
        folders = [folder / str(number) for number in range(so_many)]
        for each in folders:
            each.mkdir()
        log = stack.enter_context(_log(database)) if so_many > 1 else None
        processes = [stack.enter_context(trials(database, each)) for each in folders]
        yield Beside(processes=processes, log=log)


def _log(database: str) -> TextIO:
    (CHECKOUT / "var").mkdir(exist_ok=True)
    return (CHECKOUT / "var" / f"crash-{database}.log").open("w", buffering=1, encoding="utf-8")
