"""A second policy at the desk: what it has not followed yet, and what it made of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leads.decision import Decision, Taken, Tally
from leads.keys import OwnerId, PoolName
from store import shadows
from store.caps import read_taken
from store.desk_gathering import Gathering
from store.rows import DecidedLead
from store.shadow_rows import ShadowRow


class Shadowing(Gathering):
    """Reads what was decided, and keeps what a shadow would have."""

    def to_follow(self, of: ShadowRow, *, limit: int) -> list[tuple[int, DecidedLead]]:
        """List decisions, with their numbers, that this shadow has not followed, oldest first."""
        self.flush()
        return shadows.to_follow(self._connection, of, limit)

    def shadow_rotation(self, of: ShadowRow) -> dict[PoolName, dict[OwnerId, Tally]]:
        return shadows.rotation_of(self._connection, of)

    def shadow_taken(self, of: ShadowRow, since: Mapping[OwnerId, datetime]) -> list[Taken]:
        """As `taken`, of what the shadow gave; what was really given before it began counts too."""
        self.flush()
        before = read_taken(self._connection, since, before=of.since) if since else []
        return before + shadows.taken_of(self._connection, of, since)

    def record_shadow(
        self,
        of: ShadowRow,
        made: Sequence[tuple[int, Decision]],
        rotation: Mapping[PoolName, Mapping[OwnerId, Tally]],
    ) -> None:
        """Keep what a shadow made of these decisions, once each; it counts for nobody."""
        shadows.record(self._connection, of, made, rotation)
