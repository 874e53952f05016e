"""Why a target of a rule could not take a lead, in clauses that do not say a thing twice."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

POOL = ": "
PERSON = ", but "
_EITHER = {POOL: " either", PERSON: ", who cannot either"}


@dataclass(frozen=True, slots=True)
class Failure:
    """`intro` says what was tried, `problems` what kept each from it, `more` how many others."""

    intro: str
    problems: tuple[str, ...]
    more: str = ""
    joint: str = POOL

    def clause(self, known: Collection[str] = (), after: str = "") -> str:
        """Say it, but for problems that are `known` and an intro with which `after` begins."""
        told = [problem for problem in self.problems if problem not in known]
        said = "; ".join([*told, self.more] if self.more else told)
        if after.startswith(self.intro):
            return said
        return f"{self.intro}{self.joint}{said}" if said else f"{self.intro}{_EITHER[self.joint]}"


def each_once(
    failed: Iterable[tuple[str, Failure | None]], last: str = "", known: Collection[str] = ()
) -> str:
    """
    Join the clauses of what failed, each problem of each person told once.

    `last` is what stands before them, `known` the problems told there. A clause without a failure
    is told as it is.
    """
    said, clauses = set(known), []
    for clause, failure in failed:
        clauses.append(failure.clause(said, last) if failure else clause)
        said.update(failure.problems if failure else ())
    return "; ".join(clause for clause in clauses if clause)
