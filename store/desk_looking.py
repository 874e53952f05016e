"""What deciding looks at: who has how much in hand, whose turn it is, who is known already."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from leads.accounts import Account, AccountClues
from leads.decision import Taken, Tally
from leads.keys import CrmOwnerId, LeadKey, OwnerId, PoolName
from leads.record import CrmOwner
from store import mirror, models, reservations, workload
from store.arrears import read_arrears
from store.caps import read_taken
from store.desk_gathering import Gathering
from store.model_rows import ModelRow
from store.rotation import read_rotation, save_rotation
from store.rows import CrmPersonMatch, PersonMatch
from store.strata import read_drawn
from store.switches import owners_away


class Looking(Gathering):
    """Reads what a batch of decisions stands on."""

    def open_leads(
        self, crm_ids: Mapping[OwnerId, Mapping[str, CrmOwnerId]], *, opportunity: float = 1.0
    ) -> dict[OwnerId, float]:
        """
        Count what each owner has in hand: in the CRMs, and reserved but not visible there.

        An open opportunity counts as so much of a lead.
        """
        self.flush()
        counts = workload.open_work(self._connection, crm_ids, opportunity)
        reservations.add_reserved(self._connection, counts)
        return counts

    def inactive_owners(
        self, crm_ids: Mapping[OwnerId, Mapping[str, CrmOwnerId]]
    ) -> dict[str, list[CrmOwner]]:
        """Answer, for each CRM, which of these it has deactivated or does not know."""
        return workload.inactive_owners(self._connection, crm_ids)

    def deactivated(self, crm: str, owners: Collection[str]) -> frozenset[CrmOwnerId]:
        """Answer which of these own nothing any more there, as far as was ever asked."""
        return workload.deactivated(self._connection, crm, owners)

    def rotation(self) -> dict[PoolName, dict[OwnerId, Tally]]:
        return read_rotation(self._connection)

    def save_rotation(self, rotation: Mapping[PoolName, Mapping[OwnerId, Tally]]) -> None:
        """Set these members' tallies; others keep theirs."""
        save_rotation(self._connection, rotation)

    def drawn(self) -> Mapping[PoolName, Mapping[str, int]]:
        """Answer of how many leads of each pool and segment the arm of the trial was drawn."""
        self.flush()
        return read_drawn(self._connection)

    def arrears(self) -> Mapping[PoolName, Mapping[OwnerId, float]]:
        """Answer how many leads each owner of a pool is behind the model's floor."""
        self.flush()
        return read_arrears(self._connection)

    def taken(self, since: Mapping[OwnerId, datetime]) -> list[Taken]:
        """List what these owners have to work from then on, of what stands: for their caps."""
        self.flush()
        return read_taken(self._connection, since) if since else []

    def away(self) -> dict[OwnerId, datetime]:
        return owners_away(self._connection, self._now)

    def same_people(
        self, keys: Mapping[LeadKey, frozenset[str]]
    ) -> dict[LeadKey, list[PersonMatch]]:
        """
        For each lead the decided other leads that share an identity key, earliest first.

        Those recorded earlier in this transaction count. Looked up once for many leads, it answers
        for each of them again without asking the database.
        """
        return self._people.look_up(keys)

    def same_people_in_crms(self, lead: LeadKey, keys: frozenset[str]) -> list[CrmPersonMatch]:
        """List what the CRMs' mirror knows of a person beside our own leads, oldest first."""
        return self._people.in_crms(lead, keys)

    def accounts_near(self, clues: Sequence[AccountClues]) -> list[Account]:
        """Answer the mirrored accounts that some leads may belong to."""
        return mirror.accounts_near(self._connection, clues)

    def model_in_force(self) -> ModelRow | None:
        return models.in_force(self._connection)

    def latest_model(self) -> ModelRow | None:
        """Answer the version whose state was set last."""
        return models.latest(self._connection)
