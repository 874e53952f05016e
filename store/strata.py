"""Of how many leads of each pool and segment the arm of the trial was drawn, in which order."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, select

from leads.decision import Decision
from leads.keys import PoolName
from store.schema import stratum
from store.upsert import upsert


def read_drawn(connection: Connection) -> dict[PoolName, Counter[str]]:
    found: dict[PoolName, Counter[str]] = {}
    for row in connection.execute(select(stratum)):
        found.setdefault(PoolName(row.pool), Counter())[row.segment] = row.leads
    return found


def add_drawn(connection: Connection, made: Sequence[Decision]) -> None:
    """
    Count these decisions where a model was asked.

    Never taken back: a lead that is decided again takes the next place of its stratum.
    """
    matches = (each.saw.match for each in made if each.saw)
    more = Counter((match.pool, match.segment) for match in matches if match)
    if not more:
        return
    before = read_drawn(connection)
    rows = [
        {"pool": pool, "segment": segment, "leads": before.get(pool, Counter())[segment] + count}
        for (pool, segment), count in more.items()
    ]
    upsert(connection, stratum, rows)
