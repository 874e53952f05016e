"""Which owners of a CRM mean "nobody yet": those whom a source's intake names."""

from collections.abc import Callable, Collection, Mapping, Sequence

from connectors.setup import Intake
from leads.errors import ContractError
from leads.keys import CrmOwnerId

IdsOf = Callable[[Sequence[str]], Mapping[str, Collection[CrmOwnerId]]]
"""Looks names up; answers, in lower case, at least those that are there, and who has each."""


def unowned_by(
    intake: Intake, source: str, ids_of: IdsOf, *, crm: str, lacks: str, remedy: str
) -> frozenset[CrmOwnerId | None]:
    """
    Find the ids of the owners that the intake names. None stays None, and asks nothing.

    Raises ContractError naming those that are not there: `lacks` says so, `remedy` what to write.
    """
    names = [name for name in intake.owners if name is not None]
    blank: set[CrmOwnerId | None] = {None} if None in intake.owners else set()
    known = ids_of(names) if names else {}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        problem = f"sources.{source}.intake.owners names {', '.join(map(repr, unknown))}: {lacks}"
        raise ContractError(crm, "resolve intake owners", problem, remedy)
    return frozenset(blank | {owner for name in names for owner in known[name.lower()]})
